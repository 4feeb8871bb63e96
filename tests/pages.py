"""A test client that looks at each page: status, one h1, unique ids, every form has an action."""

import re
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|content="([^"]+)"[^>]*name="csrf-token"')


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings = 0
        self.forms_without_action = 0
        self.is_page = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.is_page |= tag == "html"
        self.headings += tag == "h1"
        self.forms_without_action += tag == "form" and not values.get("action")
        if "id" in values:
            self.ids.append(values["id"] or "")


def look_at(html: str) -> None:
    """Fail when a page breaks what every page must keep."""
    look = _Look()
    look.feed(html)
    repeated = {one for one in look.ids if look.ids.count(one) > 1}
    assert not repeated, f"ids appear twice: {repeated}"
    assert not look.forms_without_action, "a form without an action"
    if look.is_page:
        assert look.headings == 1, f"{look.headings} h1"


class Pages:
    """One person's browser without script."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.token = ""

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.data:
            html = response.get_data(as_text=True)
            look_at(html)
            if found := _CSRF.search(html):
                self.token = found[1] or found[2]
        return response

    def get(self, url: str, status: int = 200, **headers: str) -> TestResponse:
        """Open a page and look at it."""
        with self.app.app_context():  # a test inside `world` lends its own context to nobody
            response = self._seen(self.client.get(url, headers=headers))
        assert response.status_code == status, (url, response.status_code)
        return response

    def text(self, url: str) -> str:
        """Open a page; return its HTML."""
        return self.get(url).get_data(as_text=True)

    def post(
        self, url: str, status: int = 303, htmx: bool = False, files: dict | None = None, **fields
    ) -> TestResponse:
        """Send a form with a valid token."""
        if not self.token:
            self.get("/login")
        headers = {"HX-Request": "true"} if htmx else {}
        data = {"csrf_token": self.token, **fields, **(files or {})}
        with self.app.app_context():
            response = self._seen(self.client.post(url, data=data, headers=headers))
        assert response.status_code == status, (
            url,
            response.status_code,
            response.get_data(as_text=True)[:2000],
        )
        return response
