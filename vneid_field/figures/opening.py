"""Reading opening figures: their sums beside a unit's stock, and who entered what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, or_, select, true

from vneid_field.accounts.models import User
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.models import OpeningFigure, UnitStock
from vneid_field.figures.queries import Stock
from vneid_field.figures.rules import ACTIVATED, NOT_ACTIVATED, Bucket, Counter
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind


@dataclass(frozen=True)
class Opening:
    """The part of the cumulative figures that was entered as opening figures."""

    activated: int = 0
    collected: int = 0


NO_OPENING = Opening()


def stock_and_opening(
    campaign_id: int, unit: Unit, on: date, team_of: str = ""
) -> tuple[Stock, Opening]:
    """Return a unit's stock now and its opening figures up to a day, in one statement.

    `team_of`: the path of the unit a team belongs to; then the stock is what the team holds, and
    the opening figures are those it performed.
    """
    basis, path = ("holder", team_of) if team_of else ("home", unit.path)
    team_id = unit.id if team_of else None
    stock = select(
        *(func.coalesce(func.sum(getattr(UnitStock, b.value)), 0).label(b.value) for b in Bucket)
    ).where(
        UnitStock.campaign_id == campaign_id,
        UnitStock.basis == basis,
        within(UnitStock.unit_path, (unit.path,)),
    )
    left, right = stock.subquery(), _sums(campaign_id, path, on, team_id).subquery()
    row = db.session.execute(select(left, right).select_from(left.join(right, true()))).one()
    values = {b.value: int(getattr(row, b.value)) for b in Bucket if getattr(row, b.value)}
    return Stock(values), Opening(int(row.opening_activated), int(row.opening_collected))


def _sums(campaign_id: int, path: str, on: date, team_id: int | None) -> Select[Any]:
    names = [counter.value for counter in ACTIVATED]
    counter, value = OpeningFigure.counter, OpeningFigure.value
    query = select(
        func.coalesce(func.sum(case((counter.in_(names), value), else_=0)), 0).label(
            "opening_activated"
        ),
        func.coalesce(
            func.sum(case((counter == Counter.COLLECTED.value, value), else_=0)), 0
        ).label("opening_collected"),
    ).where(OpeningFigure.campaign_id == campaign_id, OpeningFigure.counted_on <= on)
    if team_id is not None:
        query = query.where(OpeningFigure.performed_by_unit_id == team_id)
    # Who entered a figure lies in the subtree of the people it is about, and has the index.
    return query.where(OpeningFigure.unit_id.in_(select(Unit.id).where(within(Unit.path, (path,)))))


def opening_of_day(campaign_id: int, path: str, on: date, counter: Counter) -> int:
    """Return how much of a subtree's counter of a day was entered as opening figures."""
    query = select(func.coalesce(func.sum(OpeningFigure.value), 0)).where(
        OpeningFigure.campaign_id == campaign_id,
        OpeningFigure.counted_on == on,
        OpeningFigure.counter == counter.value,
        # Who entered a figure lies in the subtree of the people it is about, and has the index.
        OpeningFigure.unit_id.in_(select(Unit.id).where(within(Unit.path, (path,)))),
    )
    return int(db.session.scalar(query) or 0)


def list_only_opening(campaign_id: int, root: Unit) -> list[Unit]:
    """Return whose people a subtree knows from opening figures only: nobody there is on record.

    Places (hamlets, communes), or a team itself that holds no list. They have no current number.
    """
    is_team = root.kind is UnitKind.TEAM
    counted = [counter.value for counter in (*ACTIVATED, *NOT_ACTIVATED)]
    entered = select(OpeningFigure.home_unit_id).where(
        OpeningFigure.campaign_id == campaign_id, OpeningFigure.counter.in_(counted)
    )
    if is_team:
        entered = entered.where(OpeningFigure.performed_by_unit_id == root.id)
    # Who entered a figure lies in the subtree of the people it is about, and has the index.
    homes = within(Unit.path, (root.path[:-SEGMENT] if is_team else root.path,))
    entered = entered.where(OpeningFigure.unit_id.in_(select(Unit.id).where(homes)))
    entered = entered.group_by(OpeningFigure.home_unit_id).having(func.sum(OpeningFigure.value) > 0)
    held = select(UnitStock.unit_path).where(
        UnitStock.campaign_id == campaign_id,
        UnitStock.basis == ("holder" if is_team else "home"),
        within(UnitStock.unit_path, (root.path,)),
        or_(*(getattr(UnitStock, bucket.value) > 0 for bucket in Bucket)),
    )
    paths = list(db.session.scalars(held))
    places = db.session.scalars(select(Unit).where(Unit.id.in_(entered)).order_by(Unit.path))
    if is_team:
        return [root] if places.first() and not paths else []
    return [one for one in places if not any(path.startswith(one.path) for path in paths)]


def entries_query(scope: Scope, campaign_id: int, root: Unit) -> Any:
    """Return the entries of a unit and below with the unit and who entered, the newest first."""
    return (
        select(OpeningFigure, Unit, func.coalesce(User.display_name, ""))
        .join(Unit, Unit.id == OpeningFigure.unit_id)
        .outerjoin(User, User.id == OpeningFigure.by)
        .where(
            OpeningFigure.campaign_id == campaign_id,
            within(Unit.path, (root.path,)),
            within(Unit.path, scope.paths),
        )
        .order_by(OpeningFigure.id.desc())
    )


def entered_so_far(
    campaign_id: int, unit_id: int, home_unit_id: int, counted_on: date, counter: Counter
) -> int:
    """Return what a unit has entered for a place, day and counter, corrections included."""
    query = select(func.coalesce(func.sum(OpeningFigure.value), 0)).where(
        OpeningFigure.campaign_id == campaign_id,
        OpeningFigure.unit_id == unit_id,
        OpeningFigure.home_unit_id == home_unit_id,
        OpeningFigure.counted_on == counted_on,
        OpeningFigure.counter == counter.value,
    )
    return int(db.session.scalar(query) or 0)
