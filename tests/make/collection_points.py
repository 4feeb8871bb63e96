"""Points, sessions, readiness and invitations for tests."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tests.make.world import World
from vneid_field.collection.kinds import PlaceKind, ReadinessItem
from vneid_field.collection.models import CollectionSession, Invitation
from vneid_field.collection.readiness import Said, check_readiness, list_checks, stamp_of
from vneid_field.collection.sessions import SessionDetails, plan_session
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

TOMORROW = date(2023, 7, 5)  # the tests' clock stands at 17h30 on 04/7/2023


def mobile_points(world: World, code: str = "916") -> list[Unit]:
    """Return the mobile points of a district."""
    query = select(Unit).where(
        Unit.parent_id == world.unit(code).id,
        Unit.kind == UnitKind.COLLECTION_POINT,
        Unit.subtype == "mobile",
    )
    return list(db.session.scalars(query.order_by(Unit.path)))


def details(*units: Unit, **changed: Any) -> SessionDetails:
    """Return what a form says: a school tomorrow morning."""
    said: dict[str, Any] = {
        "on_day": TOMORROW,
        "from_minute": 7 * 60 + 30,
        "to_minute": 11 * 60,
        "place_kind": PlaceKind.SCHOOL,
        "place": "Trường THPT Châu Văn Liêm",
        "partner": "Phòng Giáo dục và Đào tạo",
        "expected": 120,
        "unit_ids": tuple(unit.id for unit in units),
    }
    return SessionDetails(**{**said, **changed})


def make_session(world: World, point: Unit, *units: Unit, **changed: Any) -> CollectionSession:
    """Plan a session as the district's police would (a fixed point's: its commune)."""
    login = "district" if point.subtype == "mobile" else "commune"
    return plan_session(
        actor=world.actor(login),
        campaign=world.campaign,
        point=point,
        details=details(*units, **changed),
    )


def invite_to(planned: CollectionSession, citizen: Citizen, at_minute: int = 480) -> Invitation:
    """Invite a person to a session, as a row."""
    row = Invitation(
        campaign_id=planned.campaign_id,
        citizen_id=citizen.id,
        point_id=planned.point_id,
        session_id=planned.id,
        on_day=planned.on_day,
        at_minute=at_minute,
        invited_at=clock.now() - timedelta(hours=1),
        invited_by=None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def everything_ready(**changed: Said) -> dict[ReadinessItem, Said]:
    """Return a checklist without a gap; `network=Said(False, note="…")` makes one."""
    said = {item: Said(is_ready=True) for item in ReadinessItem}
    for item, count in (("equipment", 2), ("computers", 2), ("staff", 4), ("trained", 4)):
        said[ReadinessItem(item)] = Said(is_ready=True, quantity=count)
    return said | {ReadinessItem(name): one for name, one in changed.items()}


def check_point(
    world: World, point: Unit, said: dict[ReadinessItem, Said], login: str = "city"
) -> int:
    """Fill in the checklist of a point from a page that is up to date."""
    return check_readiness(
        actor=world.actor(login),
        campaign=world.campaign,
        point=point,
        said=said,
        seen=stamp_of(list_checks(world.campaign.id, point.id)),
    )


def sample_of(world: World, ward: Unit, asker: str) -> dict[str, object]:
    """Return a point and a session that the asker handles, for tests over all endpoints.

    A commune and its point have the fixed one, at a home; whoever stands above a mobile one.
    """
    is_home = asker in ("commune", "commune.ubnd", "point")
    parent_id = ward.id if is_home else ward.parent_id
    query = select(Unit).where(Unit.parent_id == parent_id, Unit.kind == UnitKind.COLLECTION_POINT)
    point = db.session.scalars(query.order_by(Unit.path)).first()
    assert point is not None
    planned = CollectionSession(
        campaign_id=world.campaign.id,
        point_id=point.id,
        on_day=TOMORROW,
        from_minute=450,
        to_minute=660,
        place_kind=PlaceKind.HOME if is_home else PlaceKind.SCHOOL,
        place=f"Nơi {ward.code}",
        expected=10,
        made_at=clock.now(),
    )
    db.session.add(planned)
    db.session.flush()
    return {"point_id": point.id, "session_id": planned.id}
