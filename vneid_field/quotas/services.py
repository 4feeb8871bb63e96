"""Splitting a unit's targets over its children: proposal, check, saved as a revision."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select, update

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.core.shares import largest_remainder
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota, QuotaRevision
from vneid_field.quotas.queries import newest_number, targets_of
from vneid_field.units.models import Unit

SPLIT_KINDS = (QuotaKind.ACTIVATION, QuotaKind.COLLECTION)
KIND_WORDS = {
    QuotaKind.ACTIVATION: "kích hoạt",
    QuotaKind.COLLECTION: "thu nhận",
    QuotaKind.POINT_DAY: "thu nhận mỗi ngày",
}
Amounts = Mapping[int, Mapping[QuotaKind, int]]


def propose_split(
    targets: Mapping[QuotaKind, int], weights: Mapping[int, int]
) -> dict[int, dict[QuotaKind, int]]:
    """Return each child's share of both targets by largest remainder on its weight (IV.5)."""
    parts = {kind: largest_remainder(targets.get(kind, 0), weights) for kind in SPLIT_KINDS}
    return {unit_id: {kind: parts[kind][unit_id] for kind in SPLIT_KINDS} for unit_id in weights}


def save_split(
    *,
    actor: Actor | None,
    campaign: Campaign,
    parent: Unit,
    children: Sequence[Unit],
    amounts: Amounts,
    reason: str = "",
    expected_number: int | None = None,
    effective_on: date | None = None,
    is_checked: bool = True,
) -> QuotaRevision:
    """Save a split as the parent's next revision; the one before stays as history.

    Raises DomainError when a sum is not the parent's target, Conflict when somebody saved a
    revision since `expected_number` was read. `is_checked` False only for the root, which has
    no target above it.
    """
    _lock(parent)
    if is_checked:
        _check_sums(campaign, parent, {child.id: amounts.get(child.id, {}) for child in children})
    revision = _next_revision(
        actor, campaign, parent, reason, expected_number, effective_on or clock.today()
    )
    _retire(campaign, SPLIT_KINDS, select(Unit.id).where(Unit.parent_id == parent.id))
    for child in children:
        for kind, amount in amounts.get(child.id, {}).items():
            _add(revision, child, kind, amount)
    record(
        "quota.split",
        actor=actor,
        subject_kind="unit",
        subject_id=parent.id,
        revision=revision.number,
        activation=_sum(amounts, QuotaKind.ACTIVATION),
        collection=_sum(amounts, QuotaKind.COLLECTION),
        units=len(children),
    )
    db.session.flush()
    return revision


def _add(revision: QuotaRevision, unit: Unit, kind: QuotaKind, amount: int) -> None:
    quota = Quota(
        campaign_id=revision.campaign_id,
        revision_id=revision.id,
        unit_id=unit.id,
        unit_path=unit.path,
        kind=kind,
        amount=amount,
    )
    db.session.add(quota)


def _sum(amounts: Amounts, kind: QuotaKind) -> int:
    return sum(part.get(kind, 0) for part in amounts.values())


def _lock(parent: Unit) -> None:
    """Let savers follow one another: the second meets the first one's number.

    The unit above is held too, whose revision sets the target that is split.
    """
    units = select(Unit.id).where(Unit.id.in_((parent.id, parent.parent_id))).order_by(Unit.id)
    db.session.execute(units.with_for_update(key_share=True))


def _next_revision(
    actor: Actor | None,
    campaign: Campaign,
    parent: Unit,
    reason: str,
    expected_number: int | None,
    effective_on: date,
) -> QuotaRevision:
    _lock(parent)
    number = newest_number(campaign.id, parent.id)
    if expected_number is not None and expected_number != number:
        raise Conflict("Bảng phân bổ vừa được người khác lưu. Hãy mở lại để xem bản mới nhất.")
    revision = QuotaRevision(
        campaign_id=campaign.id,
        parent_unit_id=parent.id,
        number=number + 1,
        effective_on=effective_on,
        reason=reason,
        made_at=clock.now(),
        made_by=actor.user_id if actor else None,
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def _retire(
    campaign: Campaign, kinds: Sequence[QuotaKind], unit_ids: Sequence[int] | Select[int]
) -> None:
    db.session.execute(
        update(Quota)
        .where(
            Quota.campaign_id == campaign.id,
            Quota.unit_id.in_(unit_ids),
            Quota.kind.in_(kinds),
            Quota.is_current.is_(True),
        )
        .values(is_current=False)
    )


def _check_sums(campaign: Campaign, parent: Unit, amounts: Amounts) -> None:
    targets = targets_of(campaign.id, [parent.id])[parent.id]
    for kind in SPLIT_KINDS:
        if any(part.get(kind, 0) < 0 for part in amounts.values()):
            raise DomainError("Chỉ tiêu không được là số âm.")
        wanted, found = targets.get(kind, 0), _sum(amounts, kind)
        if wanted != found:
            over = found - wanted
            word = "thừa" if over > 0 else "thiếu"
            raise DomainError(
                f"Tổng chỉ tiêu {KIND_WORDS[kind]} là {vn_number(found)}, phải bằng "
                f"{vn_number(wanted)}: đang {word} {vn_number(abs(over))}."
            )


def save_point_quotas(
    *,
    actor: Actor | None,
    campaign: Campaign,
    unit: Unit,
    amounts: Mapping[Unit, int],
    reason: str = "",
    expected_number: int | None = None,
    effective_on: date | None = None,
) -> QuotaRevision:
    """Set the daily numbers of collection points below a unit, as one of its revisions.

    They are work targets apart from the unit's own (section 11): their sum is shown beside the
    unit's daily collection quota, and need not meet it.
    """
    if any(amount < 0 for amount in amounts.values()):
        raise DomainError("Chỉ tiêu không được là số âm.")
    revision = _next_revision(
        actor, campaign, unit, reason, expected_number, effective_on or clock.today()
    )
    _retire(campaign, (QuotaKind.POINT_DAY,), [point.id for point in amounts])
    for point, a_day in amounts.items():
        _add(revision, point, QuotaKind.POINT_DAY, a_day)
    record(
        "quota.points_set",
        actor=actor,
        subject_kind="unit",
        subject_id=unit.id,
        revision=revision.number,
        a_day=sum(amounts.values()),
        points=len(amounts),
    )
    db.session.flush()
    return revision
