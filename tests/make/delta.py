"""Daily lists loaded, taken back and looked at, for the tests of the delta."""

from datetime import date, time, timedelta

from sqlalchemy import func, select

from tests.make.sheets import xlsx
from tests.make.visits import make_visit
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.figures.models import Flow, UnitStock
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import import_services
from vneid_field.lists.delta_queries import count_delta
from vneid_field.lists.import_queries import get_import
from vneid_field.lists.kinds import ImportKind, ImportState
from vneid_field.lists.models import ListVerdict
from vneid_field.recount import check
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit

TITLES = ("STT", "Họ và tên", "Số CCCD", "Phường/xã", "Khu vực")

DAY = date(2023, 7, 4)  # the world is founded on its evening
CLAIMED = DAY + timedelta(days=1)
AS_OF = DAY + timedelta(days=2)
LOADED = DAY + timedelta(days=3)


def at(day, hour=8):
    return clock.frozen(clock.at_local(day, time(hour)))


def rows_of(people, *, hamlet=None, ward=None):
    """Rows of a list that names people where they live, or in another place."""
    return [
        (n, c.full_name, c.citizen_id, ward or "", hamlet or "Khu vực 1")
        for n, c in enumerate(people, start=1)
    ]


def new_row(number, name="Trần Văn Mới"):
    return (number, name, f"09209000{number:04d}", "", "Khu vực 1")


def upload(world, rows, *, as_of=AS_OF, login="commune", unit=None, **kinds):
    done = import_services.upload(
        actor=world.actor(login),
        campaign=world.campaign,
        unit=unit or world.ward,
        kind=kinds.get("kind", ImportKind.APPROVED_NOT_ACTIVATED),
        as_of_on=as_of,
        content=xlsx(rows, titles=kinds.get("titles", TITLES)),
        extension="xlsx",
    )
    db.session.commit()
    run_waiting()
    return read(world, done.id, login)


def read(world, import_id, login="commune"):
    db.session.expire_all()
    scope = world.actor(login).scope
    return get_import(scope, world.campaign.id, import_id, with_content=True)


def apply(world, done, login="commune"):
    import_services.apply_import(
        actor=world.actor(login), done=done, vanished=count_delta(done).vanished
    )
    db.session.commit()
    run_waiting()
    done = read(world, done.id, login)
    assert done.state is ImportState.APPLIED
    assert check(world.campaign) == []
    return done


def load(world, rows, **options):
    login = options.get("login", "commune")
    return apply(world, upload(world, rows, **options), login)


def undo(world, done, login="commune", reason="Nạp nhầm tệp"):
    import_services.undo_import(actor=world.actor(login), done=done, reason=reason)
    db.session.commit()
    run_waiting()
    done = read(world, done.id, login)
    assert done.state is ImportState.UNDONE
    assert check(world.campaign) == []
    return done


def visit(world, citizen, outcome=Outcome.ACTIVATED_APP, day=CLAIMED, login="volunteer"):
    with at(day, 9):
        recorded = record_visit(
            actor=world.actor(login),
            campaign=world.campaign,
            citizen_id=citizen.id,
            given=make_visit(outcome),
        )
    db.session.commit()
    return recorded


def states(people):
    db.session.expire_all()
    return [one.application_state for one in people]


def figures():
    """Every number that boards print."""
    flows = {
        (f.home_unit_id, f.performed_key, f.counted_on, c.key): getattr(f, c.key)
        for f in db.session.scalars(select(Flow))
        for c in Flow.__table__.columns
        if c.key not in ("id", "campaign_id", "home_path", "performed_path", "home_unit_id",
                         "performed_by_unit_id", "performed_key", "counted_on")
        and getattr(f, c.key)
    }  # fmt: skip
    stocks = {
        (s.basis, s.unit_id, name): getattr(s, name)
        for s in db.session.scalars(select(UnitStock))
        for name in ("unvisited", "pending", "absent", "not_activated", "activated", "left")
        if getattr(s, name)
    }
    return flows, stocks


def total(name):
    return db.session.scalar(select(func.coalesce(func.sum(getattr(Flow, name)), 0)))


def verdicts():
    query = select(ListVerdict).where(ListVerdict.taken_back_at.is_(None))
    return list(db.session.scalars(query))
