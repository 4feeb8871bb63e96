"""Đề nghị khen thưởng: district and city police choose whom they propose, and make the paper."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.boards.commendation_forms import (
    BLANK_ROWS,
    PERSON_COLUMNS,
    UNIT_COLUMNS,
    ProposalForm,
    Typed,
    check_typed,
    choose,
    read_typed,
    typed_of,
)
from vneid_field.boards.commendation_papers import (
    Wish,
    first_addressees,
    first_reward,
    keys_of,
    make_proposal,
    newest_proposal,
    proposal_in,
)
from vneid_field.boards.commendations import (
    PROPOSERS,
    Candidates,
    gather_candidates,
)
from vneid_field.boards.views import wanted_day
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Actor, Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.documents.models import Document
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED
from vneid_field.web.render import go, render

bp = Blueprint("commendations", __name__, url_prefix="/commendations")


@bp.app_template_global()
def may_propose(unit: Unit, actor: Actor | None = None) -> bool:
    """Say whether the person proposes commendations in the name of a unit: its own police does."""
    actor = actor or current_actor()
    is_own = unit.kind in PROPOSERS and unit.id == actor.unit.unit_id
    return is_own and actor.may(Permission.SEND_POLICE_REPORT)


@dataclass(frozen=True)
class Place:
    """The unit that proposes, by the figures of which day, and its newest paper of that day."""

    campaign: Campaign
    unit: Unit
    on: date
    earlier: Document | None


def _place(unit_id: int) -> Place:
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, unit_id)
    if not may_propose(unit, actor):
        raise NotFound
    on = wanted_day(campaign)
    return Place(campaign, unit, on, newest_proposal(campaign, unit, on))


@bp.get("/<int:unit_id>")
@requires(Permission.SEND_POLICE_REPORT)
def write(unit_id: int) -> ResponseReturnValue:
    """Whom to propose: units and people by their figures, rows by hand; earlier choices stand."""
    place = _place(unit_id)
    if place.earlier is None:
        data = {
            "addressees": "\n".join(first_addressees(place.unit)),
            "reward": first_reward(place.campaign),
        }
        found, typed = _candidates(place, set()), Typed()
    else:
        paper, keys = proposal_in(place.earlier), keys_of(place.earlier)
        data = {
            "addressees": "\n".join(paper.addressees),
            "reward": paper.reward,
            "remarks": "\n".join(paper.remarks),
        }
        found = _candidates(place, {*keys["units"], *keys["people"]})
        typed = typed_of(paper, keys, found)
    return _page(place, found, typed, ProposalForm(formdata=None, data=data))


def _candidates(place: Place, kept: set[str]) -> Candidates:
    return gather_candidates(place.campaign, place.unit, place.on, kept)


@bp.post("/<int:unit_id>")
@requires(Permission.SEND_POLICE_REPORT)
def make(unit_id: int) -> ResponseReturnValue:
    """Make the paper of what was chosen; or give more rows to write in, which changes nothing."""
    typed, form = read_typed(), ProposalForm()
    with reading():  # the figures of a city take a moment, and nobody waits for them
        place = _place(unit_id)
        found = _candidates(place, typed.ticked)
    if typed.ticked - found.collectives.keys() - found.persons.keys():
        raise NotFound
    if request.form.get("act", "").startswith("add-"):
        return _page(place, found, typed, form)
    if not (form.validate() & check_typed(typed)):
        return _page(place, found, typed, form, failure=MARKED, status=422)
    wish = Wish(
        choose(typed, found),
        tuple(line for line in (form.addressees.data or "").splitlines() if line),
        form.reward.data or "",
        form.remarks.data or "",
    )
    try:
        document = make_proposal(
            actor=current_actor(),
            campaign=place.campaign,
            unit=place.unit,
            on=place.on,
            wish=wish,
            seen=request.form.get("seen", type=int),
        )
    except DomainError as error:
        db.session.rollback()
        place = _place(unit_id)
        return _page(place, found, typed, form, failure=error.message, status=error.status)
    return go(url_for("documents.show", document_id=document.id))


def _page(
    place: Place,
    found: Candidates,
    typed: Typed,
    form: ProposalForm,
    *,
    failure: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    version = place.earlier.version if place.earlier else 0
    return render(
        "boards/commendation.html",
        status=status,
        unit=place.unit,
        on=place.on,
        earlier=place.earlier,
        seen=request.form.get("seen", version, type=int),
        found=found,
        typed=typed,
        form=form,
        failure=failure,
        unit_columns=UNIT_COLUMNS,
        person_columns=PERSON_COLUMNS,
        unit_rows=_with_blanks(typed.units, "unit", len(UNIT_COLUMNS)),
        person_rows=_with_blanks(typed.people, "person", len(PERSON_COLUMNS)),
    )


def _with_blanks(rows: list[list[str]], which: str, width: int) -> list[list[str]]:
    """Return the rows with blank ones to write in; asked for more, those sent blank stay too."""
    blank = BLANK_ROWS
    if request.form.get("act") == f"add-{which}":
        blank += max(0, len(request.form.getlist(f"{which}-name")) - len(rows))
    return [*rows, *([""] * width for _ in range(blank))]
