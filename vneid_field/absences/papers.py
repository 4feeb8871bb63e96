"""Danh sách vắng mặt of a team, a commune or a district, as PDF and XLSX (documents.md)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from vneid_field.absences.labels import STAGE_LABELS
from vneid_field.absences.queries import CaseLine, Wanted, count_cases, list_cases
from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Actor
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date, vn_day, vn_moment
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.letterheads import police_name
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.papers.people import PersonRow
from vneid_field.documents.people_sheet import absent_sheet
from vneid_field.documents.services import draft_document, make_rendition, store_document
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.services import Progress, enqueue, job_body
from vneid_field.lists.walk_list import birth_text
from vneid_field.people.kinds import Sex
from vneid_field.people.labels import SEX_LABELS
from vneid_field.people.rules import mask
from vneid_field.units.labels import team_text
from vneid_field.units.models import Unit
from vneid_field.units.rules import TEAM_KINDS
from vneid_field.visits.labels import ABSENT_LABELS

TEMPLATE_VERSION = "absences-1"
KIND = "absences.print"
NO_BREAK = "\N{NO-BREAK SPACE}"


def cases_of(unit: Unit) -> Wanted:
    """Return which cases a unit's list names: those a team has in hand, or all of an area."""
    return Wanted(unit_id=unit.id) if unit.kind in TEAM_KINDS else Wanted(inside=unit.path)


def ask_paper(*, actor: Actor, campaign: Campaign, unit: Unit) -> Job:
    """Ask the worker for a unit's list; raises DomainError when nobody is on it."""
    count = count_cases(EVERYTHING, campaign.id, cases_of(unit))
    if not count:
        raise DomainError("Không có trường hợp vắng mặt nào đang theo dõi, không có gì để in.")
    record("absence.printed", actor=actor, subject_kind="unit", subject_id=unit.id, count=count)
    payload = {"unit_id": unit.id, "campaign_id": campaign.id}
    return enqueue(
        KIND, actor=actor, payload=payload, dedupe_key=f"{KIND}:{unit.id}:{actor.user_id}"
    )


def person_row(line: CaseLine) -> PersonRow:
    """Return a row: where the case is, and the phone, which is needed to call."""
    reason = ABSENT_LABELS[line.case.reason] if line.case.reason else ""
    if line.case.back_on is not None:
        reason = f"Hẹn về {vn_day(line.case.back_on)}"
    holder = line.holder.short_name or line.holder.name
    where = f"{STAGE_LABELS[line.hop.stage]} ({holder})"
    sex = SEX_LABELS[line.citizen.sex] if line.citizen.sex is not Sex.UNKNOWN else ""
    return PersonRow(
        full_name=line.citizen.full_name,
        birth=birth_text(line.citizen),
        sex=sex,
        citizen_id=mask(line.citizen.citizen_id),
        residence=f"{line.household.address_line}, {line.home.name.replace(' ', NO_BREAK)}",
        phone=line.citizen.field_phone or line.citizen.phone or "",
        approved_on=line.citizen.approved_on,
        outcome="Vắng mặt",
        reason=reason,
        outcome_on=clock.to_local(line.case.opened_at).date(),
        performed_by=team_text(db.session.get_one(Unit, line.case.team_id)),
        note=". ".join(filter(None, (where, line.hop.note or line.event.note))),
    )


def absence_list(unit: Unit, lines: list[CaseLine], made_by: str, at: datetime) -> AbsentList:
    """Return the paper of a unit's open cases."""
    name = unit.name if unit.kind in TEAM_KINDS else police_name(unit)
    there = clock.to_local(at)
    when = vn_moment(there)
    return AbsentList(
        unit_name=name,
        covers_on=there.date(),
        rows=tuple(person_row(line) for line in lines),
        heading="",
        attached_to=f"{name}: các trường hợp đang theo dõi lúc {when}",
        watermark=f"Người lập: {made_by} · {when}",
    )


@job_body(KIND)
def print_absences(job: Job, progress: Progress) -> dict[str, Any]:
    """Make and store a unit's list; a retry makes a new one only when none was stored."""
    if "document_id" in job.result:
        return job.result
    user = db.session.get(User, job.created_by) if job.created_by else None
    unit = db.session.get_one(Unit, job.payload["unit_id"])
    name = user.display_name if user else "quản trị máy chủ"
    progress(0, 2, "Đang lập danh sách")
    with reading():
        document = _draw(job.payload["campaign_id"], db.session.get_one(Unit, unit.id), name)
    store_document(document, actor=None)
    return {"document_id": document.id}


def _draw(campaign_id: int, unit: Unit, made_by: str) -> Document:
    now = clock.now()
    on = clock.to_local(now).date()
    lines = list_cases(EVERYTHING, campaign_id, cases_of(unit))
    paper = absence_list(unit, lines, made_by, now)
    document = draft_document(
        campaign_id=campaign_id,
        kind=PaperKind.ABSENT_LIST,
        unit=unit,
        title=f"{paper.unit_name}: danh sách vắng mặt đang theo dõi ngày {vn_date(on)}",
        filename=f"danh-sach-vang-mat-{unit.code}-{on:%Y%m%d}",
        figures={"unit": unit.code, "on": on.isoformat(), "people": len(lines)},
        template_version=TEMPLATE_VERSION,
        period_on=on,
        subject_kind="absences",
        subject_id=unit.id,
    )
    draw_paper(document, replace(paper, purge_on=document.purge_on))
    sheet = absent_sheet(paper, mark_of(document))
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=sheet))
    return document
