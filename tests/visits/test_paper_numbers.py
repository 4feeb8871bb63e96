"""A paper printed earlier and the page that types it in agree on numbers."""

import re

import pytest
from sqlalchemy import select

from tests.make.visits import make_uuid, make_visit
from tests.visits.phone import words
from vneid_field.core import clock
from vneid_field.documents.models import Document
from vneid_field.documents.purging import purge_expired
from vneid_field.documents.services import unsealed
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.lists.household_views import take_off
from vneid_field.lists.models import HandOver
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Household
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit
from vneid_field.visits.type_in import paper_rows


def test_a_person_finished_after_printing_shifts_nobodys_number(world):
    given = world.hand_over_all()
    printed = {row.citizen.id: row.number for row in paper_rows(given)}
    first = min(printed, key=printed.__getitem__)
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=first,
        given=make_visit(Outcome.ACTIVATED_APP),
    )
    typed = {row.citizen.id: row.number for row in paper_rows(given)}
    assert typed == {one: number for one, number in printed.items() if one != first}


@pytest.fixture
def printed(app, arrange, login):
    """The team's list printed: its id, the paper's code, citizen ids in the paper's order."""
    with arrange() as world:
        given_id = world.hand_over_all().id
        order = [row.citizen.id for row in paper_rows(world_list(given_id))]
    return given_id, print_again(app, arrange, login, given_id), order


def world_list(given_id):
    return db.session.get_one(HandOver, given_id)


def print_again(app, arrange, login, given_id):
    login("leader").post(f"/lists/{given_id}/print")
    with app.app_context():
        run_waiting()
    with arrange():
        return db.session.scalars(select(Document.code).order_by(Document.id.desc())).first()


def leave(world, citizen_id, to=ApplicationState.MOVED_OUT):
    from vneid_field.people.models import Citizen

    take_off(
        actor=world.actor("commune"),
        campaign=world.campaign,
        citizen=db.session.get_one(Citizen, citizen_id),
        to=to,
        reason="đã xác minh",
    )


def shown(html):
    """Number → whether it may be typed, as the page shows the lines."""
    lines = re.findall(r'data-line="(\d*)"(.*?)(?=data-line=|</main>)', html, re.S)
    return {int(number or 0): "<select" in rest for number, rest in lines}


def test_somebody_taken_off_after_printing_keeps_the_line_and_shifts_nobody(
    arrange, login, printed
):
    given_id, code, order = printed
    with arrange() as world:
        leave(world, order[2])
        home = db.session.scalars(select(Household).order_by(Household.id.desc())).first()
        home.walk_key = ""  # the last door of the paper walks first now
    pages = login("leader")
    html = pages.text(f"/lists/{given_id}/type-in")
    assert code in html
    assert "đã rút khỏi danh sách" in html
    lines = shown(html)
    assert list(lines) == list(range(1, 25))
    assert [number for number, can_type in lines.items() if not can_type] == [3]
    names = re.findall(r'name="outcome-(\d+)"', html)
    assert [int(one) for one in names] == [one for one in order if one != order[2]]
    pages.post(
        f"/lists/{given_id}/type-in",
        day="2023-07-04",
        hour="08:00",
        paper=code,
        **{f"outcome-{order[5]}": "refused", f"uuid-{order[5]}": make_uuid()},
    )
    with arrange():
        assert list(db.session.scalars(select(VisitEvent.citizen_id))) == [order[5]]


def test_an_older_paper_is_chosen_by_its_code_and_kept_while_typing(app, arrange, login, printed):
    given_id, old, order = printed
    with arrange() as world:
        leave(world, order[0])
    new = print_again(app, arrange, login, given_id)
    pages, url = login("commune"), f"/lists/{given_id}/type-in"
    assert min(shown(pages.text(url))) == 1  # the newest paper: 23 people, counted anew
    assert len(shown(pages.text(url))) == 23
    for typed in (old, old.lower().replace("-", " ")):
        lines = shown(pages.text(f"{url}?paper={typed}"))
        assert (len(lines), lines[1], lines[2]) == (24, False, True)
    assert new in pages.text(f"{url}?paper={old}")  # the other paper is offered
    pages.get(f"{url}?paper=AAAA-BBBB-CCCC", 404)
    line = {f"outcome-{order[5]}": "refused", f"uuid-{order[5]}": make_uuid()}
    sent = {"day": "2023-07-04", "hour": "08:00", "paper": old}
    assert f"paper={old}" in pages.post(url, **sent, **line).location
    wrong = pages.post(url, 200, **sent, **{f"outcome-{order[6]}": "absent"})
    assert f'name="paper" value="{old}"' in wrong.get_data(as_text=True)


def test_who_came_back_after_printing_is_typed_below_the_papers_lines(app, arrange, login, printed):
    given_id, _code, order = printed
    visit = make_visit(Outcome.ACTIVATED_APP)
    with arrange() as world:
        give = {"actor": world.actor("volunteer"), "campaign": world.campaign}
        record_visit(citizen_id=order[0], given=visit, **give)
    print_again(app, arrange, login, given_id)
    with arrange() as world:
        give = {"actor": world.actor("volunteer"), "campaign": world.campaign}
        record_visit(citizen_id=order[0], given=make_visit(None, undoes=visit.uuid), **give)
    response = login("leader").get(f"/lists/{given_id}/type-in")
    assert "Không có trên tờ giấy này" in words(response)
    names = re.findall(r'name="outcome-(\d+)"', response.get_data(as_text=True))
    assert int(names[-1]) == order[0]
    assert f"outcome-{order[0]}" not in names[:-1]


def test_the_order_is_purged_with_the_paper(arrange, login, printed):
    given_id, code, _order = printed
    with arrange():
        paper = db.session.scalars(select(Document)).one()
        paper.purge_on = clock.today()
        purge_expired()
    with arrange():
        assert db.session.scalars(select(Document.frozen)).one() is None
    pages = login("leader")
    assert code not in pages.text(f"/lists/{given_id}/type-in")
    pages.get(f"/lists/{given_id}/type-in?paper={code}", 404)


def test_the_order_holds_no_name_and_is_sealed(arrange, printed):
    with arrange():
        paper = db.session.scalars(select(Document)).one()
        frozen = paper.frozen
        assert frozen
        # Four bytes in a row: two alone come up by chance among sealed ones.
        assert b"], [" not in frozen
        assert re.fullmatch(rb"[][0-9, ]+", unsealed(paper, frozen))
