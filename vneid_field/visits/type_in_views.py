"""The page "Nhập thay": typing in a paper walk list in its own order."""

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.accounts.queries import list_members_with_accounts
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.lists.hand_over_queries import get_hand_over
from vneid_field.lists.models import HandOver
from vneid_field.lists.paper_order import list_printed, read_order
from vneid_field.visits import labels, type_in
from vneid_field.visits.kinds import AbsentReason
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import Page, page_number
from vneid_field.web.render import go, render

bp = Blueprint("type_in", __name__, url_prefix="/lists")


def _page(
    given: HandOver, *, failures: dict[int, str], failure: str = "", status: int = 200
) -> ResponseReturnValue:
    papers = list_printed(given)
    paper = type_in.pick_paper(papers, request.values.get("paper", ""))
    rows = type_in.paper_rows(given, read_order(paper) if paper else None)
    number = min(page_number(), max(1, -(-len(rows) // type_in.PAGE)))
    shown = rows[(number - 1) * type_in.PAGE : number * type_in.PAGE]
    if to_mend := [row for row in rows if row.citizen.id in failures]:
        shown = to_mend  # only the lines that could not be saved are left
    return render(
        "visits/type_in.html",
        status=status,
        given=given,
        papers=papers,
        paper=paper,
        page=Page(shown, number, type_in.PAGE, len(rows)),
        members=list_members_with_accounts(given.to_unit_id),
        outcomes=type_in.TYPED_OUTCOMES,
        reasons=list(AbsentReason),
        labels=labels,
        failures=failures,
        failure=failure,
        typed=request.form,
        now=clock.local_now(),
        usual=type_in.usual_walk(clock.local_now()),
    )


def _outcome(saved: int, failures: dict[int, str]) -> str:
    """Say what was saved, what is to mend, and whose lines have no place any more."""
    gone = sum(sentence == type_in.LEFT_THE_LIST for sentence in failures.values())
    parts = [f"Đã lưu {saved} dòng"]
    if len(failures) > gone:
        parts.append(f"{len(failures) - gone} dòng còn lại cần sửa")
    if gone:
        parts.append(f"{gone} người không còn trong danh sách nên không lưu")
    return "; ".join(parts) + "."


@bp.get("/<int:hand_over_id>/type-in")
@requires(Permission.TYPE_IN)
def show(hand_over_id: int) -> ResponseReturnValue:
    """The paper's lines, to be typed in."""
    return _page(get_hand_over(current_actor().scope, hand_over_id), failures={})


@bp.post("/<int:hand_over_id>/type-in")
@requires(Permission.TYPE_IN)
def save(hand_over_id: int) -> ResponseReturnValue:
    """Record every line that has a result; lines with a mistake come back with what was typed."""
    actor = current_actor()
    given = get_hand_over(actor.scope, hand_over_id)
    type_in.pick_paper(list_printed(given), request.form.get("paper", ""))  # or nothing is saved
    member_id = request.form.get("performed_by", type=int)
    if member_id and member_id not in {m.id for m in list_members_with_accounts(given.to_unit_id)}:
        raise NotFound
    try:
        walked_at = type_in.walked_instant(
            request.form.get("day", ""), request.form.get("hour", "")
        )
    except DomainError as error:
        return _page(given, failures={}, failure=error.message, status=422)
    recorded, failures = type_in.save_paper(
        actor=actor,
        campaign=current_campaign(),
        given=given,
        form=request.form,
        walked_at=walked_at,
        performed_by=member_id,
    )
    for done in recorded:
        for listener in current_app.extensions.get("after_visit", ()):
            if not done.is_repeat:
                listener(done.event)
    if failures:
        # The good lines are saved (status 200 commits); the others are shown again. Recording
        # has read the list anew without its team: read it as the page wants it.
        given = get_hand_over(actor.scope, hand_over_id)
        return _page(given, failures=failures, failure=_outcome(len(recorded), failures))
    where: dict[str, Any] = {"page": page_number(), "paper": request.form.get("paper") or None}
    return go(url_for("type_in.show", hand_over_id=hand_over_id, saved=len(recorded), **where))
