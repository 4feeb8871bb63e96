"""A person at a browser, as a load sees one: logs in, opens pages, presses buttons."""

import http.client
import re
from urllib.parse import urlencode

TIMEOUT_S = 60
FORM = "application/x-www-form-urlencoded"


class Phone:
    """One login and one kept connection to a server on this machine. Not for two threads at once.

    Raises RuntimeError when the server does not take the login.
    """

    def __init__(self, port: int, login: str, password: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self.cookie = ""
        self.location = ""  # where the last answer sent us
        self.token = self._token("/login")
        status, _raw = self.post("/login", login_name=login, password=password)
        if status not in (200, 303):
            raise RuntimeError(f"{login}: login answered {status}")
        self.token = self._token("/account")  # a login begins a session of its own

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path)[1])
        if found is None:
            raise RuntimeError(f"no form on {path}")
        return found[1]

    def send(self, method: str, path: str, body: str | None, **headers: str) -> tuple[int, bytes]:
        """Ask once; once more when the kept connection had been closed meanwhile."""
        sent = {"Cookie": self.cookie, **headers}
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection.close()  # idle for longer than the server keeps a connection
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
        raw = answer.read()
        self.location = answer.headers.get("HX-Location") or answer.headers.get("Location") or ""
        for value in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = value.split(";")[0]
        return answer.status, raw

    def get(self, path: str, *, fragment: bool = False) -> tuple[int, str]:
        """Return the status and text of a page, or of a part of it that htmx asks for."""
        headers = {"HX-Request": "true"} if fragment else {}
        status, raw = self.send("GET", path, None, **headers)
        return status, raw.decode(errors="replace")

    def post(self, path: str, **fields: str) -> tuple[int, bytes]:
        """Send a form as htmx does."""
        body = urlencode({"csrf_token": self.token, **fields})
        headers = {"Content-Type": FORM, "HX-Request": "true", "Accept-Encoding": "gzip"}
        return self.send("POST", path, body, **headers)

    def close(self) -> None:
        """Let the connection go: a phone in a pocket holds none."""
        self.connection.close()
