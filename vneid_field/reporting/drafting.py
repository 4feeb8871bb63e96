"""A report's figures as they stand now: the summary, and what only papers say."""

from datetime import date, timedelta
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.reporting.kinds import ObligationState, ReportKind
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

REPORTING_BELOW = {
    UnitKind.COMMUNE: UnitKind.TEAM,
    UnitKind.DISTRICT: UnitKind.COMMUNE,
    UnitKind.CITY: UnitKind.COMMUNE,
}


def draft_figures(campaign: Campaign, unit: Unit, on: date) -> dict[str, Any]:
    """Return a day's figures of a unit as JSON: what sending freezes."""
    summary = summarise(campaign, unit, on)
    values = figures_json(summary)
    values["supplement"] = _supplement(campaign, summary)
    if unit.kind is UnitKind.TEAM:
        values["households"] = count_households(campaign.id, unit.id, on)
        return values
    notes, missing, late = _standings(campaign, unit, on)
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


def _standings(
    campaign: Campaign, unit: Unit, on: date
) -> tuple[dict[str, str], list[str], list[str]]:
    """Return (state by unit code, names of those that have not sent, names of the late)."""
    below = list_below(
        EVERYTHING, campaign.id, unit, ReportKind.DAILY, on, REPORTING_BELOW[unit.kind]
    )
    notes: dict[str, str] = {}
    missing, late = [], []
    for obligation in below:
        if obligation.state is ObligationState.EXPECTED:
            notes[obligation.unit.code] = "missing"
            missing.append(obligation.unit.name)
        elif obligation.state is ObligationState.SENT_LATE and obligation.received_at:
            minutes = minutes_late(obligation.due_at, obligation.received_at)
            notes[obligation.unit.code] = f"late:{minutes}"
            late.append(obligation.unit.name)
        elif obligation.state is ObligationState.EXCUSED:
            notes[obligation.unit.code] = "excused"
    return notes, missing, late


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
