"""Danh sách kích hoạt on paper: the fallback when phones fail (documents.md section 2)."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from flask import current_app

from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.core.database import reading
from vneid_field.core.text import vn_date, vn_day
from vneid_field.documents.kinds import PDF, PaperKind
from vneid_field.documents.letterheads import police_name
from vneid_field.documents.models import Document
from vneid_field.documents.papers.walk_list import (
    WalkHamlet,
    WalkHousehold,
    WalkList,
    WalkPerson,
)
from vneid_field.documents.render import Footer, render_paper
from vneid_field.documents.services import draft_document, make_rendition, store_document
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.services import Progress, job_body
from vneid_field.lists.hand_over_queries import list_walk_items
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.lists.paper_order import SUBJECT, keep_order
from vneid_field.people.models import Citizen, Household
from vneid_field.people.rules import BirthPrecision, mask_citizen_id
from vneid_field.units.models import Unit

Row = tuple[ListItem, Citizen, Household, Unit]
TEMPLATE_VERSION = "walk-1"


def birth_text(citizen: Citizen) -> str:
    """Return a birth date as exactly as it is known."""
    if citizen.birth_on is None:
        return ""
    if citizen.birth_precision is BirthPrecision.DAY:
        return vn_date(citizen.birth_on)
    if citizen.birth_precision is BirthPrecision.MONTH:
        return f"{citizen.birth_on.month:02d}/{citizen.birth_on.year}"
    return str(citizen.birth_on.year)


def _mark(citizen: Citizen) -> str:
    if citizen.next_visit_at:
        there = clock.to_local(citizen.next_visit_at)
        return f"hẹn {there:%Hh%M} {vn_day(there.date())}"
    if citizen.visit_attempts:
        return f"lần {citizen.visit_attempts + 1}"
    return f"duyệt {vn_day(citizen.approved_on)}" if citizen.approved_on else ""


def _is_done(item: ListItem) -> bool:
    return item.done_at is not None


def number_rows(given: HandOver) -> dict[int, Row]:
    """Return a list's unfinished people in walking order, by their number on the paper.

    Numbers count the finished too: whoever is done later leaves a gap and shifts nobody.
    """
    everybody = enumerate(list_walk_items(given), start=1)
    return {number: row for number, row in everybody if not _is_done(row[0])}


def make_walk_list(given: HandOver, rows: Mapping[int, Row], printed_by: str) -> WalkList:
    """Return the paper of a list; `rows`: see `number_rows`."""
    numbers = {row[0].id: number for number, row in rows.items()}
    hamlets = tuple(
        WalkHamlet(name, tuple(_households(group, numbers)))
        for name, group in groupby(rows.values(), key=lambda row: row[3].name)
    )
    printed = clock.local_now()
    return WalkList(
        from_unit=police_name(given.from_unit),
        to_unit=given.to_unit.name,
        list_number=str(given.id),
        listed_on=given.handed_on,
        hamlets=hamlets,
        watermark=f"Người in: {printed_by} · {printed:%Hh%M} {vn_date(printed.date())}",
    )


def _households(rows: Iterable[Row], numbers: dict[int, int]) -> Iterable[WalkHousehold]:
    for _household_id, group in groupby(rows, key=lambda row: row[2].id):
        people = list(group)
        household = people[0][2]
        yield WalkHousehold(
            household.address_line or "(chưa có địa chỉ)",
            household.head_name,
            tuple(
                WalkPerson(
                    numbers[item.id],
                    citizen.full_name,
                    birth_text(citizen),
                    mask_citizen_id(citizen.citizen_id),
                    citizen.field_phone or citizen.phone or "",
                    _mark(citizen),
                )
                for item, citizen, _household, _unit in people
            ),
        )


@job_body("lists.walk_list")
def print_walk_list(job: Job, progress: Progress) -> dict[str, Any]:
    """Make and store the PDF of a list; a retry makes a new one only when none was stored."""
    if "document_id" in job.result:
        return job.result
    given = db.session.get_one(HandOver, job.payload["hand_over_id"])
    team = db.session.get_one(Unit, given.to_unit_id)
    user = db.session.get(User, job.created_by) if job.created_by else None
    progress(0, 2, "Đang lập danh sách")
    with reading():
        document = _draft(given, team, user, job.id)
    store_document(document, actor=None)
    return {"document_id": document.id}


def _draft(given: HandOver, team: Unit, user: User | None, job_id: int) -> Document:
    rows = number_rows(_loaded(given))
    paper = make_walk_list(given, rows, user.display_name if user else "")
    people = sum(hamlet.people_count for hamlet in paper.hamlets)
    document = draft_document(
        campaign_id=given.campaign_id,
        kind=PaperKind.WALK_LIST,
        unit=team,
        title=f"{team.name}: danh sách kích hoạt số {given.id}",
        filename=f"danh-sach-kich-hoat-{team.code}-{given.id}",
        figures={"hand_over": given.id, "people": people, "job": job_id},
        template_version=TEMPLATE_VERSION,
        period_on=clock.today(),
        subject_kind=SUBJECT,
        subject_id=given.id,
    )
    keep_order(document, {row[0].citizen_id: number for number, row in rows.items()})
    content = render_paper(paper, _footer(document))
    document.renditions.append(make_rendition(document=document, media_type=PDF, content=content))
    return document


def _loaded(given: HandOver) -> HandOver:
    """Load both units: relationships are never loaded by accident."""
    db.session.refresh(given, ["from_unit", "to_unit"])
    return given


def _footer(document: Document) -> Footer:
    base = current_app.config["SETTINGS"].public_url
    return Footer(
        document.code,
        document.version,
        document.figures_digest,
        f"{base}/documents/verify/{document.code}",
    )
