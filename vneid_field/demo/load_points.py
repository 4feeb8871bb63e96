"""The collection points' readiness before the start, and the mobile points' schedule."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from vneid_field.accounts.queries import actor_by_login
from vneid_field.collection.kinds import PlaceKind, ReadinessItem
from vneid_field.collection.readiness import COUNTED, Said, check_readiness
from vneid_field.collection.sessions import SessionDetails, plan_session
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

PLANNED_ON = date(2023, 6, 14)
HOURS = ((7 * 60 + 30, 11 * 60), (13 * 60 + 30, 17 * 60))
PLACES = (
    (PlaceKind.SCHOOL, "Trường THCS {name}", "Phòng Giáo dục và Đào tạo"),
    (PlaceKind.APARTMENTS, "Chung cư {name}", "Ban quản lý chung cư"),
    (PlaceKind.MALL, "Trung tâm thương mại {name}", "Ban quản lý trung tâm"),
    (PlaceKind.INDUSTRIAL_ZONE, "Cụm công nghiệp {name}", "Công đoàn cơ sở"),
    (PlaceKind.OTHER, "Chợ {name}", "Ban quản lý chợ"),
)
LACKING = (
    (ReadinessItem.NETWORK, "Chưa kéo xong đường truyền, hẹn trước ngày ra quân"),
    (ReadinessItem.EQUIPMENT, "Thiếu 01 bộ máy thu nhận, đã đề nghị cấp trên"),
    (ReadinessItem.POWER, "Chưa có nguồn dự phòng"),
)
READY = 0.93  # of the points; the rest lack one thing


def load(demo: Demo) -> None:
    """Check every point the day before the start and plan two sessions a week of each mobile."""
    with clock.frozen(clock.at_local(PLANNED_ON, time(15))):
        query = select(Unit).where(Unit.kind == UnitKind.COLLECTION_POINT).order_by(Unit.path)
        for point in db.session.scalars(query).all():
            _check(demo, point)
            if point.subtype == "mobile":
                _plan(demo, point)


def _check(demo: Demo, point: Unit) -> None:
    rng = rng_for(demo.seed, "readiness", point.code)
    said = {
        item: Said(is_ready=True, quantity=rng.randint(2, 4) if item in COUNTED else None)
        for item in ReadinessItem
    }
    if rng.random() > READY:
        item, note = rng.choice(LACKING)
        said[item] = Said(is_ready=False, quantity=1 if item in COUNTED else None, note=note)
    parent = db.session.get_one(Unit, point.parent_id)
    login = f"quan.{parent.code}" if point.subtype == "mobile" else f"phuong.{parent.code}"
    check_readiness(actor=_police(login), campaign=demo.campaign, point=point, said=said, seen="")


def _police(login: str) -> Actor:
    actor = actor_by_login(login)
    assert actor is not None, login
    return actor


def _plan(demo: Demo, point: Unit) -> None:
    rng = rng_for(demo.seed, "sessions", point.code)
    district = db.session.get_one(Unit, point.parent_id)
    actor = _police(f"quan.{district.code}")
    communes = list_children(district, (UnitKind.COMMUNE,))
    rng.shuffle(communes)
    campaign = demo.campaign
    days = [
        campaign.starts_on + timedelta(days=n)
        for n in range((campaign.ends_on - campaign.starts_on).days + 1)
    ]
    chosen = {rng.randrange(5), 5}  # a weekday of the point's own, and Saturday
    worked = [day for day in days if day.weekday() in chosen]
    for day, commune in zip(worked, islice(cycle(communes), len(worked)), strict=True):
        kind, place, partner = rng.choice(PLACES)
        from_minute, to_minute = rng.choice(HOURS)
        plan_session(
            actor=actor,
            campaign=campaign,
            point=point,
            details=SessionDetails(
                on_day=day,
                from_minute=from_minute,
                to_minute=to_minute,
                place_kind=kind,
                place=place.format(name=commune.short_name or commune.name),
                partner=partner,
                expected=rng.randrange(60, 181, 10),
                unit_ids=(commune.id,),
            ),
        )
