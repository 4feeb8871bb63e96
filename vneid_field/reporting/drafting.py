"""A report's figures as they stand now: the summary, and what only papers say."""

from datetime import date, timedelta
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.figures.opening import opening_of_day
from vneid_field.figures.rules import Counter
from vneid_field.reporting.chain import chain_of, row_of
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.labels import SENT_BACK
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import (
    find_sent_of,
    list_below,
    list_collection_results,
)
from vneid_field.reporting.rules import Period, minutes_late
from vneid_field.reporting.shortfalls import reason_words
from vneid_field.reporting.standing_now import names_without_lists, not_activated_now
from vneid_field.reporting.step_queries import (
    find_reported_before,
    has_reported_after,
    list_newest,
)
from vneid_field.reporting.summary import Summary, figures_json, summarise
from vneid_field.reporting.timeliness_queries import count_timeliness
from vneid_field.review.coverage import cover_commune, cover_units, review_figures
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.visits.queries import count_households


def draft_figures(
    campaign: Campaign, unit: Unit, on: date, kind: ReportKind = ReportKind.DAILY
) -> dict[str, Any]:
    """Return a day's figures of a unit as JSON: what sending a daily report freezes."""
    return period_figures(campaign, unit, Period(on, on), kind)


def figures_of(campaign: Campaign, obligation: Obligation) -> dict[str, Any]:
    """Return the figures that an obligation asks for, as they stand now."""
    period = Period(obligation.period_start_on, obligation.period_end_on)
    return period_figures(campaign, obligation.unit, period, obligation.report_kind)


def period_figures(
    campaign: Campaign, unit: Unit, period: Period, kind: ReportKind
) -> dict[str, Any]:
    """Return a unit's figures of a period as JSON.

    `in_day` stands for the whole period. Who could not be activated is of the day in a daily
    report, and in the others who is not at this moment: never a sum of days (section 12).
    """
    summary = summarise(campaign, unit, period.last_on, since=period.first_on)
    values = figures_json(summary)
    values["report_kind"] = kind.value
    if kind is ReportKind.DAILY:
        values |= _supplement(campaign, summary)
    else:
        _add_period(campaign, summary, period, kind, values)
    if unit.kind is UnitKind.TEAM:
        if kind is ReportKind.DAILY:
            values["households"] = count_households(campaign.id, unit.id, period.last_on)
        return values
    values |= _standings(campaign, summary, kind)
    values |= _review(campaign, unit, period)
    if kind is ReportKind.DAILY:
        # Of these the absent list has no names.
        absent = opening_of_day(campaign.id, unit.path, period.last_on, Counter.OUT_ABSENT)
        values["absent_opening"] = absent
        values["points"] = _points(campaign, unit, period)
    return values


def _add_period(
    campaign: Campaign, summary: Summary, period: Period, kind: ReportKind, values: dict[str, Any]
) -> None:
    """Add what a week's and the whole drive's reports say beside the day's."""
    unit = summary.unit
    values |= not_activated_now(campaign, unit, summary.lines, values["lines"], values["rests"])
    values["without_lists"] = names_without_lists(campaign, unit)
    values["timeliness"] = count_timeliness(
        campaign.id, unit, period.first_on, period.last_on, clock.now()
    )
    if kind is ReportKind.WEEKLY:
        values["previous"] = _week_before(campaign, summary, period)
        return
    values["by_day"] = {
        on.isoformat(): [sums.activated, sums[Counter.COLLECTED]]
        for on, sums in sorted(summary.by_day.items())
    }


def _week_before(campaign: Campaign, summary: Summary, period: Period) -> dict[str, Any] | None:
    """Return the same results of the week before, None in the first week.

    How many were not activated then only the report sent then knows: None without one.
    """
    last_on = period.first_on - timedelta(days=1)
    if last_on < campaign.starts_on:
        return None
    first_on = max(campaign.starts_on, last_on - timedelta(days=6))
    days = [sums for on, sums in summary.by_day.items() if first_on <= on <= last_on]
    sent = find_sent_of(campaign.id, summary.unit.id, ReportKind.WEEKLY, last_on)
    return {
        "since": first_on.isoformat(),
        "on": last_on.isoformat(),
        "activation": sum(sums.activated for sums in days),
        "collection": sum(sums[Counter.COLLECTED] for sums in days),
        "not_activated": sent.figures["not_activated"]["total"] if sent else None,
    }


def _review(campaign: Campaign, unit: Unit, period: Period) -> dict[str, dict[str, Any]]:
    """Return how the period's checklists were looked at, as the review's page counts it.

    By team in a commune, by unit above; whatever the period, so that who reads of the claims reads
    how far anybody looked at them.
    """
    cover = cover_commune if unit.kind is UnitKind.COMMUNE else cover_units
    return {"review": review_figures(cover(campaign, unit, period.first_on, period.last_on))}


def _supplement(campaign: Campaign, summary: Summary) -> dict[str, int]:
    """Return the activations of days reported before that no report has named yet (bổ sung).

    Each late one is named once, by the report sent next. An earlier day sent after a later one
    names no more than its version before did: the later day's report has told the rest, which
    are `told_later` here, so that whoever builds on this version knows what it did not name.
    """
    unit, on = summary.unit, summary.on
    base = find_reported_before(campaign.id, unit.id, on)
    if base is None:
        return {"supplement": 0}
    now = sum(sums.activated for day, sums in summary.by_day.items() if day <= base.period_end_on)
    named = base.figures["activation"]["cumulative"] - base.figures.get("told_later", 0)
    unnamed = now - named
    if not has_reported_after(campaign.id, unit.id, on):
        return {"supplement": unnamed}
    before = find_sent_of(campaign.id, unit.id, ReportKind.DAILY, on)
    said = before.figures.get("supplement", 0) if before else 0
    supplement = sorted((0, said, unnamed))[1]  # as said, at most what is unnamed, down or up
    return {"supplement": supplement, "told_later": unnamed - supplement}


def _standings(campaign: Campaign, summary: Summary, kind: ReportKind) -> dict[str, Any]:
    """Return how the reports below stand: `notes` by the code of a row's unit, names of who has
    not sent or not answered a return, and of the late, and both again by row; `no_list`: codes of
    who got no list.

    A row that reports itself says so; a row above those that report (a district on the city's
    paper) says how many of them are missing and late, and which: `standings`.
    """
    rows = [line.unit for line in summary.lines]
    below = chain_of(campaign.id, kind).below(summary.unit)
    notes: dict[str, str] = {}
    groups: dict[str, dict[str, Any]] = {}
    missing: list[str] = []
    late: list[str] = []
    found = list_below(EVERYTHING, campaign.id, summary.unit, kind, summary.on, below)
    no_list = {one for one, newest in list_newest(found).items() if newest.is_no_list}
    for obligation in found:
        row, name = row_of(obligation.unit_path, rows), obligation.unit.name
        lists = [(missing, late)]
        if row is not None and row.id == obligation.unit_id:
            notes |= _note(obligation)
        elif row is not None:
            group = groups.setdefault(row.code, _empty_group(row.name))
            group["units"] += 1
            lists.append((group["missing"], group["late"]))
        for of_missing, of_late in lists:
            if obligation.state is ObligationState.EXPECTED:
                of_missing.append(name)
            elif obligation.report_state is ReportState.RETURNED:
                of_missing.append(f"{name} ({SENT_BACK})")
            elif obligation.state is ObligationState.SENT_LATE:
                of_late.append(name)
    for code, group in groups.items():
        if group["missing"] or group["late"]:
            notes[code] = f"below:{len(group['missing'])}:{len(group['late'])}"
    codes = [obligation.unit.code for obligation in found if obligation.id in no_list]
    told = {"notes": notes, "missing_units": missing, "late_units": late, "no_list": codes}
    return told | ({"standings": list(groups.values())} if groups else {})


def _empty_group(name: str) -> dict[str, Any]:
    return {"unit_name": name, "units": 0, "missing": [], "late": []}


def _note(obligation: Obligation) -> dict[str, str]:
    code = obligation.unit.code
    if obligation.state is ObligationState.EXPECTED:
        return {code: "missing"}
    if obligation.report_state is ReportState.RETURNED:
        return {code: "returned"}  # what it said was refused, and nothing else has come
    if obligation.state is ObligationState.SENT_LATE and obligation.received_at:
        return {code: f"late:{minutes_late(obligation.due_at, obligation.received_at)}"}
    return {code: "excused"} if obligation.state is ObligationState.EXCUSED else {}


def _points(campaign: Campaign, unit: Unit, period: Period) -> list[dict[str, Any]]:
    results = list_collection_results(
        EVERYTHING, campaign.id, unit, period.first_on, period.last_on
    )
    return [
        {
            "name": point.name,
            "collected": result.collected,
            "quota": result.quota,
            "reason": reason_words(result),
            "remedy": result.remedy,
        }
        for result, point in results
    ]


def day_of_work() -> date:
    """Return the day a desk looks at first: yesterday, whose reports are due today."""
    return clock.today() - timedelta(days=1)
