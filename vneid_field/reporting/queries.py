"""Reading obligations, reports and collection results."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vneid_field.accounts.models import User
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.models import CollectionResult, Obligation, Remedy, Report
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind

WITH_REASONS = (
    selectinload(CollectionResult.shortfalls),
    selectinload(CollectionResult.remedies),
)


def get_obligation(
    scope: Scope, campaign_id: int, unit_id: int, kind: ReportKind, period_end_on: date
) -> Obligation:
    """Return one obligation of the scope with its unit; raises NoResultFound."""
    return db.session.scalars(_of_day(scope, campaign_id, unit_id, kind, period_end_on)).one()


def find_obligation(
    scope: Scope, campaign_id: int, unit_id: int, kind: ReportKind, period_end_on: date
) -> Obligation | None:
    """Return one obligation of the scope with its unit, or None."""
    query = _of_day(scope, campaign_id, unit_id, kind, period_end_on)
    return db.session.scalars(query).one_or_none()


def _of_day(
    scope: Scope, campaign_id: int, unit_id: int, kind: ReportKind, period_end_on: date
) -> Select[Obligation]:
    return (
        select(Obligation)
        .options(joinedload(Obligation.unit))
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.unit_id == unit_id,
            Obligation.report_kind == kind,
            Obligation.period_end_on == period_end_on,
            within(Obligation.unit_path, scope.paths),
        )
    )


def find_collection_obligation(campaign_id: int, point_id: int, on: date) -> Obligation | None:
    """Return what a point owes for a day, or None outside the campaign's days."""
    return db.session.scalar(
        select(Obligation).where(
            Obligation.campaign_id == campaign_id,
            Obligation.unit_id == point_id,
            Obligation.report_kind == ReportKind.COLLECTION,
            Obligation.period_end_on == on,
        )
    )


# Who reminded, in the same statement: only the name is read.
_REMINDER = joinedload(Obligation.reminder).load_only(User.display_name)
_REMINDED = (  # asked on every page of whoever reports
    select(Obligation)
    .options(_REMINDER)
    .where(
        Obligation.campaign_id == bindparam("campaign_id"),
        Obligation.unit_id == bindparam("unit_id"),
        Obligation.state == ObligationState.EXPECTED,
        or_(
            Obligation.reminded_at.is_not(None),
            Obligation.due_at.between(bindparam("now"), bindparam("soon")),
        ),
    )
    .order_by(Obligation.due_at, Obligation.report_kind)
)


def list_reminded(
    campaign_id: int, unit_id: int, now: datetime, soon: datetime
) -> list[Obligation]:
    """Return what a unit is told to send: what its superior reminded of and what is due by `soon`,
    soonest due first.
    """
    of = {"campaign_id": campaign_id, "unit_id": unit_id, "now": now, "soon": soon}
    return list(db.session.scalars(_REMINDED, of))


def list_owed(
    scope: Scope, campaign_id: int, unit_id: int, first_on: date, last_on: date
) -> list[Obligation]:
    """Return a unit's obligations not sent yet or sent back by its superior, soonest due first.

    Periods from `first_on` to `last_on`, and older ones of which a superior has reminded.
    """
    query = (
        select(Obligation)
        .options(joinedload(Obligation.unit), _REMINDER)
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.unit_id == unit_id,
            or_(
                Obligation.report_state == ReportState.RETURNED,
                and_(
                    or_(Obligation.period_end_on >= first_on, Obligation.reminded_at.is_not(None)),
                    Obligation.state == ObligationState.EXPECTED,
                ),
            ),
            Obligation.period_end_on <= last_on,
            within(Obligation.unit_path, scope.paths),
        )
    )
    # At one hour the day's before the week's, on every database.
    return list(db.session.scalars(query.order_by(Obligation.due_at, Obligation.report_kind)))


def list_below(
    scope: Scope,
    campaign_id: int,
    root: Unit,
    kind: ReportKind,
    period_end_on: date,
    unit_kinds: Sequence[UnitKind],
) -> list[Obligation]:
    """Return the obligations of a day of these kinds of unit below a root, in tree order."""
    if not unit_kinds:
        return []
    query = (
        select(Obligation)
        .join(Obligation.unit)
        .options(joinedload(Obligation.unit), _REMINDER)
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.period_end_on == period_end_on,
            Obligation.report_kind == kind,
            within(Obligation.unit_path, (root.path,)),
            within(Obligation.unit_path, scope.paths),
            Unit.kind.in_(unit_kinds),
        )
    )
    return list(db.session.scalars(query.order_by(Obligation.unit_path)))


def list_of_period(
    scope: Scope, campaign_id: int, root: Unit, period_end_on: date
) -> list[Obligation]:
    """Return every obligation of a root and below whose period ends on a day, in tree order."""
    query = (
        select(Obligation)
        .options(joinedload(Obligation.unit))
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.period_end_on == period_end_on,
            within(Obligation.unit_path, (root.path,)),
            within(Obligation.unit_path, scope.paths),
        )
    )
    ordered = query.order_by(Obligation.unit_path, Obligation.due_at, Obligation.id)
    return list(db.session.scalars(ordered))


def count_sent_by_child(
    scope: Scope,
    campaign_id: int,
    root: Unit,
    period_end_on: date,
    unit_kinds: Sequence[UnitKind],
    kind: ReportKind = ReportKind.DAILY,
) -> dict[str, tuple[int, int]]:
    """Return (sent, all) of the units of these kinds, per direct child's path of a root.

    What was sent back and not sent again is not sent.
    """
    stands = and_(
        Obligation.state.in_([ObligationState.SENT_ON_TIME, ObligationState.SENT_LATE]),
        or_(Obligation.report_state.is_(None), Obligation.report_state != ReportState.RETURNED),
    )
    child = func.substr(Obligation.unit_path, 1, len(root.path) + SEGMENT)
    query = (
        select(child, func.sum(case((stands, 1), else_=0)), func.count())
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.period_end_on == period_end_on,
            Obligation.report_kind == kind,
            within(Obligation.unit_path, (root.path,)),
            within(Obligation.unit_path, scope.paths),
            Unit.kind.in_(unit_kinds),
        )
        .group_by(child)
    )
    return {path: (int(sent), count) for path, sent, count in db.session.execute(query)}


def find_before(obligation: Obligation) -> Obligation | None:
    """Return the same unit's obligation of the period before, or None."""
    query = select(Obligation).where(
        Obligation.campaign_id == obligation.campaign_id,
        Obligation.unit_id == obligation.unit_id,
        Obligation.report_kind == obligation.report_kind,
        Obligation.period_end_on < obligation.period_end_on,
    )
    return db.session.scalar(query.order_by(Obligation.period_end_on.desc()).limit(1))


def find_draft(obligation_id: int) -> Report | None:
    """Return the draft of an obligation, or None."""
    query = select(Report).where(
        Report.obligation_id == obligation_id, Report.state == ReportState.DRAFT
    )
    return db.session.scalar(query)


def find_newest_sent(obligation_id: int) -> Report | None:
    """Return the newest version that was sent, whatever became of it, or None."""
    query = select(Report).where(
        Report.obligation_id == obligation_id, Report.state != ReportState.DRAFT
    )
    return db.session.scalar(query.order_by(Report.version.desc()).limit(1))


def find_sent_of(campaign_id: int, unit_id: int, kind: ReportKind, on: date) -> Report | None:
    """Return the newest version of a unit's report of a period that was sent, or None."""
    query = select(Report).where(
        Report.campaign_id == campaign_id,
        Report.unit_id == unit_id,
        Report.report_kind == kind,
        Report.period_end_on == on,
        Report.state != ReportState.DRAFT,
    )
    return db.session.scalar(query.order_by(Report.version.desc()).limit(1))


def find_collection_result(
    campaign_id: int, point_id: int, collected_on: date
) -> CollectionResult | None:
    """Return a point's newest result of a day, or None."""
    query = (
        select(CollectionResult)
        .where(
            CollectionResult.campaign_id == campaign_id,
            CollectionResult.point_id == point_id,
            CollectionResult.collected_on == collected_on,
            CollectionResult.is_newest.is_(True),
        )
        .options(*WITH_REASONS)
    )
    return db.session.scalar(query)


def list_collection_days(
    scope: Scope, campaign_id: int, point: Unit, last_on: date
) -> list[tuple[Obligation, CollectionResult | None]]:
    """Return a point's days until `last_on`, newest first: what it owes, its newest result."""
    of_day = and_(
        CollectionResult.campaign_id == campaign_id,
        CollectionResult.point_id == Obligation.unit_id,
        CollectionResult.collected_on == Obligation.period_end_on,
        CollectionResult.is_newest.is_(True),
    )
    query = (
        select(Obligation, CollectionResult)
        .outerjoin(CollectionResult, of_day)
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.unit_id == point.id,
            Obligation.report_kind == ReportKind.COLLECTION,
            Obligation.period_end_on <= last_on,
            within(Obligation.unit_path, scope.paths),
        )
        .order_by(Obligation.period_end_on.desc())
        .options(*WITH_REASONS)
    )
    return [(obligation, result) for obligation, result in db.session.execute(query)]


def list_collection_results(
    scope: Scope, campaign_id: int, root: Unit, first_on: date, last_on: date
) -> list[tuple[CollectionResult, Unit]]:
    """Return the newest results of the points below a root, day by day."""
    query = (
        select(CollectionResult, Unit)
        .join(Unit, Unit.id == CollectionResult.point_id)
        .where(
            CollectionResult.campaign_id == campaign_id,
            CollectionResult.is_newest.is_(True),
            CollectionResult.collected_on >= first_on,
            CollectionResult.collected_on <= last_on,
            within(Unit.path, (root.path,)),
            within(Unit.path, scope.paths),
        )
        .order_by(CollectionResult.collected_on.desc(), Unit.path)
        .options(selectinload(CollectionResult.shortfalls))
    )
    return [(result, unit) for result, unit in db.session.execute(query)]


class PointOfDay(NamedTuple):
    """A collection point and its day: the newest number, or why none is asked for."""

    point: Unit
    result: CollectionResult | None
    excused: str | None


def list_points_of_day(scope: Scope, campaign_id: int, root: Unit, on: date) -> list[PointOfDay]:
    """Return the points below a root, each with its newest result of a day when it has one."""
    of_day = and_(
        CollectionResult.point_id == Unit.id,
        CollectionResult.campaign_id == campaign_id,
        CollectionResult.collected_on == on,
        CollectionResult.is_newest.is_(True),
    )
    excused = and_(
        Obligation.unit_id == Unit.id,
        Obligation.campaign_id == campaign_id,
        Obligation.report_kind == ReportKind.COLLECTION,
        Obligation.period_end_on == on,
        Obligation.state == ObligationState.EXCUSED,
    )
    query = (
        select(Unit, CollectionResult, Obligation.excused_reason)
        .outerjoin(CollectionResult, of_day)
        .outerjoin(Obligation, excused)
        .where(
            Unit.kind == UnitKind.COLLECTION_POINT,
            or_(Unit.is_active.is_(True), CollectionResult.id.is_not(None)),
            within(Unit.path, (root.path,)),
            within(Unit.path, scope.paths),
        )
        .order_by(Unit.path)
    )
    return [PointOfDay(*row) for row in db.session.execute(query)]


def get_remedy(scope: Scope, remedy_id: int) -> Remedy:
    """Return a remedial action of a point of the scope; raises NoResultFound."""
    query = (
        select(Remedy)
        .join(CollectionResult, CollectionResult.id == Remedy.result_id)
        .join(Unit, Unit.id == CollectionResult.point_id)
        .where(Remedy.id == remedy_id, within(Unit.path, scope.paths))
        .options(joinedload(Remedy.result).joinedload(CollectionResult.point))
    )
    return db.session.scalars(query.with_for_update(of=Remedy)).one()


def list_remedies(scope: Scope, campaign_id: int, point: Unit, since: date) -> list[Remedy]:
    """Return a point's actions that are not done, the longest due first, then done ones.

    Done ones only of results since a day; of each day only the newest result's.
    """
    query = (
        select(Remedy)
        .join(CollectionResult, CollectionResult.id == Remedy.result_id)
        .join(Unit, Unit.id == CollectionResult.point_id)
        .where(
            CollectionResult.campaign_id == campaign_id,
            CollectionResult.point_id == point.id,
            CollectionResult.is_newest.is_(True),
            or_(Remedy.done_at.is_(None), CollectionResult.collected_on >= since),
            within(Unit.path, scope.paths),
        )
        .order_by(Remedy.done_at.is_not(None), Remedy.due_on, Remedy.id)
        .options(joinedload(Remedy.result).joinedload(CollectionResult.point))
    )
    return list(db.session.scalars(query))
