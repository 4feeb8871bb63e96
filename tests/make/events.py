"""Invitations and events of collection points, written without the slice's services."""

from datetime import UTC, date, datetime
from itertools import count

from tests.make.visits import make_uuid
from tests.make.world import DAY
from vneid_field.collection.kinds import EventKind, InvitationEnd
from vneid_field.collection.models import CollectionEvent, Invitation
from vneid_field.core import clock
from vneid_field.extensions import db

_minutes = count()


def invite(world, citizen, *, ended_as: InvitationEnd | None = None, on: date = DAY):
    """Invite a person to the ward's point."""
    row = Invitation(
        campaign_id=world.campaign.id,
        citizen_id=citizen.id,
        point_id=world.unit_of("point").id,
        on_day=on,
        at_minute=480,
        invited_at=clock.now(),
        ended_as=ended_as,
        ended_at=clock.now() if ended_as else None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def happen(world, citizen, kind: EventKind, *, on: date = DAY, at=None, undoes=None, **values):
    """Write an event of a person at the ward's point, each a minute after the one before."""
    happened = at or datetime(on.year, on.month, on.day, 1, next(_minutes) % 60, tzinfo=UTC)
    row = CollectionEvent(
        uuid=make_uuid(),
        body_digest="",
        campaign_id=world.campaign.id,
        citizen_id=citizen.id,
        home_unit_id=citizen.unit_id,
        point_id=world.unit_of("point").id,
        kind=kind,
        undoes_uuid=undoes.uuid if undoes else None,
        received_at=happened,
        happened_at=happened,
        counted_on=on,
        **values,
    )
    db.session.add(row)
    db.session.flush()
    return row
