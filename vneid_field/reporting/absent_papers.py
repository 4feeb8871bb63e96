"""The list of absent people that goes with a day's report: rows, paper, document."""

from datetime import date, datetime

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.text import vn_date, vn_day
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.people import PersonRow
from vneid_field.documents.papers.team_forms import TeamDaily
from vneid_field.documents.people_sheet import absent_sheet
from vneid_field.documents.services import draft_document, make_rendition
from vneid_field.extensions import db
from vneid_field.lists.walk_list import birth_text
from vneid_field.people.kinds import Sex
from vneid_field.people.models import Citizen, Household
from vneid_field.people.rules import mask
from vneid_field.reporting.papers import moment_text
from vneid_field.reporting.rules import TEMPLATE_VERSION
from vneid_field.units.labels import team_text
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.visits.labels import ABSENT_LABELS
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import list_absent_events

NO_BREAK = "\N{NO-BREAK SPACE}"
SEX_LABELS = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", Sex.UNKNOWN: ""}


def person_row(
    event: VisitEvent, citizen: Citizen, household: Household, hamlet: Unit, team: Unit
) -> PersonRow:
    """Return a row of the absent list; the id number is masked, the phone is needed to call."""
    reason = ABSENT_LABELS[event.sub_reason] if event.sub_reason else ""
    if event.next_visit_at is not None:
        reason = f"Hẹn về {vn_day(clock.to_local(event.next_visit_at).date())}"
    return PersonRow(
        full_name=citizen.full_name,
        birth=birth_text(citizen),
        sex=SEX_LABELS[citizen.sex],
        citizen_id=mask(citizen.citizen_id),
        # A hamlet's name stays together: "Khu vực 4" never ends a line at "Khu".
        residence=f"{household.address_line}, {hamlet.name.replace(' ', NO_BREAK)}",
        phone=citizen.field_phone or citizen.phone or "",
        approved_on=citizen.approved_on,
        outcome="Vắng mặt",
        reason=reason,
        outcome_on=event.counted_on,
        performed_by=team_text(team),
        note=event.note,
    )


def absent_rows(
    campaign: Campaign, unit: Unit, on: date, through_id: int | None = None
) -> tuple[PersonRow, ...]:
    """Return the rows of a day's absent list: the last absent result of each person.

    `through_id`: the newest event that the figures beside it count; None when they are of now.
    """
    team_id = unit.id if unit.kind is UnitKind.TEAM else None
    events = list_absent_events(
        EVERYTHING, campaign.id, unit.path, on, team_id, through_id=through_id
    )
    newest: dict[int, VisitEvent] = {event.citizen_id: event for event in events}
    if not newest:
        return ()
    citizens = {
        citizen.id: (citizen, household, hamlet)
        for citizen, household, hamlet in db.session.execute(
            select(Citizen, Household, Unit)
            .join(Household, Household.id == Citizen.household_id)
            .join(Unit, Unit.id == Citizen.unit_id)
            .where(Citizen.id.in_(newest))
        )
    }
    teams = {
        team.id: team
        for team in db.session.scalars(
            select(Unit).where(Unit.id.in_({e.performed_by_unit_id for e in newest.values()}))
        )
    }
    ordered = sorted(newest.values(), key=lambda e: citizens[e.citizen_id][0].sort_key)
    return tuple(
        person_row(event, *citizens[event.citizen_id], teams[event.performed_by_unit_id])
        for event in ordered
    )


def watermark(user_id: int | None, made_at: datetime) -> str:
    """The watermark of a paper that names citizens (domain.md section 15)."""
    user = db.session.get(User, user_id) if user_id else None
    name = user.display_name if user else "quản trị máy chủ"
    return f"Người lập: {name} · {moment_text(made_at)}"


def _list_of(
    main: DailyReport | TeamDaily,
    unit_name: str,
    rows: tuple[PersonRow, ...],
    *,
    purge_on: date | None,
    watermark: str,
) -> AbsentList:
    """Return Phụ lục II of a police report, or the list that goes with a team's form."""
    is_report = isinstance(main, DailyReport)
    day = vn_date(main.covers_on)
    return AbsentList(
        unit_name=unit_name,
        covers_on=main.covers_on,
        rows=rows,
        heading="Phụ lục II" if is_report else "",
        letterhead=main.letterhead if is_report else None,
        attached_to="" if is_report else f"Kèm theo Phiếu báo cáo ngày {day} của {unit_name}",
        purge_on=purge_on,
        watermark=watermark,
    )


def absent_list_document(
    document: Document,
    unit: Unit,
    main: DailyReport | TeamDaily,
    name: str,
    rows: tuple[PersonRow, ...],
    mark: str,
) -> Document:
    """Draw the list that a day's paper cites: a document of its own, with a purge date."""
    on = main.covers_on
    appendix = draft_document(
        campaign_id=document.campaign_id,
        kind=PaperKind.ABSENT_LIST,
        unit=unit,
        title=f"{name}: danh sách vắng mặt ngày {vn_date(on)}",
        filename=f"danh-sach-vang-mat-{unit.code}-{on:%Y%m%d}-v{document.version}",
        # Names stay out of the row that anybody with the report's scope may read.
        figures={"unit": unit.code, "on": on.isoformat(), "people": len(rows)},
        template_version=TEMPLATE_VERSION,
        period_on=on,
        version=document.version,
        subject_kind=document.subject_kind,
        subject_id=document.subject_id,
        appendix_of=document,
    )
    paper = _list_of(main, name, rows, purge_on=appendix.purge_on, watermark=mark)
    draw_paper(appendix, paper)
    sheet = absent_sheet(paper, mark_of(appendix))
    appendix.renditions.append(make_rendition(document=appendix, media_type=XLSX, content=sheet))
    return appendix
