"""A running campaign's last day or hours change: what nobody has sent yet follows.

What is sent, excused or past its hour stays as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import ColumnElement, delete, exists, select, update

from vneid_field.accounts.services import move_expiry
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign, ReportRule
from vneid_field.campaigns.queries import list_report_rules
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.core.text import vn_date, vn_time
from vneid_field.extensions import db
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.labels import LEVEL_LABELS
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.obligation_services import (
    open_obligations,
    periods_of,
    rule_of,
)
from vneid_field.reporting.rules import due_instant, open_instant
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

LONGEST_DAYS = 366


@dataclass(frozen=True)
class Followed:
    """How many obligations were opened, dropped, and given another hour or day."""

    opened: int
    dropped: int
    moved: int


def change_calendar(
    *,
    actor: Actor | None,
    campaign: Campaign,
    ends_on: date,
    hours: Mapping[UnitKind, time],
) -> Followed:
    """Give a campaign another last day, or kinds of units another hour of their days and weeks.

    The final reports' hours stay; their period follows the last day. Raises DomainError for a last
    day that cannot be, Conflict when a final report has been sent.
    """
    before = campaign.ends_on
    if ends_on != before:
        _check_end(campaign, ends_on)
    campaign.ends_on = ends_on
    rules = list_report_rules(campaign.id)
    changed = [one for one in rules if one.unit_kind in hours and not _is_final(one)]
    for rule in changed:
        rule.due_at = hours[rule.unit_kind]
    db.session.flush()
    moved = sum(_move(campaign, rule) for rule in changed)
    dropped = 0
    if ends_on != before:
        dropped = _drop_behind(campaign)
        moved += sum(_move_final(campaign, rule) for rule in rules if _is_final(rule))
        move_expiry(clock.day_bounds(before)[1], clock.day_bounds(ends_on)[1])
    reason = f"Lịch chiến dịch đổi ngày {vn_date(clock.today())}."
    opened = open_obligations(campaign=campaign, past_reason=reason)
    record(
        "campaign.calendar_changed",
        actor=actor,
        subject_kind="campaign",
        subject_id=campaign.id,
        ends_on=ends_on.isoformat(),
        hours=[f"{LEVEL_LABELS[kind]} {vn_time(hour)}" for kind, hour in hours.items()],
    )
    db.session.flush()
    return Followed(opened, dropped, moved)


def _is_final(rule: ReportRule) -> bool:
    return rule.report_kind == ReportKind.FINAL.value


def _check_end(campaign: Campaign, ends_on: date) -> None:
    if ends_on < max(clock.today(), campaign.starts_on):
        raise DomainError("Ngày kết thúc không được trước hôm nay hoặc trước ngày bắt đầu.")
    if (ends_on - campaign.starts_on).days >= LONGEST_DAYS:
        raise DomainError(f"Chiến dịch dài nhất {LONGEST_DAYS} ngày.")
    sent = select(Obligation.id).where(
        Obligation.campaign_id == campaign.id,
        Obligation.report_kind == ReportKind.FINAL,
        Obligation.state.in_((ObligationState.SENT_ON_TIME, ObligationState.SENT_LATE)),
    )
    if db.session.scalar(sent.limit(1)) is not None:
        raise Conflict(
            f"Đã có báo cáo tổng kết đến ngày {vn_date(campaign.ends_on)} được gửi, nên không đổi "
            "ngày kết thúc được nữa."
        )


def _of(campaign: Campaign, rule: ReportRule) -> list[ColumnElement[bool]]:
    """Return the conditions of a rule's obligations that nobody has sent."""
    units = select(Unit.id).where(Unit.kind == rule.unit_kind)
    return [
        Obligation.campaign_id == campaign.id,
        Obligation.report_kind == ReportKind(rule.report_kind),
        Obligation.unit_id.in_(units),
        Obligation.state == ObligationState.EXPECTED,
    ]


def _move(campaign: Campaign, stored: ReportRule) -> int:
    """Give what is still to come its new hour; what would be past already keeps the old one."""
    now, rule, count = clock.now(), rule_of(stored), 0
    for period in periods_of(campaign, rule.report_kind):
        due_at = due_instant(rule, period.last_on)
        if due_at <= now:
            continue
        result = db.session.execute(
            update(Obligation)
            .where(
                *_of(campaign, stored),
                Obligation.period_end_on == period.last_on,
                Obligation.due_at > now,
                Obligation.due_at != due_at,
            )
            .values(due_at=due_at, opens_at=open_instant(rule, period.last_on))
        )
        count += result.rowcount  # type: ignore[attr-defined]
    return count


def _move_final(campaign: Campaign, stored: ReportRule) -> int:
    """Let the final reports and their drafts end with the new last day."""
    rule, ends_on = rule_of(stored), campaign.ends_on
    drafts = select(Obligation.id).where(*_of(campaign, stored))
    db.session.execute(
        update(Report).where(Report.obligation_id.in_(drafts)).values(period_end_on=ends_on)
    )
    result = db.session.execute(
        update(Obligation)
        .where(*_of(campaign, stored))
        .values(
            period_end_on=ends_on,
            due_at=due_instant(rule, ends_on),
            opens_at=open_instant(rule, ends_on),
        )
    )
    return result.rowcount  # type: ignore[attr-defined]


def _drop_behind(campaign: Campaign) -> int:
    """Delete what would be owed for days behind the last one; excuse what has a draft already."""
    behind = (
        Obligation.campaign_id == campaign.id,
        Obligation.report_kind != ReportKind.FINAL,
        Obligation.period_end_on > campaign.ends_on,
        Obligation.state == ObligationState.EXPECTED,
    )
    drafted = exists().where(Report.obligation_id == Obligation.id)
    excuse = {
        "state": ObligationState.EXCUSED,
        "excused_reason": f"Chiến dịch kết thúc ngày {vn_date(campaign.ends_on)}.",
        "excused_at": clock.now(),
    }
    db.session.execute(update(Obligation).where(*behind, drafted).values(excuse))
    result = db.session.execute(delete(Obligation).where(*behind))
    return result.rowcount  # type: ignore[attr-defined]
