"""A report's figures as they stand now: the summary, and what only papers say."""

from datetime import date, timedelta
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.reporting.chain import chain_of, row_of
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import (
    find_sent_of,
    list_below,
    list_collection_results,
    review_counts,
)
from vneid_field.reporting.rules import minutes_late
from vneid_field.reporting.summary import Summary, figures_json, summarise
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.visits.queries import count_households


def draft_figures(campaign: Campaign, unit: Unit, on: date) -> dict[str, Any]:
    """Return a day's figures of a unit as JSON: what sending freezes."""
    summary = summarise(campaign, unit, on)
    values = figures_json(summary)
    values["supplement"] = _supplement(campaign, summary)
    if unit.kind is UnitKind.TEAM:
        values["households"] = count_households(campaign.id, unit.id, on)
        return values
    notes, missing, late = _standings(campaign, summary)
    accepted, returned, checklists = review_counts(campaign.id, unit.path, on)
    values["notes"] = notes
    values["missing_units"] = missing
    values["late_units"] = late
    values["review"] = {
        "reviewed": accepted + returned,
        "returned": returned,
        "checklists": checklists,
    }
    values["points"] = _points(campaign, unit, on)
    return values


def _supplement(campaign: Campaign, summary: Summary) -> int:
    """Activations of earlier days that came after the day before was reported (bổ sung)."""
    before_on = summary.on - timedelta(days=1)
    sent = find_sent_of(campaign.id, summary.unit.id, ReportKind.DAILY, before_on)
    if sent is None:
        return 0
    return summary.activation.before_day - int(sent.figures["activation"]["cumulative"])


def _standings(campaign: Campaign, summary: Summary) -> tuple[dict[str, str], list[str], list[str]]:
    """Return (note by the code of a row's unit, names of who has not sent, names of the late).

    A row that reports itself says so; a row above those that report (a district on the city's
    paper) says how many of them are missing and late.
    """
    rows = [line.unit for line in summary.lines]
    below = chain_of(campaign.id).below(summary.unit)
    notes: dict[str, str] = {}
    counts: dict[str, list[int]] = {}
    missing, late = [], []
    for obligation in list_below(
        EVERYTHING, campaign.id, summary.unit, ReportKind.DAILY, summary.on, below
    ):
        is_missing = obligation.state is ObligationState.EXPECTED
        is_late = obligation.state is ObligationState.SENT_LATE
        if is_missing:
            missing.append(obligation.unit.name)
        elif is_late:
            late.append(obligation.unit.name)
        row = row_of(obligation.unit_path, rows)
        if row is not None and row.id == obligation.unit_id:
            notes |= _note(obligation)
        elif row is not None:
            of_row = counts.setdefault(row.code, [0, 0])
            of_row[0] += is_missing
            of_row[1] += is_late
    notes |= {code: f"below:{n}:{m}" for code, (n, m) in counts.items() if n or m}
    return notes, missing, late


def _note(obligation: Obligation) -> dict[str, str]:
    code = obligation.unit.code
    if obligation.state is ObligationState.EXPECTED:
        return {code: "missing"}
    if obligation.state is ObligationState.SENT_LATE and obligation.received_at:
        return {code: f"late:{minutes_late(obligation.due_at, obligation.received_at)}"}
    return {code: "excused"} if obligation.state is ObligationState.EXCUSED else {}


def _points(campaign: Campaign, unit: Unit, on: date) -> list[dict[str, Any]]:
    return [
        {
            "name": point.name,
            "collected": result.collected,
            "quota": result.quota,
            "reason": result.reason,
            "remedy": result.remedy,
        }
        for result, point in list_collection_results(EVERYTHING, campaign.id, unit, on, on)
    ]


def day_of_work() -> date:
    """Return the day a desk looks at first: yesterday, whose reports are due today."""
    return clock.today() - timedelta(days=1)
