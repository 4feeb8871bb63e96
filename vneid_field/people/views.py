"""Citizens on the desk: search, one person (masked), the full number by an audited act."""

import base64
from datetime import timedelta

from flask import Blueprint, Response, current_app, request, session, url_for
from flask.typing import ResponseReturnValue

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.crypto import keyring
from vneid_field.core.database import reading
from vneid_field.people import field_corrections, labels, queries, services
from vneid_field.people.kinds import CorrectionState
from vneid_field.people.person_page import person_page
from vneid_field.people.rules import mask
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render, wants_fragment
from vneid_field.web.transactions import commit_before_answer

bp = Blueprint("people", __name__, url_prefix="/people")
SEARCH = "session.search"
KEPT = timedelta(minutes=30)


def _remember(words: str) -> None:
    """Keep the words of a search in the session for a while, sealed: the way back from a person,
    and the next page, find them without a name or number in a URL.
    """
    sealed = keyring().encrypt(words, SEARCH)
    session["search"] = [base64.b64encode(sealed).decode(), clock.real_now().timestamp()]


def _remembered() -> str:
    """The words of the last search, "" after KEPT."""
    sealed, at = session.get("search", ("", 0.0))
    if clock.real_now().timestamp() - at > KEPT.total_seconds():
        return ""
    try:
        return keyring().decrypt(base64.b64decode(sealed), SEARCH)
    except KeyError:
        return ""  # sealed with a data key that was taken away since


def _search_page(words: str, number: int = 1) -> Response:
    page = queries.search_people(current_actor().scope, words, number=number) if words else None
    return render(
        "people/search.html",
        "people/_found.html",
        words=words,
        page=page,
        waiting=_waiting(),
        labels=labels,
        mask=mask,
    )


def _waiting() -> dict[str, int]:
    """How many cases of people wait for commune police; unlisted people lie to the right."""
    actor = current_actor()
    if wants_fragment() or not actor.may(Permission.EDIT_PEOPLE):
        return {}
    count = current_app.extensions.get("count_unlisted")
    return {
        "corrections": field_corrections.count_corrections(actor.scope)[CorrectionState.OPEN],
        "unlisted": count(actor.scope) if count else 0,
    }


@bp.get("/")
@requires(Permission.SEE_PEOPLE)
def search() -> ResponseReturnValue:
    """The search page; ?found=1 shows what the last search found, page by page."""
    return _search_page(_remembered() if "found" in request.args else "", page_number())


@bp.post("/")
@requires(Permission.SEE_PEOPLE)
def find() -> ResponseReturnValue:
    """Search: a POST, so that no name or number stands in a URL or a log."""
    words = request.form.get("words", "")[:80]
    with reading():  # among a whole city's people: nobody waits meanwhile
        page = queries.search_people(current_actor().scope, words)
    kind = queries.search_kind(words)
    record("person.searched", actor=current_actor(), by=kind, count=page.total)
    _remember(words)
    if not wants_fragment():
        return go(url_for("people.search", found=1))
    commit_before_answer()
    response = _search_page(words)
    response.headers["HX-Push-Url"] = url_for("people.search", found=1)
    return response


@bp.get("/<int:citizen_id>")
@requires(Permission.SEE_PEOPLE)
def show(citizen_id: int) -> ResponseReturnValue:
    """One citizen: both facts, the household, the trail; numbers masked."""
    return person_page(queries.get_citizen(current_actor().scope, citizen_id))


@bp.post("/<int:citizen_id>/neighbours")
@requires(Permission.EDIT_PEOPLE)
def neighbours(citizen_id: int) -> ResponseReturnValue:
    """Look for another household of the hamlet by its address: a POST, as the search of people."""
    citizen = queries.get_citizen(current_actor().scope, citizen_id)
    return person_page(citizen, near=request.form.get("near", "")[:80])


@bp.post("/<int:citizen_id>/reveal")
@requires(Permission.REVEAL_NUMBER)
def reveal(citizen_id: int) -> ResponseReturnValue:
    """Show a full number once; it is logged who looked at what."""
    actor = current_actor()
    citizen = queries.get_citizen(actor.scope, citizen_id)
    number = services.reveal(actor=actor, citizen=citizen, field=request.form.get("field", ""))
    return render("people/revealed.html", "people/_revealed.html", citizen=citizen, number=number)
