"""Reading what became of a report's versions, and who decides on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.documents.letterheads import police_name
from vneid_field.extensions import db
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.kinds import Step
from vneid_field.reporting.models import Obligation, Report, ReportStep
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT


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


def _organ(step: Step, unit: Unit | None) -> str:
    """Return whose step it is: police decide; who reads may be of a committee or of neither."""
    if unit is None:
        return ""
    return unit.name if step is Step.READ else police_name(unit)


def names_of(user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the names of people by id; nothing is asked when there is nobody."""
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return {}
    query = select(User.id, User.display_name).where(User.id.in_(wanted))
    return {user_id: name for user_id, name in db.session.execute(query)}


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
