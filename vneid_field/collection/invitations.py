"""Inviting citizens to a point, their answers, and the end of a day (III.3.b, III.3.c)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection import invitation_queries as queries
from vneid_field.collection.kinds import Answer, InvitationEnd
from vneid_field.collection.models import CollectionSession, Invitation
from vneid_field.collection.rules import (
    FIXED_HOURS,
    INVITABLE,
    MARGIN_PERCENT,
    slots,
    spread,
)
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound, WrongField
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.jobs.services import nightly
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.people.queries import lock_citizens
from vneid_field.people.services import advance
from vneid_field.units.models import Unit

MOST_AT_ONCE = 1_000  # people invited to one point and day in one go
HOUSEHOLD_SLACK = 30  # the last household may be a large one


def margin_of(campaign: Campaign) -> int:
    """Return how many percent beyond the quota are invited (a setting)."""
    return int(campaign.settings.get("collection_margin_percent", MARGIN_PERCENT))


def paths_of(point: Unit, session: CollectionSession | None) -> list[str]:
    """Return whose citizens are invited: a session's units, else the commune of a fixed point.

    Raises DomainError for a mobile point without a session: nobody knows where it will be.
    """
    if session is not None:
        return queries.list_session_paths(session) or [_parent_path(point)]
    if point.subtype == "mobile":
        raise DomainError("Điểm lưu động mời theo buổi: hãy lập lịch buổi thu nhận trước.")
    return [_parent_path(point)]


def _parent_path(point: Unit) -> str:
    return point.path.rstrip("/").rpartition("/")[0] + "/"


def _check_day(campaign: Campaign, on: date) -> None:
    if not campaign.starts_on <= on <= campaign.ends_on:
        raise WrongField("Ngày này nằm ngoài đợt cao điểm.", "on")
    if on < clock.today():
        raise WrongField("Ngày này đã qua, không mời được nữa.", "on")


def invite(
    *,
    actor: Actor,
    campaign: Campaign,
    point: Unit,
    on: date,
    areas: Sequence[int],
    count: int,
    seen: int,
    session: CollectionSession | None = None,
) -> list[Invitation]:
    """Invite about `count` people of some walking areas to a point on a day, hours spread.

    Households come together. `seen`: how many were invited already on the page that asked; when
    somebody invited meanwhile the answer is Conflict, so that two clicks never invite twice as
    many. Raises DomainError for another day, an empty area, or too many.
    """
    _check_day(campaign, on)
    if not 0 < count <= MOST_AT_ONCE:
        raise WrongField(f"Số người mời phải từ 1 đến {vn_number(MOST_AT_ONCE)}.", "count")
    _lock(point, session)
    known = queries.count_invited(
        campaign.id, point.id, on, session.id if session is not None else None
    )
    if known != seen:
        raise Conflict(f"Ngày này đã có {vn_number(known)} người được mời. Hãy xem lại rồi mời.")
    waiting = queries.list_waiting(
        actor.scope, campaign.id, paths_of(point, session), areas, count + HOUSEHOLD_SLACK
    )
    hours = FIXED_HOURS if session is None else ((session.from_minute, session.to_minute),)
    placed = spread(waiting, count, slots(hours))
    people = {one.id: one for one in lock_citizens([citizen_id for citizen_id, _at in placed])}
    free = _free(campaign, people)
    placed = [(citizen_id, minute) for citizen_id, minute in placed if citizen_id in free]
    if not placed:
        raise Conflict("Không còn ai chờ mời ở địa bàn đã chọn. Hãy chọn địa bàn khác.")
    made = _store(actor, campaign, point, on, session, placed)
    _set_invited(actor, people, [citizen_id for citizen_id, _minute in placed])
    record(
        "collection.invited",
        actor=actor,
        subject_kind="unit",
        subject_id=point.id,
        on=on.isoformat(),
        count=len(made),
    )
    return made


def _lock(point: Unit, session: CollectionSession | None) -> None:
    """One act on a point after the other; a session that was cancelled meanwhile invites nobody."""
    db.session.execute(select(Unit.id).where(Unit.id == point.id).with_for_update(key_share=True))
    if session is None:
        return
    db.session.refresh(session)
    if session.is_cancelled:
        raise Conflict("Buổi thu nhận này vừa bị hủy. Hãy chọn buổi khác.")


def _free(campaign: Campaign, people: dict[int, Citizen]) -> set[int]:
    """Of two who invite the same people at once the second finds them taken."""
    query = select(Invitation.citizen_id).where(
        Invitation.campaign_id == campaign.id,
        Invitation.citizen_id.in_(list(people)),
        Invitation.ended_at.is_(None),
    )
    taken = set(db.session.scalars(query))
    may = {key for key, one in people.items() if one.application_state in INVITABLE}
    return may - taken


def _store(
    actor: Actor,
    campaign: Campaign,
    point: Unit,
    on: date,
    session: CollectionSession | None,
    placed: Sequence[tuple[int, int]],
) -> list[Invitation]:
    ids = [citizen_id for citizen_id, _minute in placed]
    rounds: dict[int, int] = {
        citizen_id: number
        for citizen_id, number in db.session.execute(
            select(Invitation.citizen_id, func.max(Invitation.round))
            .where(Invitation.campaign_id == campaign.id, Invitation.citizen_id.in_(ids))
            .group_by(Invitation.citizen_id)
        )
    }
    now = clock.now()
    made = [
        Invitation(
            campaign_id=campaign.id,
            citizen_id=citizen_id,
            point_id=point.id,
            session_id=session.id if session else None,
            on_day=on,
            at_minute=minute,
            round=rounds.get(citizen_id, 0) + 1,
            invited_at=now,
            invited_by=actor.user_id,
        )
        for citizen_id, minute in placed
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def _set_invited(actor: Actor, people: dict[int, Citizen], ids: Sequence[int]) -> None:
    fresh = [people[one] for one in ids]
    fresh = [one for one in fresh if one.application_state is not ApplicationState.INVITED]
    advance(actor=actor, citizens=fresh, to=ApplicationState.INVITED, source="collection")


def end(
    invitation: Invitation, actor: Actor | None, ended_as: InvitationEnd, note: str = ""
) -> None:
    """End an open invitation: nothing is asked of the person any more."""
    invitation.ended_at = clock.now()
    invitation.ended_by = actor.user_id if actor else None
    invitation.ended_as = ended_as
    if note:
        invitation.note = note[:200]


def answer(
    *,
    actor: Actor,
    campaign: Campaign,
    invitation: Invitation,
    said: Answer,
    note: str = "",
    other_day: date | None = None,
) -> Invitation:
    """Note what an invited person says; returns the invitation that is open afterwards.

    "Another day" ends this one and opens one for that day at the same point and hour; a refusal
    and somebody away end it. Raises Conflict when it has ended, DomainError for a wrong day.
    """
    lock_citizens([invitation.citizen_id])
    db.session.refresh(invitation)
    if invitation.ended_at is not None:
        raise Conflict("Lời mời này đã kết thúc. Hãy tải lại trang.")
    if said is Answer.OTHER_DAY:
        if other_day is None:
            raise WrongField("Hãy chọn ngày người dân hẹn đến.", "other_day")
        _check_day(campaign, other_day)
        if other_day == invitation.on_day:
            raise WrongField("Ngày hẹn trùng với ngày đã mời.", "other_day")
    invitation.answer, invitation.answered_at = said, clock.now()
    invitation.note = note.strip()[:200]
    record(
        "collection.answered",
        actor=actor,
        subject_kind="invitation",
        subject_id=invitation.id,
        answer=said.value,
        citizen_id=invitation.citizen_id,
    )
    if said is Answer.OTHER_DAY and other_day is not None:
        end(invitation, actor, InvitationEnd.OTHER_DAY)
        db.session.flush()
        return _another(actor, invitation, other_day)
    if said is Answer.REFUSES:
        end(invitation, actor, InvitationEnd.REFUSED)
    elif said is Answer.AWAY:
        end(invitation, actor, InvitationEnd.AWAY)
    db.session.flush()
    return invitation


def _another(actor: Actor, before: Invitation, on: date) -> Invitation:
    """The same invitation on another day; a mobile session does not move with it."""
    made = Invitation(
        campaign_id=before.campaign_id,
        citizen_id=before.citizen_id,
        point_id=before.point_id,
        on_day=on,
        at_minute=before.at_minute,
        round=before.round,
        invited_at=clock.now(),
        invited_by=actor.user_id,
        answer=Answer.COMES,
        answered_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def withdraw(*, actor: Actor, invitation: Invitation, reason: str) -> None:
    """Take an invitation back with a reason; the person may be invited anew.

    Raises Conflict when it has ended, DomainError without a reason.
    """
    if not reason.strip():
        raise WrongField("Hãy ghi lý do thu hồi lời mời.", "reason")
    lock_citizens([invitation.citizen_id])
    db.session.refresh(invitation)
    if invitation.ended_at is not None:
        raise Conflict("Lời mời này đã kết thúc. Hãy tải lại trang.")
    end(invitation, actor, InvitationEnd.WITHDRAWN, reason.strip())
    record(
        "collection.withdrawn",
        actor=actor,
        subject_kind="invitation",
        subject_id=invitation.id,
        citizen_id=invitation.citizen_id,
    )
    db.session.flush()


def end_past_days(campaign: Campaign) -> int:
    """End what is still open of days that have passed: the person did not come."""
    query = select(Invitation).where(
        Invitation.campaign_id == campaign.id,
        Invitation.ended_at.is_(None),
        Invitation.on_day < clock.today(),
    )
    missed = list(db.session.scalars(query.with_for_update()))
    for one in missed:
        end(one, None, InvitationEnd.NO_SHOW)
    db.session.flush()
    return len(missed)


@nightly
def end_missed_invitations() -> None:
    """Whoever did not come yesterday may be invited again this morning."""
    try:
        campaign = current_campaign()
    except NotFound:
        return  # no campaign yet
    end_past_days(campaign)
