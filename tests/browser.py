"""A real server (gunicorn and the worker) on a fresh world, and a real Chromium before it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.databases import blank_database
from tests.make.world import PASSWORD

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESK = (360, 640), (1280, 800)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


def engines(one: str) -> tuple[str, ...]:
    """Return the databases a long journey runs on: one, or both with JOURNEYS=all.

    CI has twenty minutes. The journey of a day, and every service, runs on both each time.
    """
    return ("sqlite", "postgresql") if os.environ.get("JOURNEYS") == "all" else (one,)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class Server:
    """A running installation in a folder of its own."""

    instance: Path
    database_url: str = ""
    port: int = field(default_factory=_free_port)
    workers: int = 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        names = {"VNEID_INSTANCE": str(self.instance), "PORT": str(self.port)}
        if self.database_url:
            names["DATABASE_URL"] = self.database_url
        return {**os.environ, **names, "WEB_WORKERS": str(self.workers), "PUBLIC_URL": self.url}

    def run(self, *command: str) -> str:
        """Run a module of the project on this installation; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", *command],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@contextmanager
def serving(
    instance: Path, *, world: str = "", database_url: str = "", workers: int = 1
) -> Iterator[Server]:
    """Found a world (a module that fills the database), serve it, end what was started.

    Without a world what the installation holds already is served.
    """
    server = Server(instance, database_url, workers=workers)
    if world:
        server.run(world)
    log = (instance / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "vneid_field.cli", "serve"],
        cwd=ROOT,
        env=server.environment,
        stdout=log,
        stderr=log,
    )
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(40)
        log.close()


def _wait(server: Server, process: subprocess.Popen) -> None:
    for _ in range(480):  # a minute, for a machine that is busy
        if process.poll() is not None:
            raise RuntimeError((server.instance / "serve.log").read_text()[-3000:])
        try:
            with urllib.request.urlopen(f"{server.url}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.125)
    raise RuntimeError("the server did not start")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def staged(engine: str, folder: Path, world: str) -> Iterator[tuple[Server, Browser]]:
    """Serve a fresh world on a database, with a browser before it."""
    url = blank_database() if engine == "postgresql" else ""
    with serving(folder, world=world, database_url=url) as server, chromium() as browser:
        yield server, browser


class Person:
    """Somebody at a screen: logged in, watched for script errors, overflow and axe findings."""

    def __init__(
        self,
        browser: Browser,
        server: Server,
        login: str,
        size: tuple[int, int],
        *,
        password: str = PASSWORD,
    ) -> None:
        self.server, self.login, self.size = server, login, size
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN", accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.troubles: list[str] = []
        self.looked: set[str] = set()
        self.has_axe = False
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.open("/login")
        self.page.fill("#login_name", login)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(re.compile(r"^(?!.*/login)"))
        self.look()

    def _console(self, message) -> None:
        # The browser itself reports a 4xx answer; those are asserted where they are expected.
        if message.type != "error" or "status of 4" in message.text:
            return
        # axe leaves style attributes on nodes, which htmx's swap then copies: without axe no page
        # does so, and tests/architecture finds a style in any template.
        if self.has_axe and "Applying inline style" in message.text:
            return
        self.troubles.append(f"{self.page.url} {message.text[:200]}")

    def open(self, path: str) -> None:
        """Go to a page and look at it."""
        self.page.goto(self.server.url + path)
        self.look()

    def look(self) -> None:
        """Check the page as it stands: nothing wider than the screen, nothing for axe to say."""
        page = self.page
        page.wait_for_load_state("load")
        # Not "networkidle": it waits half a second on every page, and no longer for htmx's requests.
        expect(page.locator(".htmx-request")).to_have_count(0, timeout=15_000)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.troubles.append(f"{page.url} is {wide}px too wide at {self.size[0]}px")
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        found = page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 4).join(', ')))"
        )
        self.troubles += [f"{page.url} axe {one}" for one in found]
        self.has_axe = True
        self.looked.add(re.sub(r"\d+", "N", page.url.removeprefix(self.server.url)))
        folder = os.environ.get("PICTURES")
        if folder:
            name = re.sub(r"\W+", "-", page.url.removeprefix(self.server.url))[:60]
            number = len(list(Path(folder).glob("*.png")))
            path = Path(folder) / f"{number:03d}-{self.login}{name}.png"
            page.screenshot(path=path, full_page=True)

    def press(self, name: str, *, within: str = "", exact: bool = False) -> None:
        """Press a button or link by its words and look at what comes."""
        place = self.page.locator(within) if within else self.page
        button = place.get_by_role("button", name=name, exact=exact)
        target = button if button.count() else place.get_by_role("link", name=name, exact=exact)
        target.first.click()
        self.look()

    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("body")

    def move_clock(self, to: str) -> None:
        """Move the demo's clock to an instant of its own (the banner only knows its hours)."""
        self.server.run("tests.make.journey_clock", to)

    def close(self) -> None:
        """Close the browser's context; fail when anything was wrong on any page."""
        self.context.close()
        assert not self.troubles, "\n".join(self.troubles)
