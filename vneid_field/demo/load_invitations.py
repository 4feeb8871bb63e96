"""The ward's point in the demo: who is asked to come today and tomorrow, and who has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from vneid_field.accounts.queries import actor_by_login
from vneid_field.collection.day import DayInput, record_event
from vneid_field.collection.invitation_page import propose
from vneid_field.collection.invitations import answer, invite
from vneid_field.collection.kinds import Answer, CouldNot, EventKind
from vneid_field.collection.models import Invitation
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import find_unit_by_code

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

COME = 0.72  # of those asked whose hour has passed
FAIL = 0.06  # of those who come
ANSWERS = ((Answer.COMES, 50), (Answer.REFUSES, 4), (Answer.AWAY, 5), (None, 41))


def load(demo: Demo) -> None:
    """Invite for today and tomorrow, let the day run until the demo's moment."""
    police = _actor(f"phuong.{demo.ward_code}")
    officer = _actor(f"diem.{demo.ward_code}")
    point = find_unit_by_code(f"{demo.ward_code}.TN")
    assert point is not None
    today = demo.days[-1]
    rng = rng_for(demo.seed, "invitations", point.code)
    with clock.frozen(clock.at_local(today - timedelta(days=1), time(15))):
        asked = _ask(demo, police, point, today)
    with clock.frozen(clock.at_local(today, time(15))):
        _ask(demo, police, point, today + timedelta(days=1))
    with clock.frozen(clock.at_local(today, time(7, 10))):
        coming = [one for one in asked if _says(demo, police, one, rng)]
    for one in coming:
        _come(demo, officer, point, one, rng)


def _actor(login: str) -> Actor:
    actor = actor_by_login(login)
    assert actor is not None, login
    return actor


def _ask(demo: Demo, police: Actor, point: Unit, on: date) -> Sequence[Invitation]:
    """Invite as many as the page proposes, from all areas; nobody where nobody waits."""
    proposal = propose(police, demo.campaign, point, on, None)
    if not proposal.count:
        return []
    return invite(
        actor=police,
        campaign=demo.campaign,
        point=point,
        on=on,
        areas=[area.unit_id for area in proposal.areas],
        count=proposal.count,
        seen=proposal.invited,
    )


def _says(demo: Demo, police: Actor, invitation: Invitation, rng: Random) -> bool:
    """Note an answer, or none; False when the person will not come."""
    (said,) = rng.choices([one for one, _ in ANSWERS], weights=[weight for _, weight in ANSWERS])
    if said is not None:
        answer(actor=police, campaign=demo.campaign, invitation=invitation, said=said)
    return said in (Answer.COMES, None)


def _come(demo: Demo, officer: Actor, point: Unit, invitation: Invitation, rng: Random) -> None:
    """Let a person come about the hour on the invitation, wait, and be collected or not."""
    hour = time(*divmod(invitation.at_minute, 60))
    came_at = clock.at_local(invitation.on_day, hour) + timedelta(minutes=rng.randint(-10, 25))
    if came_at >= demo.now or rng.random() > COME:
        return
    _put(demo, officer, point, invitation, rng, came_at, EventKind.CHECKED_IN)
    done_at = came_at + timedelta(minutes=rng.randint(6, 30))
    if done_at < demo.now:
        fails = rng.random() < FAIL
        kind = EventKind.COULD_NOT if fails else EventKind.COLLECTED
        _put(demo, officer, point, invitation, rng, done_at, kind)


def _put(
    demo: Demo,
    officer: Actor,
    point: Unit,
    invitation: Invitation,
    rng: Random,
    at: datetime,
    kind: EventKind,
) -> None:
    fails = kind is EventKind.COULD_NOT
    with clock.frozen(at):
        record_event(
            actor=officer,
            campaign=demo.campaign,
            point=point,
            citizen_id=invitation.citizen_id,
            given=DayInput(
                uuid=str(UUID(int=rng.getrandbits(128), version=4)),
                kind=kind,
                reason=rng.choice([CouldNot.NO_CHIP_CARD, CouldNot.PHONE]) if fails else None,
            ),
        )
    db.session.flush()
