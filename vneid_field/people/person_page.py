"""A citizen's page, also when one of its forms was refused."""

from dataclasses import dataclass

from flask import Response, current_app
from werkzeug.datastructures import MultiDict

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.people import labels, queries, services
from vneid_field.people.models import Citizen
from vneid_field.people.rules import EXITS, age_on, mask, next_states, step_back
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_ancestors
from vneid_field.web.render import render


@dataclass(frozen=True)
class Refused:
    """A refused form of the page: which one ("split", "merge", "correct", "left"), the sentence,
    and what was typed.
    """

    form: str
    message: str
    status: int
    typed: MultiDict[str, str]


def person_page(citizen: Citizen, *, near: str = "", refused: Refused | None = None) -> Response:
    """Render a citizen of the scope; `near`: an address looked for among the neighbours."""
    campaign = current_campaign()
    trail = current_app.extensions.get("citizen_trail")
    return render(
        "people/show.html",
        "people/_neighbours.html",
        status=refused.status if refused else 200,
        citizen=citizen,
        household=citizen.household,
        members=queries.list_members(citizen.household_id),
        near=near,
        neighbours=queries.page_neighbours(citizen.household, near),
        units=list_ancestors(db.session.get_one(Unit, citizen.unit_id)),
        events=queries.list_application_events(citizen.id),
        trail=trail(campaign.id, citizen.id) if trail else None,
        age=age_on(citizen.birth_on, clock.today()),
        step_back=step_back(citizen.application_state, services.came_from(citizen)),
        exits=[state for state in EXITS if state in next_states(citizen.application_state)],
        refused=refused,
        labels=labels,
        mask=mask,
    )
