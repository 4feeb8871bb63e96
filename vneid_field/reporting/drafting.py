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
    accepted, returned, checklists = review_counts(campaign.id, unit.path, on)
    values |= _standings(campaign, summary)
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


def _standings(campaign: Campaign, summary: Summary) -> dict[str, Any]:
    """Return how the reports below stand: `notes` by the code of a row's unit, names of who has
    not sent and of the late, and both again by row.

    A row that reports itself says so; a row above those that report (a district on the city's
    paper) says how many of them are missing and late, and which: `standings`.
    """
    rows = [line.unit for line in summary.lines]
    below = chain_of(campaign.id).below(summary.unit)
    notes: dict[str, str] = {}
    groups: dict[str, dict[str, Any]] = {}
    missing: list[str] = []
    late: list[str] = []
    for obligation in list_below(
        EVERYTHING, campaign.id, summary.unit, ReportKind.DAILY, summary.on, below
    ):
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
            elif obligation.state is ObligationState.SENT_LATE:
                of_late.append(name)
    for code, group in groups.items():
        if group["missing"] or group["late"]:
            notes[code] = f"below:{len(group['missing'])}:{len(group['late'])}"
    found = {"notes": notes, "missing_units": missing, "late_units": late}
    return found | ({"standings": list(groups.values())} if groups else {})


def _empty_group(name: str) -> dict[str, Any]:
    return {"unit_name": name, "units": 0, "missing": [], "late": []}


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
