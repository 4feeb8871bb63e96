"""What a superior does with a report: accept, return, unlock; and a committee's receipt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.reporting import queries
from vneid_field.reporting.kinds import ReportState, Step
from vneid_field.reporting.labels import STEP_LABELS
from vneid_field.reporting.models import Obligation, Report, ReportStep
from vneid_field.reporting.rules import MOVES, OWN_MOVES
from vneid_field.reporting.services import lock_obligation, who_when
from vneid_field.reporting.step_queries import find_decision, find_superior, has_read
from vneid_field.reporting.words import title_of

NEED_REMARK = {
    Step.RETURNED: "Hãy ghi điều đơn vị cần sửa trước khi trả lại.",
    Step.UNLOCKED: "Hãy ghi lý do mở khóa.",
}


def may_decide(actor: Actor, obligation: Obligation) -> bool:
    """Say whether the actor's unit is the one that decides on a report, and they its police."""
    if not actor.may(Permission.DECIDE_REPORT):
        return False
    superior = find_superior(obligation)
    return superior is not None and superior.id == actor.unit.unit_id


def may_unlock_own(actor: Actor, obligation: Obligation) -> bool:
    """Say whether the actor is the police of a unit that ends the chain, and so has to mend its
    own report with nobody above to return it.
    """
    return (
        actor.may(Permission.DECIDE_REPORT)
        and obligation.unit_id == actor.unit.unit_id
        and find_superior(obligation) is None
    )


def decide(
    *, actor: Actor, obligation: Obligation, step: Step, version: int, remark: str = ""
) -> Report:
    """Accept, return or unlock the version that the superior has read; at the end of the chain its
    own police unlock it.

    Raises NotFound for anybody else, Conflict when another version or
    decision came in between (who, when), DomainError without the remark that a refusal needs.
    """
    is_own = step is Step.UNLOCKED and may_unlock_own(actor, obligation)
    if not is_own and not may_decide(actor, obligation):
        raise NotFound
    lock_obligation(obligation)
    report = queries.find_newest_sent(obligation.id)
    if report is None:
        raise Conflict(f"{title_of(obligation)} chưa được gửi.")
    if report.version != version:
        raise Conflict(f"Đơn vị vừa gửi bản {report.version}. Hãy đọc bản mới rồi quyết định.")
    to = (OWN_MOVES if is_own else MOVES).get((report.state, step))
    if to is None:
        raise Conflict(_why_not(report))
    if step in NEED_REMARK and not remark.strip():
        raise DomainError(NEED_REMARK[step])
    report.state = obligation.report_state = to
    _add_step(actor, report, step, remark.strip()[:500])
    _record("report.decided", actor, report, step=step.value)
    return report


@dataclass(frozen=True)
class Accepted:
    """What accepting many at once did: reports accepted, and left because a new version came."""

    count: int
    renewed: int


def accept_seen(
    *, actor: Actor, obligations: Iterable[Obligation], seen: Mapping[int, int]
) -> Accepted:
    """Accept each report in the version that the page showed, and no other.

    `seen`: version by the obligation's id. One that was sent anew meanwhile keeps waiting; one that
    a colleague decided on meanwhile stays as decided. Raises NotFound as `decide` does.
    """
    count = renewed = 0
    for obligation in obligations:
        version = seen.get(obligation.id)
        if version is None:
            continue
        try:
            decide(actor=actor, obligation=obligation, step=Step.ACCEPTED, version=version)
            count += 1
        except Conflict:  # raised before anything is written: the others go on
            renewed += obligation.report_state is ReportState.SENT
    return Accepted(count, renewed)


def _why_not(report: Report) -> str:
    told = find_decision(report)
    if told is None:
        return "Báo cáo đang chờ duyệt, chưa khóa."
    done = f"được {STEP_LABELS[told.step]}"
    return f"Báo cáo vừa {done}{who_when(told.by, told.at)}. Hãy tải lại trang."


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
    if has_read(report, actor.user_id):
        return
    _add_step(actor, report, Step.READ, "")
    _record("report.read", actor, report)


def _record(event: str, actor: Actor, report: Report, **more: str) -> None:
    record(
        event,
        actor=actor,
        subject_kind="report",
        subject_id=report.id,
        kind=report.report_kind.value,
        period=report.period_end_on.isoformat(),
        version=report.version,
        **more,
    )
    db.session.flush()
