"""Steps that the phone's tests share."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import select

from tests.databases import START
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.visits import services
from vneid_field.visits.models import VisitEvent


def record(world, citizen_id, given, login="volunteer"):
    return services.record_visit(
        actor=world.actor(login), campaign=world.campaign, citizen_id=citizen_id, given=given
    )


def events():
    return list(db.session.scalars(select(VisitEvent).order_by(VisitEvent.id)))


def words(response):
    """What a page says, without tags."""
    html = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(unescape(html).split())


def after(**more):
    return clock.frozen(START + timedelta(**more))
