"""The city's list comes in one file for its 83 communes, or in 83 files, and says the same."""

from sqlalchemy import select

from tests.make.delta import DAY, load, upload
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


def row_of(number, commune, district):
    """Somebody new; the commune's name alone would do only where no other bears it."""
    name = "Trần " + "".join(chr(ord("a") + int(digit)) for digit in f"{number:03d}").title()
    return (number, name, f"0921929{number:05d}", commune.name, "", district.name)


def test_one_file_of_83_communes_puts_everybody_home_and_83_files_find_nothing_new(world):
    communes = list(
        db.session.scalars(
            select(Unit).where(Unit.kind == UnitKind.COMMUNE).order_by(Unit.sort_order, Unit.id)
        )
    )
    assert len(communes) == 83
    districts = {one.id: one for one in db.session.scalars(select(Unit))}
    rows = {
        commune.code: [row_of(2 * place + n, commune, districts[commune.parent_id]) for n in (0, 1)]
        for place, commune in enumerate(communes)
    }
    titles = ("STT", "Họ và tên", "Số CCCD", "Phường/xã", "Khu vực", "Quận/huyện")
    everybody = [row for own in rows.values() for row in own]
    done = load(world, everybody, login="city", unit=world.unit("92"), as_of=DAY, titles=titles)
    assert (done.counts["applied"]["new"], done.counts["rejected"]) == (166, 0)
    homes = dict(db.session.execute(select(Citizen.full_name, Citizen.unit_path)).tuples().all())
    for commune in communes:
        for _number, name, *_rest in rows[commune.code]:
            assert homes[name].startswith(commune.path), (name, commune.name)
    for commune in communes:
        again = upload(
            world, rows[commune.code], login="city", unit=commune, as_of=DAY, titles=titles
        )
        assert (again.counts["new"], again.counts["unchanged"]) == (0, 2), commune.name
