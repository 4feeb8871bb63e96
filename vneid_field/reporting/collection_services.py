"""The collection points' numbers of the day (III.3.d)."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, WrongField
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.reporting import queries
from vneid_field.reporting.contributions import contributions
from vneid_field.reporting.kinds import ObligationState
from vneid_field.reporting.models import CollectionResult, Obligation
from vneid_field.reporting.rules import minutes_late
from vneid_field.units.models import Unit

# Ours: above both of these a digit was typed too many.
MOST_TIMES_THE_QUOTA, MOST_AT_A_POINT = 10, 1_000


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
    _check_change(before, collected_on, collected, reason)
    obligation = queries.find_collection_obligation(campaign.id, point.id, collected_on)
    now = clock.now()
    is_asked = obligation is not None and obligation.excused_at is None
    late = minutes_late(obligation.due_at, now) if obligation and is_asked else 0
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
        raise WrongField("Số hồ sơ thu nhận phải từ 0 đến 100.000.", "collected")
    if quota and collected > max(MOST_TIMES_THE_QUOTA * quota, MOST_AT_A_POINT):
        raise WrongField(
            f"Kết quả {vn_number(collected)} gấp hơn {MOST_TIMES_THE_QUOTA} lần chỉ tiêu "
            f"{vn_number(quota)}: hãy kiểm tra lại con số.",
            "collected",
        )
    if collected < quota and not reason:
        raise WrongField(
            f"Kết quả {vn_number(collected)} thấp hơn chỉ tiêu {vn_number(quota)}: hãy ghi lý do.",
            "reason",
        )


def _check_change(
    before: CollectionResult | None, collected_on: date, collected: int, reason: str
) -> None:
    """A number that the reports above have counted already changes with a reason only."""
    is_past = collected_on < clock.today()
    if before is not None and is_past and before.collected != collected and not reason:
        raise WrongField(
            f"Ngày này đã báo {vn_number(before.collected)}: hãy ghi lý do sửa lại.", "reason"
        )
