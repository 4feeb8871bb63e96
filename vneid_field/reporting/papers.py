"""The papers of a day, and what all papers have in common, built from frozen figures.

The same figures give the same paper.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import vn_moment, vn_number
from vneid_field.documents.letterheads import (
    addressees_of,
    inside_sentence,
    letterhead_of,
    police_name,
)
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.police_report import (
    ActivationPart,
    CollectionPart,
    GroupStanding,
    PointShortfall,
)
from vneid_field.documents.papers.results import (
    Progress,
    Reason,
    Timeliness,
    UnitRow,
    UnitTable,
    Verdicts,
)
from vneid_field.documents.papers.review_part import ReviewPart, ReviewRow
from vneid_field.documents.papers.team_forms import TeamDaily
from vneid_field.reporting.labels import REST_LABELS, SENT_BACK, TABLE_TITLES
from vneid_field.reporting.lines import RestKind
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.visits.labels import COUNTER_LABELS

NO_LIST = "không nhận được danh sách"
NAMES_IN_SENTENCE = 12  # more are counted by district and named in a table


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
        return f"báo cáo trễ {vn_number(int(state[5:]))} phút"
    if state == "returned":
        return SENT_BACK
    if state.startswith("below:"):
        missing, late = (int(part) for part in state.split(":")[1:])
        parts = [f"{missing} đơn vị chưa báo cáo" if missing else ""]
        parts.append(f"{late} đơn vị báo cáo trễ" if late else "")
        return ", ".join(part for part in parts if part)
    return "được miễn báo cáo" if state == "excused" else ""


def _noted(note: str, is_no_list: bool) -> str:
    return "; ".join(part for part in (note, NO_LIST if is_no_list else "") if part)


def timeliness(figures: dict[str, Any], code: str) -> Timeliness | None:
    """Return how punctual a unit was in the period; None in a day's figures."""
    found = figures.get("timeliness", {}).get(code)
    return Timeliness(**found) if found else None


def _table(unit: Unit, figures: dict[str, Any]) -> UnitTable:
    notes, no_list = figures.get("notes", {}), figures.get("no_list", ())
    kind = _kind_of_lines(unit, figures)
    rows = tuple(
        UnitRow(
            name=line["unit_name"],
            collection=_collected(kind, line["collection"]),
            activation=_progress(line["activation"]),
            absent=line["absent"],
            other=line["other"],
            rank=line["rank"],
            note=_noted(_note(notes.get(line["unit"], "")), line["unit"] in no_list),
            timeliness=timeliness(figures, line["unit"]),
            verdicts=_verdicts(line),
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
            verdicts=_beside_verdicts(rest),
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
        verdicts=_verdicts(figures),
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


def _verdicts(figures: dict[str, Any]) -> Verdicts | None:
    """Return what lists said; None in reports frozen before figures held it."""
    found = figures.get("verdicts")
    if found is None:
        return None
    confirmed, contradicted = found["confirmed"], found["contradicted"]
    return Verdicts(
        confirmed["in_day"],
        confirmed["cumulative"],
        contradicted["in_day"],
        contradicted["cumulative"],
    )


def _beside_verdicts(rest: dict[str, Any]) -> Verdicts | None:
    """Return the same of what stands beside the rows: it is kept since the first day only."""
    found = rest.get("verdicts")
    return Verdicts(0, found["confirmed"], 0, found["contradicted"]) if found else None


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
        verdicts=_verdicts(figures),
    )


def in_sentence(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as in a sentence: "phường An Bình" of places, teams as they are."""
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
            in_sentence(group["missing"]),
            in_sentence(group["late"]),
        )
        for group in figures.get("standings", [])
        if group["missing"] or group["late"]
    )


def police_parts(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    on: date,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    made_at: datetime,
) -> dict[str, Any]:
    """Return the fields of a `PoliceReport`, whatever it covers; `on` is its last day."""
    return {
        "letterhead": letterhead_of(unit, year=on.year),
        "addressees": addressees_of(unit, parent),
        "basis": campaign.plan_title,
        "unit_name": police_name(unit),
        "covers_on": on,
        "collection": _collection(figures),
        "activation": _activation(figures),
        "not_activated": _reasons(figures),
        "absent": figures["not_activated"]["absent"],
        "table": _table(unit, figures),
        "missing_units": in_sentence(figures.get("missing_units", [])),
        "late_units": in_sentence(figures.get("late_units", [])),
        "groups": _groups(figures),
        "review": review_part(figures.get("review")),
        "made_at": moment_text(made_at),
        "explanation": texts.get("explanation", ""),
        "difficulties": paragraphs(texts.get("difficulties")),
        "proposals": paragraphs(texts.get("proposals")),
    }


def daily_report(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    on: date,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    made_at: datetime,
    absent_listed: int,
) -> DailyReport:
    """Return the paper of a police unit; `figures` as reporting.drafting froze them."""
    return DailyReport(
        **police_parts(campaign, unit, parent, on, figures, texts, made_at),
        absent_listed=absent_listed,
        absent_opening=figures.get("absent_opening"),
    )


def review_part(found: dict[str, Any] | None) -> ReviewPart | None:
    """Return what a report says of the review; reports frozen earlier know three numbers of it."""
    if not found or not found["checklists"]:
        return None
    total = found.get("total")
    return ReviewPart(
        found["reviewed"],
        found["returned"],
        found["checklists"],
        ReviewRow(**total) if total else None,
        tuple(ReviewRow(**row) for row in found.get("lines", ())),
    )


def paragraphs(text: str | None) -> tuple[str, ...]:
    """Return what was written as paragraphs, without empty lines."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def team_parts(
    unit: Unit,
    parent: Unit,
    on: date,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    sent_by: str,
) -> dict[str, Any]:
    """Return the fields of a `TeamForm`, whatever it covers, but who is to be visited again."""
    activation = figures["activation"]
    return {
        "letterhead": letterhead_of(unit, year=on.year),
        "team_name": unit.name,
        "submitted_to": police_name(parent),
        "covers_on": on,
        "visits": figures["visits"],
        "persons": figures["people_visited"],
        "activation": _progress(activation),
        "app": activation["app"],
        "web": activation["web"],
        "already_activated": activation["self"],
        "for_others": _across(figures, "for_others"),
        "verdicts": _verdicts(figures),
        "not_activated": _reasons(figures),
        "absent": figures["not_activated"]["absent"],
        "sent_by": sent_by,
        "is_no_list": figures.get("no_list", False),
        "explanation": paragraphs(texts.get("explanation")),
        "difficulties": paragraphs(texts.get("difficulties")),
        "proposals": paragraphs(texts.get("proposals")),
    }


def team_daily(
    unit: Unit,
    parent: Unit,
    on: date,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    sent_by: str,
    absent_listed: int,
) -> TeamDaily:
    """Return the team's form; its absentees are a document of their own, with a purge date."""
    return TeamDaily(
        **team_parts(unit, parent, on, figures, texts, sent_by),
        households=figures.get("households", 0),
        absent_listed=absent_listed,
        pending=sum(figures["pending"].values()),
        supplement=max(0, figures.get("supplement", 0)),
    )


def moment_text(instant: datetime) -> str:
    """Return an instant as printed: "09h12 ngày 05/7/2023"."""
    local = clock.to_local(instant)
    return vn_moment(local)
