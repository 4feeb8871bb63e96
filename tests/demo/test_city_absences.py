"""In the city's size every commune has some people in the absent loop, and the checks stay clean."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tests.databases import drop_database, make_app, new_database
from vneid_field.absences.models import AbsenceCase, AbsenceHop, SupportDesk
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.demo import load, load_absences, load_commune
from vneid_field.demo.people import CitizenIds
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.lists import holders
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.units.models import Unit
from vneid_field.units.queries import find_unit_by_code
from vneid_field.units.rules import UnitKind

CODES = ("31120", "31117", "31153")  # the demo's ward, a sibling, a ward of another district
PEOPLE = 900
MOST = 7


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_commune_has_a_bounded_number_of_cases(engine, monkeypatch):
    def load_three(demo, say):
        ledger = load_commune.Ledger(CitizenIds(rng_for(demo.seed, "ids")))
        for code in CODES:
            load_commune.load(demo, find_unit_by_code(code), PEOPLE, ledger)
        ledger.close()

    monkeypatch.setattr(load, "_load_city", load_three)
    monkeypatch.setattr(load.load_reports, "load", lambda _demo, _ward: None)  # too few people
    monkeypatch.setattr(load_absences, "PER_COMMUNE", MOST)
    url = new_database(engine, is_founded=False)
    app = make_app(url)
    with app.app_context():
        with writing():
            loaded = load.load_demo(seed=128, say=lambda _step: None, is_city=True)
            db.session.commit()
        with clock.frozen(loaded.now):
            look_at(loaded.campaign)
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def look_at(campaign):
    home, commune = aliased(Unit), aliased(Unit)
    counted = (
        select(commune.code, func.count())
        .select_from(AbsenceCase)
        .join(Citizen, Citizen.id == AbsenceCase.citizen_id)
        .join(home, home.id == Citizen.unit_id)
        .join(commune, commune.id == home.parent_id)
        .group_by(commune.code)
    )
    found = {code: count for code, count in db.session.execute(counted)}
    assert set(found) == set(CODES)
    assert found["31117"] == found["31153"] == MOST
    assert found["31120"] > MOST  # the demo's ward keeps all of its own
    districts = db.session.scalar(
        select(func.count()).select_from(Unit).where(Unit.kind == UnitKind.DISTRICT)
    )
    assert db.session.scalar(select(func.count()).select_from(SupportDesk)) == 2 * districts
    in_kind = select(SupportDesk.place).join(Unit, Unit.id == SupportDesk.unit_id)
    places = set(db.session.scalars(in_kind.where(Unit.code.like("9%.HT1"))))
    assert places == {"Trụ sở Công an quận", "Trụ sở Công an huyện"}
    holding = select(Unit.path).join(AbsenceHop, AbsenceHop.unit_id == Unit.id)
    district = find_unit_by_code("31153").parent_id
    in_district = db.session.get_one(Unit, district).path
    own = [path for path in db.session.scalars(holding) if path.startswith(in_district)]
    assert own  # that district's people hold its own commune's cases
    assert check(campaign) == []
    assert holders.check(campaign) == []
