"""Obligations, drafts and sending; the collection points' results."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign, list_report_rules
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.core.text import vn_date, vn_number, vn_time
from vneid_field.documents.services import figures_digest
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.reporting import queries
from vneid_field.reporting.contributions import contributions
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.models import CollectionResult, Obligation, Report
from vneid_field.reporting.rules import (
    TEMPLATE_VERSION,
    DueRule,
    daily_periods,
    due_instant,
    minutes_late,
    open_instant,
    shortfalls,
)
from vneid_field.units.models import Unit
from vneid_field.visits.queries import newest_event_id

SHORT_WORDS = {"activation": "kích hoạt", "collection": "thu nhận"}
TEXTS = ("difficulties", "proposals", "explanation")


def open_obligations(*, campaign: Campaign) -> int:
    """Create the dated rows that are missing for every unit that owes one; returns how many.

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
        rule = DueRule(
            stored.unit_kind,
            ReportKind(stored.report_kind),
            stored.opens_at,
            stored.due_at,
            stored.due_days_after,
            stored.to_kind,
        )
        rows.extend(_rows_of(campaign, root, rule, existing))
    for start in range(0, len(rows), 5000):
        db.session.execute(insert(Obligation), rows[start : start + 5000])
    db.session.flush()
    return len(rows)


def _rows_of(
    campaign: Campaign, root: Unit, rule: DueRule, existing: set[tuple[int, ReportKind, date]]
) -> list[dict[str, object]]:
    units = db.session.execute(
        select(Unit.id, Unit.path).where(
            Unit.kind == rule.unit_kind,
            Unit.is_active.is_(True),
            Unit.path.startswith(root.path, autoescape=True),
        )
    ).all()
    rows: list[dict[str, object]] = []
    for day in daily_periods(campaign.starts_on, campaign.ends_on):
        opens_at, due_at = open_instant(rule, day), due_instant(rule, day)
        rows.extend(
            {
                "campaign_id": campaign.id,
                "unit_id": unit_id,
                "unit_path": path,
                "report_kind": rule.report_kind,
                "period_start_on": day,
                "period_end_on": day,
                "opens_at": opens_at,
                "due_at": due_at,
                "state": ObligationState.EXPECTED,
            }
            for unit_id, path in units
            if (unit_id, rule.report_kind, day) not in existing
        )
    return rows


def _lock(obligation: Obligation) -> None:
    """Read what became of an obligation and hold it until the transaction ends."""
    changing = ["state", "received_at"]
    db.session.refresh(obligation, changing, with_for_update={"key_share": True})


def save_draft(*, obligation: Obligation, texts: Mapping[str, str], is_no_list: bool) -> Report:
    """Keep what has been written so far; figures are filled in when it is sent."""
    _lock(obligation)  # a draft that is being sent takes no more words
    draft = queries.find_draft(obligation.id)
    now = clock.now()
    if draft is None:
        sent = queries.find_newest_sent(obligation.id)
        draft = Report(
            campaign_id=obligation.campaign_id,
            obligation_id=obligation.id,
            unit_id=obligation.unit_id,
            report_kind=obligation.report_kind,
            period_start_on=obligation.period_start_on,
            period_end_on=obligation.period_end_on,
            version=sent.version + 1 if sent else 1,
            replaces_id=sent.id if sent else None,
            created_at=now,
            updated_at=now,
        )
        db.session.add(draft)
    for name in TEXTS:
        setattr(draft, name, texts.get(name, "") or "")
    draft.is_no_list_received = is_no_list
    draft.updated_at = now
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Đồng đội vừa mở cùng báo cáo này. Hãy tải lại trang.") from error
    return draft


def check_sendable(
    obligation: Obligation, figures: Mapping[str, Any], texts: Mapping[str, str], no_list: bool
) -> None:
    """Raise DomainError when a report may not be sent: too early, empty, or unexplained."""
    now = clock.now()
    if now < obligation.opens_at:
        opens = clock.to_local(obligation.opens_at)
        raise DomainError(
            f"Báo cáo ngày {vn_date(obligation.period_end_on)} gửi được từ {vn_time(opens)} ngày "
            f"{vn_date(opens.date())}."
        )
    is_empty = not figures.get("visits") and not figures["activation"]["in_day"]
    if is_empty and not no_list and obligation.unit.kind == "team":
        raise DomainError(
            "Trong ngày chưa có kết quả nào. Nếu tổ chưa nhận được danh sách, hãy đánh dấu "
            "“Không nhận được danh sách trong ngày” rồi gửi."
        )
    below = shortfalls(obligation.unit.kind, figures)
    # "No list received" explains an empty day only: a team that made visits explains in words.
    if below and not texts.get("explanation") and not (no_list and is_empty):
        parts = [
            f"{SHORT_WORDS[one.target]} {vn_number(one.done)}, chỉ tiêu ngày là "
            f"{vn_number(one.quota_a_day)}"
            for one in below
        ]
        raise DomainError(f"Chưa đạt: {'; '.join(parts)}. Hãy ghi giải trình trước khi gửi.")


def _freeze(report: Report, figures: Mapping[str, object], now: datetime, late: int) -> None:
    report.figures = dict(figures)
    report.figures_digest = figures_digest(figures)
    report.template_version = TEMPLATE_VERSION
    report.state = ReportState.SENT
    report.sent_at = now
    report.is_late = late > 0
    report.minutes_late = late
    report.through_event_id = newest_event_id()


def send_report(
    *,
    actor: Actor | None,
    obligation: Obligation,
    figures: Mapping[str, object],
    texts: Mapping[str, str],
    is_no_list: bool = False,
    is_on_behalf: bool = False,
) -> Report:
    """Freeze the figures and send: late or not by the server's clock.

    Raises Conflict when it was already sent (who and when), DomainError when it may not be sent.
    """
    _lock(obligation)
    _check_unsent(obligation)
    check_sendable(obligation, figures, texts, is_no_list)
    report = save_draft(obligation=obligation, texts=texts, is_no_list=is_no_list)
    now = clock.now()
    late = minutes_late(obligation.due_at, now)
    _freeze(report, figures, now, late)
    report.sent_by = actor.user_id if actor else None
    report.is_sent_on_behalf = is_on_behalf
    obligation.state = ObligationState.SENT_LATE if late else ObligationState.SENT_ON_TIME
    obligation.received_at = now
    record(
        "report.sent",
        actor=actor,
        subject_kind="report",
        subject_id=report.id,
        kind=report.report_kind.value,
        period=report.period_end_on.isoformat(),
        version=report.version,
        late=late,
        on_behalf=is_on_behalf,
    )
    db.session.flush()
    return report


def _check_unsent(obligation: Obligation) -> None:
    sent = queries.find_newest_sent(obligation.id)
    if sent is not None:
        at = clock.to_local(sent.sent_at) if sent.sent_at else None
        raise Conflict(
            f"Báo cáo ngày {vn_date(obligation.period_end_on)} đã gửi lúc {vn_time(at)}"
            f" ngày {vn_date(at.date()) if at else ''}. Số liệu đã chốt, không gửi lại được.",
        )


def _mark_received(obligation: Obligation | None, now: datetime, late: int) -> None:
    if obligation is not None and obligation.state is ObligationState.EXPECTED:
        obligation.state = ObligationState.SENT_LATE if late else ObligationState.SENT_ON_TIME
        obligation.received_at = now


def _lock_point(point: Unit) -> None:
    """Of two who announce at once the second replaces the first one's number."""
    lock = select(Unit.id).where(Unit.id == point.id)
    db.session.execute(lock.with_for_update(key_share=True))


def enter_collection_result(
    *,
    actor: Actor | None,
    campaign: Campaign,
    point: Unit,
    collected_on: date,
    collected: int,
    quota: int,
    reason: str = "",
    remedy: str = "",
) -> CollectionResult:
    """Announce a point's number of the day (III.3.d); a new number replaces, never adds.

    Raises DomainError below the quota without a reason, or for another day than the campaign's.
    """
    _check_collection(campaign, collected_on, collected, quota, reason)
    _lock_point(point)
    before = queries.find_collection_result(campaign.id, point.id, collected_on)
    obligation = queries.find_collection_obligation(campaign.id, point.id, collected_on)
    now = clock.now()
    late = minutes_late(obligation.due_at, now) if obligation else 0
    result = CollectionResult(
        campaign_id=campaign.id,
        point_id=point.id,
        home_unit_id=point.parent_id,
        collected_on=collected_on,
        version=before.version + 1 if before else 1,
        collected=collected,
        quota=quota,
        reason=reason,
        remedy=remedy,
        is_late=late > 0,
        entered_at=now,
        entered_by=actor.user_id if actor else None,
    )
    _replace(campaign, before, result)
    _mark_received(obligation, now, late)
    record(
        "collection.entered",
        actor=actor,
        subject_kind="unit",
        subject_id=point.id,
        on=collected_on.isoformat(),
        collected=collected,
        late=late,
    )
    return result


def _replace(campaign: Campaign, before: CollectionResult | None, result: CollectionResult) -> None:
    """Store a point's new number and count the difference to the one before."""
    old = [before] if before else []
    apply_flows(campaign.id, difference(contributions(old), contributions([*old, result])))
    if before:
        before.is_newest = False
    db.session.add(result)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Đồng đội vừa báo số liệu cho ngày này. Hãy tải lại trang.") from error


def _check_collection(
    campaign: Campaign, collected_on: date, collected: int, quota: int, reason: str
) -> None:
    if not campaign.starts_on <= collected_on <= campaign.ends_on:
        raise DomainError("Ngày này nằm ngoài đợt cao điểm.")
    if collected_on > clock.today():
        raise DomainError("Chưa đến ngày này, chưa báo kết quả được.")
    if collected < 0 or collected > 100_000:
        raise DomainError("Số hồ sơ thu nhận phải từ 0 đến 100.000.")
    if collected < quota and not reason:
        raise DomainError(
            f"Kết quả {vn_number(collected)} thấp hơn chỉ tiêu {vn_number(quota)}: hãy ghi lý do."
        )


def remind(*, actor: Actor, campaign: Campaign, obligations: list[Obligation]) -> int:
    """Mark units that have not sent as reminded, with who and when; returns how many."""
    now = clock.now()
    waiting = [o for o in obligations if o.state is ObligationState.EXPECTED]
    for obligation in waiting:
        obligation.reminded_at = now
        obligation.reminded_by = actor.user_id
    record("report.reminded", actor=actor, count=len(waiting))
    db.session.flush()
    return len(waiting)


def begin_unit(*, actor: Actor, unit: Unit) -> None:
    """Give a unit that was added during the campaign its obligations; days before are excused."""
    open_obligations(campaign=current_campaign())
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
