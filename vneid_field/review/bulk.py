"""Accepting together what neither a flag nor the sample asks about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, tuple_, update

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict
from vneid_field.core.text import vn_count2
from vneid_field.extensions import db
from vneid_field.people.models import Household
from vneid_field.review.days import Day, Entry, communes_of, read_day
from vneid_field.review.draws import keep_draw
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.review.rules import is_own_work

PIECE = 500  # checklists a statement


@dataclass(frozen=True)
class Accepted:
    """How many were accepted together, and how many were left: own work, flagged, newer."""

    accepted: int
    own: int
    flagged: int
    newer: int


def accept_rest(
    *, actor: Actor, campaign: Campaign, on: date, through_event_id: int, team_id: int | None = None
) -> Accepted:
    """Accept the rest of a day: waiting, neither flagged nor in the sample; marked as such.

    `through_event_id`: the newest result the page knew; what came since waits. Raises Conflict
    while the sample is not looked at, or when all that is left is the person's own work.
    """
    before = _mine(actor, campaign, on, team_id)
    left = [entry for entry in before.sample if entry.waits]
    if left:
        raise Conflict(
            f"Còn {vn_count2(len(left))} phiếu trong mẫu ngẫu nhiên chưa xem. Hãy xem hết mẫu rồi "
            "mới duyệt phần còn lại."
        )
    _lock(before.rest)
    day = _mine(actor, campaign, on, team_id)  # as it stands behind the lock
    locked = {entry.key for entry in before.rest}
    known = [e for e in day.rest if e.newest_event_id <= through_event_id and e.key in locked]
    chosen = [entry for entry in known if not is_own_work(actor.user_id, entry.authors)]
    own, newer = len(known) - len(chosen), len(day.rest) - len(known)
    if own and not chosen:
        raise Conflict(
            "Các phiếu còn lại có kết quả do chính bạn ghi hoặc nhập thay: người khác phải duyệt."
        )
    if not chosen:  # pressed twice, or a colleague was first
        return Accepted(0, own, len(day.open_flags), newer)
    for path, commune_id in communes_of(actor).items():
        keep_draw(actor, campaign, path, commune_id, on)
    for start in range(0, len(chosen), PIECE):
        _store(actor, campaign, day, chosen[start : start + PIECE])
    record(
        "review.accepted_rest",
        actor=actor,
        subject_kind="unit",
        subject_id=team_id or actor.unit.unit_id,
        on=on.isoformat(),
        count=len(chosen),
    )
    db.session.flush()
    return Accepted(len(chosen), own, len(day.open_flags), newer)


def _mine(actor: Actor, campaign: Campaign, on: date, team_id: int | None) -> Day:
    day = read_day(campaign, communes_of(actor), on).seen_by(actor.scope)
    return day if team_id is None else day.of_team(team_id)


def _lock(entries: Sequence[Entry]) -> None:
    """Let one act on a household's checklists follow the other, in the order of ids."""
    ids = sorted({entry.key[0] for entry in entries})
    for start in range(0, len(ids), PIECE):
        query = select(Household.id).where(Household.id.in_(ids[start : start + PIECE]))
        db.session.execute(query.order_by(Household.id).with_for_update(key_share=True))


def _store(actor: Actor, campaign: Campaign, day: Day, entries: Sequence[Entry]) -> None:
    keys = [entry.key for entry in entries]
    db.session.execute(
        update(ChecklistReview)
        .where(
            ChecklistReview.campaign_id == campaign.id,
            ChecklistReview.counted_on == day.on,
            ChecklistReview.is_newest.is_(True),
            tuple_(ChecklistReview.household_id, ChecklistReview.team_id).in_(keys),
        )
        .values(is_newest=False)
        .execution_options(synchronize_session=False)
    )
    now = clock.now()
    rows = [
        {
            "campaign_id": campaign.id,
            "household_id": entry.key[0],
            "team_id": entry.team_id,
            "commune_id": entry.commune_id,
            "counted_on": day.on,
            "state": ReviewState.ACCEPTED,
            "remark": "",
            "through_event_id": entry.newest_event_id,
            "is_newest": True,
            "is_bulk": True,
            "is_sampled": False,
            "at": now,
            "by": actor.user_id,
        }
        for entry in entries
    ]
    db.session.execute(insert(ChecklistReview), rows)
