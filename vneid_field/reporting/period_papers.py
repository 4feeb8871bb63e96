"""The papers of a week and of the whole drive, built from frozen figures."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core.text import vn_span
from vneid_field.documents.papers.period_reports import DayResult, FinalReport, WeeklyReport
from vneid_field.documents.papers.results import Assessment, Reason, UnitTable, WeekBefore
from vneid_field.documents.papers.team_forms import TeamWeekly
from vneid_field.figures.rules import Bucket
from vneid_field.quotas.rules import daily_quota
from vneid_field.reporting.papers import (
    in_sentence,
    paragraphs,
    police_parts,
    team_parts,
    timeliness,
)
from vneid_field.reporting.rules import ASSESSMENT
from vneid_field.units.models import Unit

OWING_NAMED = 6  # of more the appendix tells


def weekly_report(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    made_at: datetime,
) -> WeeklyReport:
    """Return a police unit's paper of a week; `figures` as reporting.drafting froze them."""
    parts = _period_parts(campaign, unit, parent, figures, texts, made_at)
    span = vn_span(parts["since"], parts["covers_on"])
    parts["table"] = _titled(parts["table"], f"TUẦN {span}")
    return WeeklyReport(**parts, previous=_week_before(figures))


def final_report(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    made_at: datetime,
) -> FinalReport:
    """Return a police unit's paper of the whole drive, every day of it in its charts."""
    parts = _period_parts(campaign, unit, parent, figures, texts, made_at)
    parts["table"] = _titled(parts["table"], "CẢ ĐỢT")
    return FinalReport(
        **parts,
        by_day=_every_day(figures, parts["since"], parts["covers_on"]),
        activation_a_day=daily_quota(figures["activation"]["quota"], campaign.quota_days),
        collection_a_day=daily_quota(figures["collection"]["quota"], campaign.quota_days),
    )


def team_weekly(
    unit: Unit, parent: Unit, figures: dict[str, Any], texts: Mapping[str, str], sent_by: str
) -> TeamWeekly:
    """Return a team's form of a week."""
    since, on = _days(figures)
    return TeamWeekly(
        **team_parts(unit, parent, on, figures, texts, sent_by),
        since=since,
        pending=figures["stock"].get(Bucket.PENDING, 0),
        previous=_week_before(figures),
        assessment=_assessment(texts),
        punctuality=timeliness(figures, unit.code),
        without_list=bool(figures.get("without_lists")),
    )


def _days(figures: dict[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(figures["since"]), date.fromisoformat(figures["on"])


def _period_parts(
    campaign: Campaign,
    unit: Unit,
    parent: Unit | None,
    figures: dict[str, Any],
    texts: Mapping[str, str],
    made_at: datetime,
) -> dict[str, Any]:
    since, on = _days(figures)
    parts = police_parts(campaign, unit, parent, on, figures, texts, made_at)
    return parts | {
        "since": since,
        "assessment": _assessment(texts),
        "punctuality": timeliness(figures, unit.code),
        "owing": _owing(parts["table"]),
        "without_lists": in_sentence(figures.get("without_lists", ())),
    }


def _owing(table: UnitTable) -> tuple[Reason, ...]:
    owed = {row.name: row.timeliness.missing for row in table.rows if row.timeliness}
    short = {name: count for name, count in owed.items() if count}
    if len(short) > OWING_NAMED:
        return ()
    return tuple(
        Reason(name, count) for name, count in zip(in_sentence(short), short.values(), strict=True)
    )


def _assessment(texts: Mapping[str, str]) -> Assessment:
    return Assessment(*(paragraphs(texts.get(name, "")) for name in ASSESSMENT))


def _titled(table: UnitTable, period: str) -> UnitTable:
    """Return a table whose title says its period: it may be read without its report."""
    return replace(table, title=table.title.replace("KẾT QUẢ", f"KẾT QUẢ {period}", 1))


def _week_before(figures: dict[str, Any]) -> WeekBefore | None:
    before = figures.get("previous")
    if before is None:
        return None
    since, on = _days(before)
    return WeekBefore(
        since, on, before["activation"], before["collection"], before.get("not_activated")
    )


def _every_day(figures: dict[str, Any], since: date, on: date) -> tuple[DayResult, ...]:
    """Return a result per day; days on which nothing was counted are none of the figures'."""
    days = [since + timedelta(days=n) for n in range((on - since).days + 1)]
    return tuple(DayResult(d, *figures["by_day"].get(d.isoformat(), (0, 0))) for d in days)
