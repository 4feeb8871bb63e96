"""Police and the point's officer: who is invited, what they answer, the list as a file."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection import invitation_queries as queries
from vneid_field.collection import invitations, labels
from vneid_field.collection.invitation_page import invitation_sheet, list_lines, propose
from vneid_field.collection.kinds import Answer
from vneid_field.collection.rules import clock_text
from vneid_field.collection.transmission_queries import find_rejections
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, WrongField
from vneid_field.core.text import typed_text, vn_number
from vneid_field.documents.exports import export, made_by
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


def _day() -> date:
    """The day the page is about: tomorrow unless named, inside the campaign."""
    campaign = current_campaign()
    try:
        wanted = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        wanted = clock.today() + timedelta(days=1)
    return min(max(wanted, campaign.starts_on), campaign.ends_on)


@bp.get("/")
@requires(Permission.INVITE)
def index() -> ResponseReturnValue:
    """The points of the own unit on a day: how many are invited, how many more are wanted."""
    on = _day()
    lines = list_lines(current_actor(), current_campaign(), on)
    return render("collection/points.html", lines=lines, on=on, **_days(on))


def _days(on: date) -> dict[str, Any]:
    campaign, one = current_campaign(), timedelta(days=1)
    return {
        "today": clock.today(),
        "campaign": campaign,
        "before": on - one if on > campaign.starts_on else None,
        "after": on + one if on < campaign.ends_on else None,
    }


def _point(point_id: int) -> Unit:
    return queries.get_point(current_actor().scope, point_id)


@bp.get("/<int:point_id>")
@requires(Permission.INVITE)
def show(point_id: int) -> ResponseReturnValue:
    """A point's day: inviting, and the people invited by hour."""
    return _show(_point(point_id))


def _show(
    point: Unit, failure: str = "", status: int = 200, wrong: str = ""
) -> ResponseReturnValue:
    actor, campaign, on = current_actor(), current_campaign(), _day()
    proposal = propose(actor, campaign, point, on, request.values.get("session_id", type=int))
    page = queries.page_invitations(actor.scope, campaign.id, point, on, number=page_number())
    return render(
        "collection/invitations.html",
        status=status,
        point=point,
        on=on,
        proposal=proposal,
        page=page,
        rejections=find_rejections(campaign.id, [one.citizen_id for one in page.items]),
        failure=failure,
        wrong=wrong,
        labels=labels,
        Answer=Answer,
        clock_text=clock_text,
        **_days(on),
    )


@bp.post("/<int:point_id>")
@requires(Permission.INVITE)
def invite(point_id: int) -> ResponseReturnValue:
    """Invite the wanted number of people of the chosen areas."""
    point, campaign, on = _point(point_id), current_campaign(), _day()
    session_id = request.form.get("session_id", type=int)
    session = queries.get_session(point, session_id, on) if session_id else None
    areas = request.form.getlist("area", type=int)
    try:
        if not areas:
            raise WrongField("Hãy chọn ít nhất một địa bàn.", "area")
        made = invitations.invite(
            actor=current_actor(),
            campaign=campaign,
            point=point,
            on=on,
            areas=areas,
            count=request.form.get("count", 0, type=int),
            seen=request.form.get("seen", -1, type=int),
            session=session,
        )
    except DomainError as error:
        db.session.rollback()
        return _show(_point(point_id), error.message, error.status, getattr(error, "field", ""))
    flash(f"Đã mời {vn_number(len(made))} người.")
    return go(
        url_for("invitations.show", point_id=point_id, on=on.isoformat(), session_id=session_id)
    )


@bp.post("/answers/<int:invitation_id>")
@requires(Permission.INVITE)
def answer(invitation_id: int) -> ResponseReturnValue:
    """Note what an invited person says."""
    campaign = current_campaign()
    found = queries.get_invitation(current_actor().scope, campaign.id, invitation_id)
    point_id, on = found.point_id, found.on_day
    said = request.form.get("answer", "")
    try:
        if said not in set(Answer):
            raise WrongField("Hãy chọn câu trả lời.", "answer")
        invitations.answer(
            actor=current_actor(),
            campaign=campaign,
            invitation=found,
            said=Answer(said),
            note=typed_text(request.form.get("note")),
            other_day=_other_day(),
        )
    except DomainError as error:
        db.session.rollback()
        return _again(point_id, on, error)
    flash("Đã ghi câu trả lời.")
    return _to(point_id, on)


def _other_day() -> date | None:
    try:
        return date.fromisoformat(request.form.get("other_day", ""))
    except ValueError:
        return None


@bp.post("/<int:invitation_id>/withdraw")
@requires(Permission.INVITE)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    found = queries.get_invitation(current_actor().scope, current_campaign().id, invitation_id)
    point_id, on = found.point_id, found.on_day
    try:
        invitations.withdraw(
            actor=current_actor(),
            invitation=found,
            reason=typed_text(request.form.get("reason")),
        )
    except DomainError as error:
        db.session.rollback()
        return _again(point_id, on, error)
    flash("Đã thu hồi lời mời.")
    return _to(point_id, on)


def _to(point_id: int, on: date, session_id: int | None = None) -> ResponseReturnValue:
    return go(
        url_for("invitations.show", point_id=point_id, on=on.isoformat(), session_id=session_id)
    )


def _again(point_id: int, on: date, error: DomainError) -> ResponseReturnValue:
    """The list with the sentence; what was typed is short and stays in the browser's back page."""
    flash(error.message, "bad")
    return _to(point_id, on)


@bp.post("/<int:point_id>/export")
@requires(Permission.INVITE)
def export_list(point_id: int) -> Response:
    """The list as XLSX, with phones and the text of each message: logged and marked."""
    actor, campaign, on, point = current_actor(), current_campaign(), _day(), _point(point_id)
    found = queries.list_invitations(actor.scope, campaign.id, point, on)
    record(
        "collection.printed",
        actor=actor,
        subject_kind="unit",
        subject_id=point.id,
        on=on.isoformat(),
        count=len(found),
    )
    return export(
        actor=actor,
        what="invitations",
        unit_id=point.id,
        count=len(found),
        name=f"danh-sach-moi-{point.code}-{on.isoformat()}",
        sheet=invitation_sheet(point, on, found, labels.ANSWER_LABELS, made_by(actor)),
    )
