"""The collection points' numbers of the day (III.3.d)."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.collection.day_counts import DayCounts, count_days
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound, WrongField
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.reporting import queries
from vneid_field.reporting.contributions import contributions
from vneid_field.reporting.kinds import ObligationState
from vneid_field.reporting.models import CollectionResult, Obligation, Remedy
from vneid_field.reporting.rules import minutes_late
from vneid_field.reporting.shortfalls import (
    Counts,
    RemedyGiven,
    check_reasons,
    check_remedy,
    counts_of,
    lacking,
    rows_of,
)
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
    reasons: Counts | None = None,
    remedy: RemedyGiven | None = None,
) -> CollectionResult:
    """Announce a point's number of the day (III.3.d); a new number replaces, never adds.

    `reasons` must add up to what lacks to the invitation list or the quota; `reason` is the
    remark beside them. What is said a second time in the same words changes nothing.
    Raises DomainError for another day than the campaign's, or below the named applications.
    """
    _check_collection(campaign, collected_on, collected, quota)
    _lock_point(point)
    before = queries.find_collection_result(campaign.id, point.id, collected_on)
    day = count_days(campaign.id, [point.id], collected_on)[point.id]
    counts = {why: count for why, count in (reasons or {}).items() if count}
    if before is not None and _says(before, (collected, day, quota), reason, counts, remedy):
        return before
    _check_change(before, collected_on, collected, reason)
    _check_named(collected, day)
    lack = lacking(collected, day.invited, quota)
    check_reasons(lack, counts, reason)
    check_remedy(lack, remedy, collected_on, campaign.ends_on)
    result = CollectionResult(
        campaign_id=campaign.id,
        point_id=point.id,
        home_unit_id=point.parent_id,
        collected_on=collected_on,
        version=before.version + 1 if before else 1,
        collected=collected,
        named=day.collected,
        invited=day.invited,
        quota=quota,
        reason=reason,
        remedy=remedy.words if remedy else "",
        entered_by=actor.user_id if actor else None,
        shortfalls=rows_of(counts),
        remedies=[_remedy(before, remedy)] if remedy else [],
    )
    _store(actor, campaign, before, result)
    return result


def _says(
    before: CollectionResult,
    numbers: tuple[int, DayCounts, int],
    reason: str,
    counts: Counts,
    remedy: RemedyGiven | None,
) -> bool:
    """Whether a result already says all this: a second tap."""
    collected, day, quota = numbers
    stored = (before.collected, before.named, before.invited, before.quota, before.reason)
    words = remedy.words if remedy else ""
    return (
        stored == (collected, day.collected, day.invited, quota, reason)
        and before.remedy == words
        and counts_of(before) == counts
    )


def _remedy(before: CollectionResult | None, given: RemedyGiven) -> Remedy:
    """Return the row of an action; the same one of the version before keeps what was done."""
    remedy = Remedy(
        kind=given.kind, note=given.note, responsible=given.responsible, due_on=given.due_on
    )
    for old in before.remedies if before else []:
        if given.is_of(old):
            remedy.done_at, remedy.done_by = old.done_at, old.done_by
            remedy.done_note = old.done_note
    return remedy


def _store(
    actor: Actor | None,
    campaign: Campaign,
    before: CollectionResult | None,
    result: CollectionResult,
) -> None:
    """Store a result, say whether it is late, write it down."""
    obligation = queries.find_collection_obligation(
        campaign.id, result.point_id, result.collected_on
    )
    now = clock.now()
    is_asked = obligation is not None and obligation.excused_at is None
    late = minutes_late(obligation.due_at, now) if obligation and is_asked else 0
    result.is_late, result.entered_at = late > 0, now
    _replace(campaign, before, result)
    _mark_received(obligation, now, late)
    record(
        "collection.entered",
        actor=actor,
        subject_kind="unit",
        subject_id=result.point_id,
        on=result.collected_on.isoformat(),
        collected=result.collected,
        late=late,
    )


def mark_remedy(*, actor: Actor, remedy: Remedy, is_done: bool, note: str = "") -> None:
    """Say whether a remedial action happened, and how it went or why it did not.

    The same answer again changes nothing. The caller found the row through its scope.
    """
    if not actor.scope.covers(remedy.result.point.path):
        raise NotFound
    if (remedy.done_at is not None, remedy.done_note) == (is_done, note):
        return
    remedy.done_at = clock.now() if is_done else None
    remedy.done_by, remedy.done_note = actor.user_id, note
    record(
        "collection.remedy_marked",
        actor=actor,
        subject_kind="unit",
        subject_id=remedy.result.point_id,
        on=remedy.result.collected_on.isoformat(),
        done=is_done,
    )


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


def _check_collection(campaign: Campaign, collected_on: date, collected: int, quota: int) -> None:
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


def _check_named(collected: int, day: DayCounts) -> None:
    if collected < day.collected:
        raise WrongField(
            f"Điểm đã ghi tên {vn_number(day.collected)} người thu nhận xong trong ngày, kết quả "
            f"không thể là {vn_number(collected)}. Ghi nhầm người nào thì hoàn tác người đó trước.",
            "collected",
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
