"""What people do again and again on the Wednesday of the reports."""

import json
import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator

from tests.browser import DESK, Person
from tests.make.wednesday_world import TUESDAY

KINDS = {"daily": "Báo cáo ngày 04/7/2023", "weekly": "Báo cáo tuần 28/6–04/7/2023"}
ASSESSED = {
    "strengths": "Các tổ bám hộ, đi cả buổi tối.",
    "shortcomings": "Còn hộ chưa gặp.",
    "causes": "Nhiều người đi làm ăn xa.",
    "responsibility": "Tổ trưởng chịu trách nhiệm.",
}


class Stage:
    """The server, its people as they come in, and the papers they took away."""

    def __init__(self, server, browser, folder: Path) -> None:
        self.server, self.browser, self.folder = server, browser, folder
        self.here: dict[str, Person] = {}
        self.papers: dict[tuple[str, str], Path] = {}
        rows = json.loads(self.cli("obligations", "--on", "2023-07-04", "--json"))
        self.names = {row["unit"]: row["unit_name"] for row in rows}

    def cli(self, *command: str) -> str:
        return self.server.run("vneid_field.cli", *command)

    def person(self, login: str, size: tuple[int, int] = DESK) -> Person:
        if login not in self.here:
            self.here[login] = Person(self.browser, self.server, login, size)
        return self.here[login]

    def at(self, moment: str, day: str = "05") -> None:
        self.server.run("tests.make.journey_clock", f"2023-07-{day}T{moment}:00+07:00")

    def take(self, login: str, code: str, kind: str) -> None:
        path = self.folder / f"{code}-{kind}.pdf"
        self.papers[code, kind] = take_pdf(self.person(login), path)

    def leave(self, *logins: str) -> None:
        for login in logins:
            self.here.pop(login).close()


def write_and_send(person: Person, **texts: str) -> str:
    """Fill in what a report asks for and send it; returns what the page then says."""
    page = person.page
    words = {"explanation": "Nhiều hộ đi làm ban ngày.", "difficulties": "Sóng yếu."} | texts
    for name, text in (ASSESSED | words).items():
        if page.locator(f"#{name}").count():
            page.fill(f"#{name}", text)
    person.press("Gửi báo cáo")
    page.get_by_text("Số liệu đã chốt").wait_for()
    return person.text()


def take_pdf(person: Person, path: Path) -> Path:
    """From a report's page to its paper: keep the PDF and come back to the report."""
    page = person.page
    page.get_by_role("link", name="Xem, tải văn bản").wait_for(timeout=60_000)
    back = page.url
    person.press("Xem, tải văn bản")
    download_pdf(person, path)
    page.goto(back)
    return path


def download_pdf(person: Person, path: Path) -> None:
    """Press the first PDF button of a paper's page and keep what the browser was sent."""
    page = person.page
    with page.expect_response(lambda answer: "/documents/fetch/" in answer.url) as shown:
        page.get_by_role("button", name=re.compile("PDF")).first.click()
    # The browser's viewer keeps the bytes to itself: the same ticket, the same session, once more.
    content = page.request.get(shown.value.url).body()
    assert content.startswith(b"%PDF")
    path.write_bytes(content)


def open_row(person: Person, kind: str, name: str) -> None:
    """From the desk's home to the report of a unit below."""
    desk(person, kind)
    person.press(name, within="#below-title >> xpath=ancestor::section", exact=True)


def row_of(person: Person, name: str) -> Locator:
    """Return the row of a unit below on the desk's home."""
    link = person.page.get_by_role("link", name=name, exact=True)
    return person.page.locator("tr", has=link)


def desk(person: Person, kind: str, on: date = TUESDAY) -> None:
    """Open the desk's home on the day's or the week's reports."""
    person.open("/reports/")
    if kind == "weekly":
        person.press("Tuần", within="nav[aria-label='Loại báo cáo']", exact=True)
    elif person.page.input_value("#on") != on.isoformat():
        person.page.fill("#on", on.isoformat())
        person.press("Xem", within="form:has(#on)", exact=True)
