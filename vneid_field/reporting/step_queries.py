"""Reading what was sent before and after a report, what became of its versions, who decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, select

from vneid_field.accounts.models import User
from vneid_field.documents.letterheads import police_name
from vneid_field.extensions import db
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.kinds import ReportKind, ReportState, Step
from vneid_field.reporting.models import Obligation, Report, ReportStep
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind


@dataclass(frozen=True)
class Told:
    """A step as the page tells it."""

    version: int
    step: Step
    remark: str
    at: datetime
    by: str
    unit: str


def list_told(obligation: Obligation) -> list[Told]:
    """Return what became of every version of an obligation the caller has opened, in order."""
    query = (
        select(Report.version, ReportStep, User.display_name, Unit)
        .join(Report, Report.id == ReportStep.report_id)
        .outerjoin(User, User.id == ReportStep.by)
        .outerjoin(Unit, Unit.id == ReportStep.unit_id)
        .where(Report.obligation_id == obligation.id)
        .order_by(ReportStep.id)
    )
    return [
        Told(version, step.step, step.remark, step.at, name or "", _organ(step.step, unit))
        for version, step, name, unit in db.session.execute(query)
    ]


def names_of(user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the names of people by id; nothing is asked when there is nobody."""
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return {}
    query = select(User.id, User.display_name).where(User.id.in_(wanted))
    return {user_id: name for user_id, name in db.session.execute(query)}


def _organ(step: Step, unit: Unit | None) -> str:
    """Return whose step it is: police decide; who reads may be of a committee or of neither."""
    if unit is None:
        return ""
    return unit.name if step is Step.READ else police_name(unit)


class Newest(NamedTuple):
    """The newest version sent of a report; whether the team says in it that it got no list."""

    version: int
    is_no_list: bool


def list_newest(obligations: Iterable[Obligation]) -> dict[int, Newest]:
    """Return the newest version sent of those that have one, by the obligation's id."""
    teams = {o.id: o.unit.kind is UnitKind.TEAM for o in obligations if o.report_state is not None}
    if not teams:
        return {}
    query = (
        select(Report.obligation_id, Report.version, Report.is_no_list_received)
        .where(Report.obligation_id.in_(teams), Report.state != ReportState.DRAFT)
        .order_by(Report.version)  # the newest is taken last
    )
    return {
        obligation_id: Newest(version, is_no_list and teams[obligation_id])
        for obligation_id, version, is_no_list in db.session.execute(query)
    }


def find_superior(obligation: Obligation) -> Unit | None:
    """Return the unit whose police decide on a report; None at the end of the chain."""
    unit = obligation.unit
    to_kind = chain_of(obligation.campaign_id, obligation.report_kind).goes_to.get(unit.kind)
    if to_kind is None or to_kind == unit.kind:
        return None
    paths = [unit.path[:end] for end in range(SEGMENT, len(unit.path), SEGMENT)]
    return db.session.scalar(select(Unit).where(Unit.kind == to_kind, Unit.path.in_(paths)))


def find_decision(report: Report) -> ReportStep | None:
    """Return the newest step of a version that is no receipt, or None."""
    query = select(ReportStep).where(
        ReportStep.report_id == report.id, ReportStep.step != Step.READ
    )
    return db.session.scalar(query.order_by(ReportStep.id.desc()).limit(1))


def has_read(report: Report, user_id: int) -> bool:
    """Say whether a person has left a receipt for a version."""
    query = select(ReportStep.id).where(
        ReportStep.report_id == report.id, ReportStep.step == Step.READ, ReportStep.by == user_id
    )
    return db.session.scalar(query.limit(1)) is not None


def find_reported_before(campaign_id: int, unit_id: int, on: date) -> Report | None:
    """Return the newest version of a unit's last daily report of a day before `on`, or None."""
    query = _sent_daily(campaign_id, unit_id).where(Report.period_end_on < on)
    newest = (Report.period_end_on.desc(), Report.version.desc())
    return db.session.scalar(query.order_by(*newest).limit(1))


def has_reported_after(campaign_id: int, unit_id: int, on: date) -> bool:
    """Say whether a unit has sent the daily report of a later day."""
    query = _sent_daily(campaign_id, unit_id).where(Report.period_end_on > on)
    return db.session.scalar(query.with_only_columns(Report.id).limit(1)) is not None


def _sent_daily(campaign_id: int, unit_id: int) -> Select[Report]:
    return select(Report).where(
        Report.campaign_id == campaign_id,
        Report.unit_id == unit_id,
        Report.report_kind == ReportKind.DAILY,
        Report.state != ReportState.DRAFT,
    )
