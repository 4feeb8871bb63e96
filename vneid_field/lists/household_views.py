"""Correcting people on lists: split, merge, one step back; items and stocks follow."""

from collections.abc import Sequence

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.errors import DomainError
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.contributions import contributions
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import ItemState, Purpose, VerdictKind
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import end_items, touch_item
from vneid_field.lists.verdicts import Effects, reopen_items, standing_verdicts, withdraw
from vneid_field.people import queries, services
from vneid_field.people.changes import tell_changed
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.people.person_page import Refused, person_page
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import go

bp = Blueprint("households", __name__, url_prefix="/people")


def move_items(citizens: Sequence[Citizen], household_id: int) -> None:
    """Let the open items of people follow them into another household."""
    db.session.execute(
        update(ListItem)
        .where(
            ListItem.citizen_id.in_([citizen.id for citizen in citizens]),
            ListItem.state == ItemState.OPEN,
        )
        .values(household_id=household_id)
        .execution_options(synchronize_session=False)
    )


def correct(*, actor: Actor, campaign: Campaign, citizen: Citizen, reason: str) -> None:
    """Set a state back one step; what it counted, stocks and the list item follow."""
    before = services.correct_state(actor=actor, citizen=citizen, reason=reason)
    _follow(actor, campaign, citizen, before)


def take_off(
    *, actor: Actor, campaign: Campaign, citizen: Citizen, to: ApplicationState, reason: str
) -> None:
    """Take a person off the lists as police confirm it; stocks and the list item follow."""
    before = services.take_off(actor=actor, citizen=citizen, to=to, reason=reason)
    _follow(actor, campaign, citizen, before)


def _follow(actor: Actor, campaign: Campaign, citizen: Citizen, before: ApplicationState) -> None:
    events = queries.list_application_events(citizen.id)
    days = {"first_on": campaign.starts_on, "last_on": campaign.ends_on}
    was, now = contributions(events[:-1], **days), contributions(events, **days)
    effects = Effects(flows=[difference(was, now)])
    old = bucket_of(before, citizen.visit_status)
    new = bucket_of(citizen.application_state, citizen.visit_status)
    effects.home(citizen.unit_id, citizen.unit_path, old, new)
    item = find_holder(campaign.id, citizen.id, Purpose.ACTIVATE)
    if item is not None:
        effects.holder(item.holder_unit_id, old, new)
    if citizen.application_state is ApplicationState.APPROVED:
        _take_confirmation_back(campaign, citizen, effects)
    effects.store(campaign.id)
    if item is not None and new is None:
        end_items([citizen.id], "sửa trạng thái", actor=actor)
    elif item is not None:
        touch_item(item, is_done=new in ANSWERED, at=item.done_at or clock.now())
        db.session.flush()
    tell_changed(campaign.id, [citizen.id])


def _take_confirmation_back(campaign: Campaign, citizen: Citizen, effects: Effects) -> None:
    """Police set a confirmed person back: the confirmation counts no more, the item opens again."""
    verdicts = standing_verdicts([citizen.id], VerdictKind.CONFIRMED)
    withdraw(verdicts, clock.now(), effects)
    items = [one.item_id for one in verdicts if one.item_id is not None]
    reopen_items(campaign.id, items, effects, was=ItemState.CLOSED)


def _back_with(
    error: DomainError, form: str, household_id: int, citizen_id: int
) -> ResponseReturnValue:
    """A refusal is read on the member's page where the choice was made, with what was typed."""
    db.session.rollback()
    ids = [citizen.id for citizen in queries.list_members(household_id)]
    if not ids:
        raise error  # emptied meanwhile: there is no page to go back to
    citizen = queries.get_citizen(
        current_actor().scope, citizen_id if citizen_id in ids else ids[0]
    )
    refused = Refused(form, error.message, error.status, request.form)
    return person_page(citizen, refused=refused)


def _back_id() -> int:
    return request.form.get("back", 0, type=int)


@bp.post("/households/<int:household_id>/split")
@requires(Permission.EDIT_PEOPLE)
def split(household_id: int) -> ResponseReturnValue:
    """Move the chosen members into a household of their own."""
    actor = current_actor()
    household = queries.get_household(actor.scope, household_id)
    wanted = set(request.form.getlist("citizen_id", type=int))
    members = [c for c in queries.list_members(household.id) if c.id in wanted]
    try:
        new = services.split_household(
            actor=actor,
            household=household,
            members=members,
            address_line=request.form.get("address_line", ""),
        )
    except DomainError as error:
        return _back_with(error, "split", household_id, _back_id())
    move_items(members, new.id)
    return go(url_for("people.show", citizen_id=members[0].id))


@bp.post("/households/<int:household_id>/merge")
@requires(Permission.EDIT_PEOPLE)
def merge(household_id: int) -> ResponseReturnValue:
    """Move everybody into another household of the hamlet."""
    actor = current_actor()
    household = queries.get_household(actor.scope, household_id)
    into = queries.get_household(actor.scope, request.form.get("into", 0, type=int))
    try:
        moved = services.merge_households(actor=actor, household=household, into=into)
    except DomainError as error:
        return _back_with(error, "merge", household_id, _back_id())
    move_items(moved, into.id)
    ids = [member.id for member in moved or queries.list_members(into.id)]
    if not ids:
        return go(url_for("people.search"))
    return go(url_for("people.show", citizen_id=_back_id() if _back_id() in ids else ids[0]))


@bp.post("/<int:citizen_id>/correct-state")
@requires(Permission.EDIT_PEOPLE)
def correct_state(citizen_id: int) -> ResponseReturnValue:
    """Set the application back one step, with a reason."""
    actor = current_actor()
    citizen = queries.get_citizen(actor.scope, citizen_id)
    reason = typed_text(request.form.get("reason"))
    try:
        correct(actor=actor, campaign=current_campaign(), citizen=citizen, reason=reason)
    except DomainError as error:
        return _back_with(error, "correct", citizen.household_id, citizen_id)
    return go(url_for("people.show", citizen_id=citizen_id))


@bp.post("/<int:citizen_id>/take-off")
@requires(Permission.EDIT_PEOPLE)
def confirm_left(citizen_id: int) -> ResponseReturnValue:
    """Confirm that a person moved out, died or is not eligible."""
    actor = current_actor()
    citizen = queries.get_citizen(actor.scope, citizen_id)
    wanted = request.form.get("to", "")
    try:
        if wanted not in ApplicationState._value2member_map_:
            raise DomainError("Hãy chọn đã chuyển đi, đã mất hay không thuộc diện.")
        take_off(
            actor=actor,
            campaign=current_campaign(),
            citizen=citizen,
            to=ApplicationState(wanted),
            reason=typed_text(request.form.get("reason")),
        )
    except DomainError as error:
        return _back_with(error, "left", citizen.household_id, citizen_id)
    return go(url_for("people.show", citizen_id=citizen_id))
