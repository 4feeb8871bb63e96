"""A superior excuses a unit from a report, with a reason, and may take the excuse back."""

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, NotFound, WrongField
from vneid_field.extensions import db
from vneid_field.reporting.decisions import may_decide
from vneid_field.reporting.kinds import ObligationState
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.services import lock_obligation, who_when
from vneid_field.reporting.words import title_of


def excuse(*, actor: Actor, obligation: Obligation, reason: str) -> None:
    """Excuse a unit from a report that has not come, due already or not.

    Raises NotFound for anybody but the superior's police, Conflict when it was sent or excused
    meanwhile (when), WrongField without a reason.
    """
    if not may_decide(actor, obligation):
        raise NotFound
    lock_obligation(obligation)
    if obligation.state is not ObligationState.EXPECTED:
        raise Conflict(_why_not(obligation))
    if not reason.strip():
        raise WrongField("Hãy ghi lý do miễn: báo cáo của kỳ nêu đơn vị được miễn.", "reason")
    obligation.state = ObligationState.EXCUSED
    obligation.excused_reason = reason.strip()[:300]
    obligation.excused_at, obligation.excused_by = clock.now(), actor.user_id
    _record("report.excused", actor, obligation)


def take_back_excuse(*, actor: Actor, obligation: Obligation) -> None:
    """Ask for the report again: it is expected, or missing when its hour is past.

    Raises NotFound for anybody but the superior's police, Conflict when nothing is excused.
    """
    if not may_decide(actor, obligation) or not obligation.unit.is_active:
        raise NotFound
    lock_obligation(obligation)
    if obligation.state is not ObligationState.EXCUSED:
        raise Conflict(f"{title_of(obligation)} không còn được miễn. Hãy tải lại trang.")
    obligation.state = ObligationState.EXPECTED
    obligation.excused_reason, obligation.excused_at, obligation.excused_by = "", None, None
    _record("report.excuse_taken_back", actor, obligation)


def _why_not(obligation: Obligation) -> str:
    if obligation.state is ObligationState.EXCUSED:
        done = f"được miễn{who_when(obligation.excused_by, obligation.excused_at)}"
    else:
        done = f"gửi{who_when(None, obligation.received_at)}"
    return f"{title_of(obligation)} đã {done}. Hãy tải lại trang."


def _record(event: str, actor: Actor, obligation: Obligation) -> None:
    record(
        event,
        actor=actor,
        subject_kind="unit",
        subject_id=obligation.unit_id,
        kind=obligation.report_kind.value,
        period=obligation.period_end_on.isoformat(),
    )
    db.session.flush()
