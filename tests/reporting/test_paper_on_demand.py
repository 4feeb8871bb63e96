"""The city's daily paper, which nobody owes, made when asked for."""

import pytest
from sqlalchemy import select

from vneid_field.documents.models import Document
from vneid_field.extensions import db


@pytest.mark.parametrize("on", ["2023-06-20", "2023-07-03"])
def test_a_paper_is_of_the_day_in_its_address(arrange, login, on):
    with arrange() as world:
        city_id = world.unit("92").id
    city = login("city")
    # A form left open on another day does not make the address lie.
    city.post(f"/reports/{city_id}/paper/{on}", on="2023-07-01")
    city.post(f"/reports/{city_id}/paper/{on}")
    with arrange():
        days = set(db.session.scalars(select(Document.period_on)))
    assert {day.isoformat() for day in days} == {on}


def test_a_day_that_is_none_has_no_paper(arrange, login):
    with arrange() as world:
        city_id = world.unit("92").id
    login("city").post(f"/reports/{city_id}/paper/soon", 404)


def test_a_unit_that_owes_its_report_makes_no_paper_beside_it(arrange, login):
    with arrange() as world:
        district_id = world.unit("916").id
    login("district").post(f"/reports/{district_id}/paper/2023-07-03", 404)


def versions(arrange):
    with arrange():
        query = select(Document.version, Document.replaces_id, Document.id)
        return [tuple(row) for row in db.session.execute(query.order_by(Document.id))]


def test_a_double_click_makes_one_paper_and_a_form_opened_again_another(arrange, login):
    with arrange() as world:
        at = f"/reports/{world.unit('92').id}/paper/2023-07-03"
    city = login("city")
    assert 'name="seen" value="0"' in city.text(at)
    first = city.post(at, seen=0, difficulties="Mưa lớn.").headers["Location"]
    assert city.post(at, seen=0, difficulties="Mưa lớn.").headers["Location"] == first
    assert [row[0] for row in versions(arrange)] == [1]
    city.post(at, seen=0, difficulties="Mưa lớn cả ngày.")  # other words are another wish
    assert 'name="seen" value="2"' in city.text(at)
    city.post(at, seen=2, difficulties="Mưa lớn cả ngày.")  # and so is asking again
    found = versions(arrange)
    assert [row[0] for row in found] == [1, 2, 3]
    assert [row[1] for row in found] == [None, found[0][2], found[1][2]]
