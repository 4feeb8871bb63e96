"""The district's and the city's daily paper, made when asked for."""

import pytest
from sqlalchemy import select

from vneid_field.documents.models import Document
from vneid_field.extensions import db


@pytest.mark.parametrize("on", ["2023-06-20", "2023-07-03"])
def test_a_paper_is_of_the_day_in_its_address(arrange, login, on):
    with arrange() as world:
        district_id = world.unit("916").id
    district = login("district")
    # A form left open on another day does not make the address lie.
    district.post(f"/reports/{district_id}/paper/{on}", on="2023-07-01")
    district.post(f"/reports/{district_id}/paper/{on}")
    with arrange():
        days = set(db.session.scalars(select(Document.period_on)))
    assert {day.isoformat() for day in days} == {on}


def test_a_day_that_is_none_has_no_paper(arrange, login):
    with arrange() as world:
        district_id = world.unit("916").id
    login("district").post(f"/reports/{district_id}/paper/soon", 404)
