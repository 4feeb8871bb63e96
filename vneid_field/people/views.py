"""Citizens on the desk: search, one person (masked), the full number by an audited act."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.extensions import db
from vneid_field.people import labels, queries, services
from vneid_field.people.rules import age_on, mask, step_back
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_ancestors
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import render

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
@requires(Permission.SEE_PEOPLE)
def search() -> ResponseReturnValue:
    """The search page."""
    return render("people/search.html", words="", found=[], total=0, is_done=False, mask=mask)


@bp.post("/")
@requires(Permission.SEE_PEOPLE)
def find() -> ResponseReturnValue:
    """Search: a POST, so that no name or number stands in a URL or a log."""
    words = request.form.get("words", "")[:80]
    found, total = queries.search_people(current_actor().scope, words)
    record("person.searched", actor=current_actor(), by=queries.search_kind(words), count=total)
    return render(
        "people/search.html",
        "people/_found.html",
        words=words,
        found=found,
        total=total,
        is_done=True,
        labels=labels,
        mask=mask,
    )


@bp.get("/<int:citizen_id>")
@requires(Permission.SEE_PEOPLE)
def show(citizen_id: int) -> ResponseReturnValue:
    """One citizen: both facts, the household, the trail; numbers masked."""
    actor, campaign = current_actor(), current_campaign()
    citizen = queries.get_citizen(actor.scope, citizen_id)
    trail = current_app.extensions.get("citizen_trail")
    return render(
        "people/show.html",
        citizen=citizen,
        household=citizen.household,
        members=queries.list_members(citizen.household_id),
        neighbours=queries.list_neighbours(citizen.household),
        units=list_ancestors(db.session.get_one(Unit, citizen.unit_id)),
        events=queries.list_application_events(citizen.id),
        trail=trail(campaign.id, citizen.id) if trail else None,
        age=age_on(citizen.birth_on, clock.today()),
        step_back=step_back(citizen.application_state),
        labels=labels,
        mask=mask,
    )


@bp.post("/<int:citizen_id>/reveal")
@requires(Permission.REVEAL_NUMBER)
def reveal(citizen_id: int) -> ResponseReturnValue:
    """Show a full number once; it is logged who looked at what."""
    actor = current_actor()
    citizen = queries.get_citizen(actor.scope, citizen_id)
    number = services.reveal(actor=actor, citizen=citizen, field=request.form.get("field", ""))
    return render("people/revealed.html", "people/_revealed.html", citizen=citizen, number=number)
