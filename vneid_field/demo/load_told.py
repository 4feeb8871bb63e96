"""What teams told of people: some outside their lists, and numbers that files do not know yet."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from vneid_field.accounts.queries import actor_by_login
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.lists.models import ListItem
from vneid_field.people.field_corrections import get_correction, refuse, set_done, tell
from vneid_field.people.kinds import CorrectedField
from vneid_field.people.models import Citizen, FieldCorrection, Household
from vneid_field.unlisted.kinds import Place
from vneid_field.unlisted.services import TakenDown, reject, take_down
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.learnt_phones import find_untold

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

DONE = 12  # numbers that police have put into the files already
REFUSED = 2


def load(demo: Demo) -> None:
    """Fill the two queues of the ward's police; nothing of it is counted yet."""
    police = _actor(f"phuong.{demo.ward_code}")
    with clock.frozen(demo.now):
        find_untold(demo.campaign.id)
        _decide_numbers(police)
    _tell_address(demo)
    _meet(demo, police)


def _actor(login: str) -> Actor:
    actor = actor_by_login(login)
    assert actor is not None, login
    return actor


def _decide_numbers(police: Actor) -> None:
    """The oldest ones are dealt with."""
    inside = Citizen.unit_path.startswith(police.unit.unit_path)
    query = select(FieldCorrection.id).join(FieldCorrection.citizen).where(inside)
    oldest = query.order_by(FieldCorrection.told_at, FieldCorrection.id).limit(DONE + REFUSED)
    for number, correction_id in enumerate(db.session.scalars(oldest).all()):
        row = get_correction(police.scope, correction_id)
        if number < DONE:
            set_done(actor=police, row=row)
        else:
            refuse(actor=police, row=row, reason="Gọi số mới: là số của người khác")


def _uuids(demo: Demo, count: int) -> list[str]:
    rng = rng_for(demo.seed, "told", demo.ward_code)
    return [str(UUID(int=rng.getrandbits(128), version=4)) for _one in range(count)]


def _tell_address(demo: Demo) -> None:
    """Somebody lives a door further than the list says."""
    team = _actor(f"tinhnguyen.{demo.ward_code}.1")
    query = (
        select(Citizen, Household.address_line)
        .join(ListItem, ListItem.citizen_id == Citizen.id)
        .join(Household, Household.id == Citizen.household_id)
        .where(ListItem.holder_unit_id == team.unit.unit_id, Citizen.visit_status.is_not(None))
        .order_by(Citizen.id)
    )
    citizen, address = db.session.execute(query.limit(1)).one()
    today = clock.to_local(demo.now).date()
    with clock.frozen(clock.at_local(today, time(10, 20))):
        tell(
            actor=team,
            citizen=citizen,
            address_line=address,
            field=CorrectedField.ADDRESS,
            value=f"{address} (nhà phía sau)",
            uuid=_uuids(demo, 4)[3],
        )


def _meet(demo: Demo, police: Actor) -> None:
    """Two at the market and one at a school: one on another team's list, two unknown."""
    team = _actor(f"tinhnguyen.{demo.ward_code}.1")
    other = _actor(f"tinhnguyen.{demo.ward_code}.2")
    held = select(Citizen).join(ListItem, ListItem.citizen_id == Citizen.id)
    held = held.where(ListItem.holder_unit_id == other.unit.unit_id, Citizen.visit_status.is_(None))
    known = db.session.scalars(held.order_by(Citizen.id).limit(1)).one_or_none()
    uuids, today = _uuids(demo, 3), clock.to_local(demo.now).date()
    name, number_held = ("Lê Văn Bảy", "092055990007")
    if known is not None:
        name, number_held = known.full_name, known.citizen_id
    people = (
        (name, number_held, Place.MARKET, Outcome.ACTIVATED_APP),
        ("Nguyễn Thị Sáu", "092060990006", Place.MARKET, Outcome.ACTIVATED_APP),
        ("Trần Minh Khoa", "092208990018", Place.SCHOOL, Outcome.OTP_NOT_RECEIVED),
    )
    rows = []
    for number, (name, citizen_id, place, outcome) in enumerate(people):
        with clock.frozen(clock.at_local(today, time(9 + number, 15))):
            row, _visit = take_down(
                actor=team,
                campaign=demo.campaign,
                given=TakenDown(uuids[number], name, citizen_id, None, place, outcome),
            )
        rows.append(row)
    with clock.frozen(clock.at_local(today, time(14, 5))):
        reject(
            actor=police,
            campaign=demo.campaign,
            unlisted_id=rows[2].id,
            reason="Hồ sơ ở tỉnh khác, ngoài địa bàn thành phố",
        )
