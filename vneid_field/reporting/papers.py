"""The papers of a day, built from frozen figures: the same figures give the same paper."""

from datetime import date
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import vn_date, vn_time
from vneid_field.documents.letterheads import committee_name, letterhead_of, police_name
from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.papers.daily_report import (
    ActivationPart,
    CollectionPart,
    DailyReport,
    ReviewPart,
)
from vneid_field.documents.papers.people import PersonRow
from vneid_field.documents.papers.results import Progress, Reason, UnitRow, UnitTable
from vneid_field.documents.papers.team_daily import TeamDaily
from vneid_field.documents.sheets import Column
from vneid_field.people.kinds import BirthPrecision, Sex
from vneid_field.people.models import Citizen, Household
from vneid_field.people.rules import mask
from vneid_field.reporting.labels import REST_LABELS, TABLE_TITLES
from vneid_field.reporting.lines import RestKind
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.visits.labels import ABSENT_LABELS, COUNTER_LABELS, OUTCOME_LABELS
from vneid_field.visits.models import VisitEvent

SEX_LABELS = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", Sex.UNKNOWN: ""}


def _progress(values: dict[str, Any]) -> Progress:
    return Progress(
        values["in_day"],
        values["quota_a_day"] or None,
        values["cumulative"],
        values["quota"] or None,
    )


def _reasons(figures: dict[str, Any]) -> tuple[Reason, ...]:
    part = figures["not_activated"]
    found = [Reason("vắng mặt tại nơi cư trú", part["absent"])] if part["absent"] else []
    found += [Reason(COUNTER_LABELS[name], count) for name, count in part["by_reason"].items()]
    return tuple(found)


def _note(state: str) -> str:
    if state == "missing":
        return "chưa báo cáo"
    if state.startswith("late:"):
        return f"báo cáo trễ {state[5:]} phút"
    if state.startswith("below:"):
        missing, late = (int(part) for part in state.split(":")[1:])
        parts = [f"{missing} đơn vị chưa báo cáo" if missing else ""]
        parts.append(f"{late} đơn vị báo cáo trễ" if late else "")
        return ", ".join(part for part in parts if part)
    return "được miễn báo cáo" if state == "excused" else ""


def _table(unit: Unit, figures: dict[str, Any]) -> UnitTable:
    notes = figures.get("notes", {})
    kind = _kind_of_lines(unit, figures)
    rows = tuple(
        UnitRow(
            name=line["unit_name"],
            collection=_collected(kind, line["collection"]),
            activation=_progress(line["activation"]),
            absent=line["absent"],
            other=line["other"],
            rank=line["rank"],
            note=_note(notes.get(line["unit"], "")),
        )
        for line in figures["lines"]
    )
    rests = tuple(
        UnitRow(
            name=REST_LABELS[RestKind(rest["kind"])],
            collection=_beside(rest["collection"]),
            activation=_beside(rest["activation"]),
            absent=rest["absent"],
            other=rest["other"],
        )
        for rest in figures.get("rests", ())
    )
    part = figures["not_activated"]
    total = UnitRow(
        name="Cộng",
        collection=_progress(figures["collection"]),
        activation=_progress(figures["activation"]),
        absent=part["absent"],
        other=part["total"] - part["absent"],
    )
    return UnitTable(TABLE_TITLES[kind], rows, total, rests)


def _collected(kind: UnitKind, values: dict[str, Any]) -> Progress | None:
    """Return a row's collection; a team collects nothing, and gets dashes."""
    return None if kind is UnitKind.TEAM and not values["cumulative"] else _progress(values)


def _kind_of_lines(unit: Unit, figures: dict[str, Any]) -> UnitKind:
    """Return what kind the rows are; reports frozen before rows said so tell by their unit."""
    stated = {line.get("unit_kind") for line in figures["lines"]} - {None}
    if stated:
        return UnitKind(max(stated, key=list(TABLE_TITLES).index))
    older = {UnitKind.DISTRICT: UnitKind.COMMUNE, UnitKind.CITY: UnitKind.DISTRICT}
    return older.get(unit.kind, UnitKind.TEAM)


def _beside(values: dict[str, int]) -> Progress:
    """Return numbers that belong to no unit below, and so have no quota."""
    return Progress(values["in_day"], None, values["cumulative"], None)


def _across(figures: dict[str, Any], name: str) -> tuple[int, int]:
    """Return (of the day, since the start); reports frozen earlier know the day only."""
    found = figures.get(name, {})
    older = figures.get("performed_by_others", 0) if name == "by_others" else 0
    return found.get("in_day", older), found.get("cumulative", 0)


def _collection(figures: dict[str, Any]) -> CollectionPart:
    short = [p for p in figures.get("points", []) if p["collected"] < p["quota"]]
    shortfall = tuple(
        Reason(
            f"{p['reason']} ({p['name']})" if len(short) > 1 else p["reason"],
            p["quota"] - p["collected"],
        )
        for p in short[:3]
        if p["reason"]
    )
    remedies = [p["remedy"].rstrip(". ") for p in short if p["remedy"]]
    remedy = remedies[0] if len(short) == 1 and remedies else ""
    # A district or a city counts the points that fell short; each reason stands in their papers.
    if len(short) > 3:
        remedy, shortfall = "", ()
    return CollectionPart(_progress(figures["collection"]), shortfall=shortfall, remedy=remedy)


def daily_report(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    on: date,
    figures: dict[str, Any],
    texts: dict[str, str],
    due_hour: str,
    has_absent_list: bool,
) -> DailyReport:
    """Return the paper of a police unit; `figures` as reporting.drafting froze them."""
    activation = figures["activation"]
    review = figures.get("review")
    return DailyReport(
        letterhead=letterhead_of(unit, year=on.year),
        addressees=_addressees(unit, parent),
        basis=campaign.plan_title,
        unit_name=police_name(unit),
        covers_on=on,
        collection=_collection(figures),
        activation=ActivationPart(
            _progress(activation),
            app=activation["app"],
            web=activation["web"],
            already_activated=activation["self"],
            by_others=_across(figures, "by_others"),
            for_others=_across(figures, "for_others"),
            supplement=max(0, figures.get("supplement", 0)),
        ),
        not_activated=_reasons(figures),
        absent=figures["not_activated"]["absent"],
        table=_table(unit, figures),
        review=ReviewPart(**review) if review and review["checklists"] else None,
        absent_listed=has_absent_list,
        missing_units=tuple(figures.get("missing_units", ())),
        late_units=tuple(figures.get("late_units", ())),
        deadline=due_hour,
        explanation=texts.get("explanation", ""),
        difficulties=_paragraphs(texts.get("difficulties")),
        proposals=_paragraphs(texts.get("proposals")),
    )


def _addressees(unit: Unit, parent: Unit | None) -> tuple[str, ...]:
    own = committee_name(unit)
    return (own, police_name(parent)) if parent is not None else (own,)


def _paragraphs(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def team_daily(
    unit: Unit, parent: Unit, on: date, figures: dict[str, Any], texts: dict[str, str], sent_by: str
) -> TeamDaily:
    """Return the team's form; its absentees are a document of their own, with a purge date."""
    activation = figures["activation"]
    remarks = [texts.get(name, "") for name in ("explanation", "difficulties", "proposals")]
    return TeamDaily(
        letterhead=letterhead_of(unit, year=on.year),
        team_name=unit.name,
        submitted_to=police_name(parent),
        covers_on=on,
        visits=figures["visits"],
        households=figures.get("households", 0),
        persons=figures["people_visited"],
        activation=_progress(activation),
        app=activation["app"],
        web=activation["web"],
        already_activated=activation["self"],
        for_others=_across(figures, "for_others"),
        not_activated=_reasons(figures),
        pending=sum(figures["pending"].values()),
        absent=figures["not_activated"]["absent"],
        supplement=max(0, figures.get("supplement", 0)),
        sent_by=sent_by,
        remarks=tuple(line for text in remarks for line in _paragraphs(text)),
    )


def birth_text(citizen: Citizen) -> str:
    """Return a birth as it is known: "14/02/1957", or only the year."""
    if citizen.birth_on is None:
        return ""
    if citizen.birth_precision is BirthPrecision.DAY:
        return vn_date(citizen.birth_on)
    return str(citizen.birth_on.year)


def person_row(
    event: VisitEvent, citizen: Citizen, household: Household, hamlet: Unit, team: Unit
) -> PersonRow:
    """Return a row of the absent list; the id number is masked, the phone is needed to call."""
    reason = ABSENT_LABELS[event.sub_reason] if event.sub_reason else ""
    if event.next_visit_at is not None:
        reason += f" ({vn_date(clock.to_local(event.next_visit_at).date())})"
    outcome = OUTCOME_LABELS[event.outcome] if event.outcome else ""
    return PersonRow(
        full_name=citizen.full_name,
        birth=birth_text(citizen),
        sex=SEX_LABELS[citizen.sex],
        citizen_id=mask(citizen.citizen_id),
        residence=f"{household.address_line}, {hamlet.name}",
        phone=citizen.field_phone or citizen.phone or "",
        approved_on=citizen.approved_on,
        outcome=outcome,
        reason=reason,
        outcome_on=event.counted_on,
        performed_by=team.short_name or team.name,
        note=event.note,
    )


def absent_list(
    unit_name: str,
    on: date,
    rows: tuple[PersonRow, ...],
    *,
    attached_to: str,
    purge_on: date | None,
) -> AbsentList:
    """Return Phụ lục II."""
    heading = "Phụ lục II" if attached_to else ""
    return AbsentList(
        unit_name=unit_name,
        covers_on=on,
        rows=rows,
        heading=heading,
        attached_to=attached_to,
        purge_on=purge_on,
    )


TABLE_COLUMNS = (
    Column("STT", "number", 6),
    Column("Tên đơn vị", "text", 36),
    Column("Chỉ tiêu giao", "number", 12),
    Column("Chỉ tiêu/ngày", "number", 12),
    Column("Thu nhận trong ngày", "number", 12),
    Column("Thu nhận lũy kế", "number", 12),
    Column("Thu nhận %", "percent", 10),
    Column("Kích hoạt trong ngày", "number", 12),
    Column("Kích hoạt lũy kế", "number", 12),
    Column("Kích hoạt %", "percent", 10),
    Column("Còn lại", "number", 12),
    Column("Kết quả ngày", "text", 12),
    Column("Vắng mặt", "number", 10),
    Column("Lý do khác", "number", 10),
    Column("Xếp hạng", "number", 10),
    Column("Ghi chú", "text", 24),
)


def table_rows(table: UnitTable) -> tuple[list[list[Any]], list[Any]]:
    """Return Phụ lục I as spreadsheet rows and its totals."""

    def cells(number: object, row: UnitRow) -> list[object]:
        collection = row.collection
        return [
            number,
            row.name,
            row.activation.quota,
            row.activation.daily_quota,
            collection.in_day if collection else None,
            collection.cumulative if collection else None,
            collection.rate if collection else None,
            row.activation.in_day,
            row.activation.cumulative,
            row.activation.rate,
            row.activation.remaining,
            row.activation.day_result,
            row.absent,
            row.other,
            row.rank,
            row.note,
        ]

    rows = [cells(number, row) for number, row in enumerate(table.rows, start=1)]
    rows += [cells(None, row) for row in table.rests]
    return rows, cells(None, table.total)


def hour_text(due_at: object) -> str:
    """Return an obligation's hour as printed: "10h00"."""
    return vn_time(clock.to_local(due_at))  # type: ignore[arg-type]
