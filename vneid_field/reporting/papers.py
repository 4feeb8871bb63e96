"""The papers of a day, built from frozen figures: the same figures give the same paper."""

from datetime import date, datetime
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import vn_date, vn_day, vn_time
from vneid_field.documents.letterheads import (
    committee_name,
    inside_sentence,
    letterhead_of,
    police_name,
)
from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.papers.daily_report import (
    ActivationPart,
    CollectionPart,
    DailyReport,
    GroupStanding,
    PointShortfall,
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
from vneid_field.visits.labels import ABSENT_LABELS, COUNTER_LABELS
from vneid_field.visits.models import VisitEvent

NAMES_IN_SENTENCE = 12  # more are counted by district and named in a table
NO_BREAK = "\N{NO-BREAK SPACE}"
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
    points = figures.get("points", [])
    shortfalls = tuple(
        PointShortfall(
            p["name"],
            p["collected"],
            p["quota"],
            p["reason"].strip().rstrip("."),
            p["remedy"].strip().rstrip("."),
        )
        for p in points
        if p["collected"] < p["quota"]
    )
    return CollectionPart(_progress(figures["collection"]), len(points), shortfalls)


def _activation(figures: dict[str, Any]) -> ActivationPart:
    activation = figures["activation"]
    return ActivationPart(
        _progress(activation),
        app=activation["app"],
        web=activation["web"],
        already_activated=activation["self"],
        by_others=_across(figures, "by_others"),
        for_others=_across(figures, "for_others"),
        supplement=max(0, figures.get("supplement", 0)),
    )


def _in_sentence(names: list[str]) -> tuple[str, ...]:
    """Administrative units as written inside a sentence: "phường An Bình"; teams as they are."""
    kinds = ("Phường ", "Xã ", "Thị trấn ", "Quận ", "Huyện ")
    return tuple(inside_sentence(name) if name.startswith(kinds) else name for name in names)


def _groups(figures: dict[str, Any]) -> tuple[GroupStanding, ...]:
    """Return who is missing or late by row; () when a sentence can name them all."""
    named = len(figures.get("missing_units", [])) + len(figures.get("late_units", []))
    if named <= NAMES_IN_SENTENCE:
        return ()
    return tuple(
        GroupStanding(
            inside_sentence(group["unit_name"]),
            group["units"],
            _in_sentence(group["missing"]),
            _in_sentence(group["late"]),
        )
        for group in figures.get("standings", [])
        if group["missing"] or group["late"]
    )


def daily_report(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    on: date,
    figures: dict[str, Any],
    texts: dict[str, str],
    made_at: datetime,
    absent_listed: int,
) -> DailyReport:
    """Return the paper of a police unit; `figures` as reporting.drafting froze them."""
    review = figures.get("review")
    return DailyReport(
        letterhead=letterhead_of(unit, year=on.year),
        addressees=_addressees(unit, parent),
        basis=campaign.plan_title,
        unit_name=police_name(unit),
        covers_on=on,
        collection=_collection(figures),
        activation=_activation(figures),
        not_activated=_reasons(figures),
        absent=figures["not_activated"]["absent"],
        table=_table(unit, figures),
        review=ReviewPart(**review) if review and review["checklists"] else None,
        absent_listed=absent_listed,
        missing_units=_in_sentence(figures.get("missing_units", [])),
        late_units=_in_sentence(figures.get("late_units", [])),
        groups=_groups(figures),
        made_at=moment_text(made_at),
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
        explanation=_paragraphs(texts.get("explanation")),
        difficulties=_paragraphs(texts.get("difficulties")),
        proposals=_paragraphs(texts.get("proposals")),
    )


def birth_text(citizen: Citizen) -> str:
    """Return a birth as it is known: "14/02/1957", or only the year."""
    if citizen.birth_on is None:
        return ""
    if citizen.birth_precision is BirthPrecision.DAY:
        return vn_date(citizen.birth_on)
    return str(citizen.birth_on.year)


def team_text(team: Unit) -> str:
    """Return a team as a narrow column holds it: "Tổ KV 4", "Tổ ấp Mỹ Phước"."""
    name = team.short_name or team.name
    short = name.replace("Khu vực", "KV").replace("Ấp", "ấp")
    return short if short.startswith("Tổ") else f"Tổ {short}"


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


def absent_list(
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


def moment_text(instant: datetime) -> str:
    """Return an instant as printed: "09h12 ngày 05/7/2023"."""
    local = clock.to_local(instant)
    return f"{vn_time(local)} ngày {vn_date(local.date())}"
