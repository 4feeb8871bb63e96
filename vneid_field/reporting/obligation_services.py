"""Dated obligations: opened with the campaign, following its units, reminded and excused."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, insert, or_, select, update

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign, ReportRule
from vneid_field.campaigns.queries import current_campaign, list_report_rules
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.text import vn_date
from vneid_field.extensions import db
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.rules import (
    REMIND_AGAIN_MINUTES,
    WEEK_ENDS_ON,
    DueRule,
    Period,
    due_instant,
    open_instant,
    periods,
)
from vneid_field.units.models import Unit


def open_obligations(*, campaign: Campaign, past_reason: str = "", unit: Unit | None = None) -> int:
    """Create the dated rows that are missing for every unit that owes one; returns how many.

    `past_reason` excuses those of them whose hour has passed already; `unit`: for this one only.

    Runs again after a change of calendar or units without doubling anything.
    """
    # Two who add a unit at once: the second finds the first one's rows.
    lock = select(Campaign.id).where(Campaign.id == campaign.id)
    db.session.execute(lock.with_for_update(key_share=True))
    existing: set[tuple[int, ReportKind, date]] = {
        (row[0], row[1], row[2])
        for row in db.session.execute(
            select(Obligation.unit_id, Obligation.report_kind, Obligation.period_end_on).where(
                Obligation.campaign_id == campaign.id
            )
        )
    }
    root = db.session.get_one(Unit, campaign.root_unit_id)
    rows: list[dict[str, object]] = []
    for stored in list_report_rules(campaign.id):
        rows.extend(_rows_of(campaign, unit or root, rule_of(stored), existing))
    if past_reason:
        _excuse_past(rows, past_reason)
    for start in range(0, len(rows), 5000):
        db.session.execute(insert(Obligation), rows[start : start + 5000])
    db.session.flush()
    return len(rows)


def rule_of(stored: ReportRule) -> DueRule:
    """Return a stored rule as the pure rules read it."""
    return DueRule(
        stored.unit_kind,
        ReportKind(stored.report_kind),
        stored.opens_at,
        stored.due_at,
        stored.due_days_after,
        stored.to_kind,
    )


def _excuse_past(rows: list[dict[str, object]], reason: str) -> None:
    now = clock.now()
    for row in rows:
        is_past = row["due_at"] < now  # type: ignore[operator]
        row |= {
            "state": ObligationState.EXCUSED if is_past else row["state"],
            "excused_reason": reason if is_past else "",
            "excused_at": now if is_past else None,
        }


def open_after_upgrade() -> int:
    """Open what a newer version asks for in every campaign; what is past already is excused."""
    reason = "Loại báo cáo này có trong phần mềm sau khi nâng cấp."
    campaigns = db.session.scalars(select(Campaign).order_by(Campaign.id)).all()
    return sum(open_obligations(campaign=one, past_reason=reason) for one in campaigns)


def periods_of(campaign: Campaign, kind: ReportKind) -> list[Period]:
    """Return the periods of a kind of report of a campaign, the earliest first."""
    week_ends_on = campaign.settings.get("week_ends_on", WEEK_ENDS_ON)
    return periods(kind, campaign.starts_on, campaign.ends_on, week_ends_on)


def _rows_of(
    campaign: Campaign, root: Unit, rule: DueRule, existing: set[tuple[int, ReportKind, date]]
) -> list[dict[str, object]]:
    units = db.session.execute(
        select(Unit.id, Unit.path).where(
            Unit.kind == rule.unit_kind,
            Unit.is_active.is_(True),
            Unit.path.startswith(root.path, autoescape=True),  # a unit's own path is one of them
        )
    ).all()
    rows: list[dict[str, object]] = []
    for period in periods_of(campaign, rule.report_kind):
        opens_at, due_at = open_instant(rule, period.last_on), due_instant(rule, period.last_on)
        rows.extend(
            {
                "campaign_id": campaign.id,
                "unit_id": unit_id,
                "unit_path": path,
                "report_kind": rule.report_kind,
                "period_start_on": period.first_on,
                "period_end_on": period.last_on,
                "opens_at": opens_at,
                "due_at": due_at,
                "state": ObligationState.EXPECTED,
            }
            for unit_id, path in units
            if (unit_id, rule.report_kind, period.last_on) not in existing
        )
    return rows


def remind(*, actor: Actor, campaign: Campaign, obligations: list[Obligation]) -> int:
    """Mark units that have not sent as reminded, with who and when; returns how many.

    Not yet what may not be sent yet, and not again who was reminded a moment ago: a button pressed
    twice reminds once.
    """
    now = clock.now()
    before = now - timedelta(minutes=REMIND_AGAIN_MINUTES)
    changed = db.session.scalars(
        update(Obligation)
        .where(
            Obligation.campaign_id == campaign.id,
            Obligation.id.in_([one.id for one in obligations]),
            Obligation.state == ObligationState.EXPECTED,
            Obligation.opens_at <= now,
            or_(Obligation.reminded_at.is_(None), Obligation.reminded_at <= before),
        )
        .values(reminded_at=now, reminded_by=actor.user_id)
        .returning(Obligation.id)
    ).all()
    if changed:
        record("report.reminded", actor=actor, count=len(changed))
    db.session.flush()
    return len(changed)


def begin_unit(*, actor: Actor, unit: Unit) -> None:
    """Give a unit that was added during the campaign its obligations; days before are excused."""
    open_obligations(campaign=current_campaign(), unit=unit)
    reason = f"Đơn vị lập ngày {vn_date(clock.today())}."
    _excuse(actor, unit, Obligation.period_end_on < clock.today(), reason)


def end_unit(*, actor: Actor, unit: Unit) -> None:
    """Excuse a closed unit from what is not due yet; what it missed before stays missed."""
    reason = f"Đơn vị giải thể ngày {vn_date(clock.today())}."
    _excuse(actor, unit, Obligation.due_at > clock.now(), reason)


def _excuse(actor: Actor, unit: Unit, which: ColumnElement[bool], reason: str) -> None:
    db.session.execute(
        update(Obligation)
        .where(
            Obligation.campaign_id == current_campaign().id,
            Obligation.unit_id == unit.id,
            Obligation.state == ObligationState.EXPECTED,
            which,
        )
        .values(
            state=ObligationState.EXCUSED,
            excused_reason=reason,
            excused_at=clock.now(),
            excused_by=actor.user_id,
        )
    )
