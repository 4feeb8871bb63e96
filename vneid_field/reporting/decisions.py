"""What a superior does with a report: accept, return, unlock; and a committee's receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import vn_date, vn_time
from vneid_field.extensions import db
from vneid_field.reporting import queries
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.kinds import ReportState, Step
from vneid_field.reporting.models import Obligation, Report, ReportStep
from vneid_field.reporting.rules import MOVES
from vneid_field.reporting.services import lock_obligation
from vneid_field.reporting.words import title_of
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT

NEED_REMARK = {
    Step.RETURNED: "Hãy ghi điều đơn vị cần sửa trước khi trả lại.",
    Step.UNLOCKED: "Hãy ghi lý do mở khóa.",
}


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
        select(Report.version, ReportStep, User.display_name, Unit.name)
        .join(Report, Report.id == ReportStep.report_id)
        .outerjoin(User, User.id == ReportStep.by)
        .outerjoin(Unit, Unit.id == ReportStep.unit_id)
        .where(Report.obligation_id == obligation.id)
        .order_by(ReportStep.id)
    )
    return [
        Told(version, step.step, step.remark, step.at, name or "", unit or "")
        for version, step, name, unit in db.session.execute(query)
    ]


def find_superior(obligation: Obligation) -> Unit | None:
    """Return the unit whose police decide on a report; None at the end of the chain."""
    unit = obligation.unit
    to_kind = chain_of(obligation.campaign_id, obligation.report_kind).goes_to.get(unit.kind)
    if to_kind is None or to_kind == unit.kind:
        return None
    paths = [unit.path[:end] for end in range(SEGMENT, len(unit.path), SEGMENT)]
    return db.session.scalar(select(Unit).where(Unit.kind == to_kind, Unit.path.in_(paths)))


def may_decide(actor: Actor, obligation: Obligation) -> bool:
    """Say whether the actor's unit is the one that decides on a report, and they its police."""
    if not actor.may(Permission.DECIDE_REPORT):
        return False
    superior = find_superior(obligation)
    return superior is not None and superior.id == actor.unit.unit_id


def decide(
    *, actor: Actor, obligation: Obligation, step: Step, version: int, remark: str = ""
) -> Report:
    """Accept, return or unlock the version that the superior has read.

    Raises NotFound for anybody but the superior's police, Conflict when another version or
    decision came in between (who, when), DomainError without the remark that a refusal needs.
    """
    if not may_decide(actor, obligation):
        raise NotFound
    lock_obligation(obligation)
    report = queries.find_newest_sent(obligation.id)
    if report is None:
        raise Conflict(f"{title_of(obligation)} chưa được gửi.")
    if report.version != version:
        raise Conflict(f"Đơn vị vừa gửi bản {report.version}. Hãy đọc bản mới rồi quyết định.")
    to = MOVES.get((report.state, step))
    if to is None:
        raise Conflict(_why_not(report))
    if step in NEED_REMARK and not remark.strip():
        raise DomainError(NEED_REMARK[step])
    report.state = obligation.report_state = to
    _add_step(actor, report, step, remark.strip()[:500])
    record(
        "report.decided",
        actor=actor,
        subject_kind="report",
        subject_id=report.id,
        step=step.value,
        kind=report.report_kind.value,
        period=report.period_end_on.isoformat(),
        version=report.version,
    )
    db.session.flush()
    return report


def accept_all(*, actor: Actor, obligations: Iterable[Obligation]) -> int:
    """Accept the newest version of each report that waits; returns how many."""
    count = 0
    for obligation in obligations:
        if obligation.report_state is not ReportState.SENT:
            continue
        report = queries.find_newest_sent(obligation.id)
        if report is not None and report.state is ReportState.SENT:
            decide(actor=actor, obligation=obligation, step=Step.ACCEPTED, version=report.version)
            count += 1
    return count


def _why_not(report: Report) -> str:
    told = _last_step(report)
    if told is None:
        return "Báo cáo đang chờ duyệt, chưa khóa."
    at = clock.to_local(told.at)
    done = "được duyệt" if report.state is ReportState.ACCEPTED else "được trả lại"
    return f"Báo cáo vừa {done} lúc {vn_time(at)} ngày {vn_date(at.date())}. Hãy tải lại trang."


def _last_step(report: Report) -> ReportStep | None:
    query = select(ReportStep).where(
        ReportStep.report_id == report.id, ReportStep.step != Step.READ
    )
    return db.session.scalar(query.order_by(ReportStep.id.desc()).limit(1))


def _add_step(actor: Actor, report: Report, step: Step, remark: str) -> None:
    db.session.add(
        ReportStep(
            campaign_id=report.campaign_id,
            report_id=report.id,
            step=step,
            remark=remark,
            at=clock.now(),
            by=actor.user_id,
            unit_id=actor.unit.unit_id,
        )
    )


def leave_receipt(*, actor: Actor, report: Report) -> None:
    """Note that a reader opened a version: once per person and version."""
    query = select(ReportStep.id).where(
        ReportStep.report_id == report.id,
        ReportStep.step == Step.READ,
        ReportStep.by == actor.user_id,
    )
    if db.session.scalar(query.limit(1)) is not None:
        return
    _add_step(actor, report, Step.READ, "")
    record(
        "report.read",
        actor=actor,
        subject_kind="report",
        subject_id=report.id,
        kind=report.report_kind.value,
        period=report.period_end_on.isoformat(),
        version=report.version,
    )
    db.session.flush()
