"""A paper printed earlier and the page that types it in agree on numbers."""

from tests.make.visits import make_visit
from vneid_field.visits.kinds import Outcome
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
