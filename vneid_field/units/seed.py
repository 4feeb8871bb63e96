"""The real tree: city, 9 districts, 83 communes, hamlets, 607 teams, 100 collection points.

Runs again without doubling anything: a unit is found by its code. The plan gives the number of
teams and points per district (columns 8, 9, 11); over communes they spread by weight.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from vneid_field.audit.services import record
from vneid_field.core.access import Actor
from vneid_field.core.shares import largest_remainder
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.units.labels import COMMUNE_TEAM_NAME, FIXED_POINT_NAME, HAMLET_WORD, mobile_name
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.rules import UnitKind, path_of

DATA = Path(__file__).parent / "data"
CITY_CODE = "92"
SUBTYPE_OF = {"Phường": "phuong", "Xã": "xa", "Thị trấn": "thi_tran"}


@dataclass(frozen=True)
class CommuneRow:
    """A line of communes.csv."""

    district_code: str
    code: str
    name: str
    subtype: str
    short_name: str
    weight: int


def read_csv(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """Return the lines of a CSV file of the plan's data as dicts."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def read_communes(folder: Path = DATA) -> list[CommuneRow]:
    """Return the communes in the file's order; `weight` steers spreads, 1 when it is absent."""
    return [
        CommuneRow(
            row["district_code"],
            row["commune_code"],
            row["commune_name"],
            SUBTYPE_OF[row["commune_type"]],
            row["name_noprefix"],
            int(row.get("weight") or 1),
        )
        for row in read_csv("communes.csv", folder)
    ]


def known_hamlets(folder: Path = DATA) -> dict[str, list[str]]:
    """Return real hamlet names by commune code."""
    names: dict[str, list[str]] = {}
    for row in read_csv("hamlet-names.csv", folder):
        names.setdefault(row["commune_code"], []).append(row["hamlet_name"])
    return names


def name_hamlets(commune: CommuneRow, count: int, known: Iterable[str]) -> list[str]:
    """Return `count` hamlet names: the known ones, then numbers not used yet."""
    word = HAMLET_WORD[commune.subtype]
    names = sorted(set(known), key=lambda name: (len(name), name))[:count]
    number = 1
    while len(names) < count:
        candidate = f"{word} {number}"
        if candidate not in names:
            names.append(candidate)
        number += 1
    return sorted(names, key=lambda name: (len(name), name))


class _Tree:
    """Adds units that are not there yet, found by code."""

    def __init__(self) -> None:
        self.by_code = {unit.code: unit for unit in db.session.scalars(select(Unit))}
        self.added = 0

    def ensure(
        self, parent: Unit | None, kind: UnitKind, code: str, name: str, **values: object
    ) -> Unit:
        found = self.by_code.get(code)
        if found is not None:
            return found
        key = search_key(name)
        unit = Unit(
            kind=kind,
            code=code,
            name=name,
            search_key=key,
            path=f"new:{code}",
            parent_id=parent.id if parent else None,
            **values,
        )
        db.session.add(unit)
        db.session.flush()
        unit.path = path_of(parent.path if parent else "", unit.id)
        self.by_code[code] = unit
        self.added += 1
        return unit


NameHamlets = Callable[[CommuneRow, int, Iterable[str]], list[str]]


def seed_units(
    *, actor: Actor | None, name: NameHamlets = name_hamlets, folder: Path = DATA
) -> Unit:
    """Create what is missing of the tree and return the city. `actor` None: a command."""
    tree = _Tree()
    city = tree.ensure(
        None, UnitKind.CITY, CITY_CODE, "Thành phố Cần Thơ", short_name="Cần Thơ", sort_order=1
    )
    communes = read_communes(folder)
    known = known_hamlets(folder)
    for order, row in enumerate(read_csv("quota.csv", folder), start=1):
        own = [commune for commune in communes if commune.district_code == row["district_code"]]
        _seed_district(tree, city, order, row, own, known, name)
    if tree.added:
        record("unit.seeded", actor=actor, count=tree.added)
    db.session.flush()
    return city


def _seed_district(
    tree: _Tree,
    city: Unit,
    order: int,
    row: dict[str, str],
    communes: list[CommuneRow],
    known: dict[str, list[str]],
    name: NameHamlets,
) -> None:
    full = row["district_name"]
    district = tree.ensure(
        city,
        UnitKind.DISTRICT,
        row["district_code"],
        full,
        short_name=full.split(" ", 1)[1],
        sort_order=order,
    )
    weights = {commune.code: commune.weight for commune in communes}
    teams = largest_remainder(int(row["community_digital_teams"]), weights, minimum=1)
    for place, commune in enumerate(communes, start=1):
        _seed_commune(tree, district, place, commune, teams[commune.code], known, name)
    for number in range(1, int(row["mobile_collection_teams"]) + 1):
        tree.ensure(
            district,
            UnitKind.COLLECTION_POINT,
            f"{district.code}.LD{number}",
            mobile_name(number, district.short_name),
            subtype="mobile",
            sort_order=number,
        )


def _seed_commune(
    tree: _Tree,
    district: Unit,
    place: int,
    row: CommuneRow,
    teams: int,
    known: dict[str, list[str]],
    name: NameHamlets,
) -> None:
    commune = tree.ensure(
        district,
        UnitKind.COMMUNE,
        row.code,
        row.name,
        short_name=row.short_name,
        subtype=row.subtype,
        sort_order=place,
    )
    tree.ensure(
        commune,
        UnitKind.COLLECTION_POINT,
        f"{row.code}.TN",
        FIXED_POINT_NAME.format(commune=row.name.lower()[:1] + row.name[1:]),
        subtype="fixed",
        sort_order=1,
    )
    kind = "khu_vuc" if row.subtype == "phuong" else "ap"
    for number, hamlet_name in enumerate(name(row, teams, known.get(row.code, ())), start=1):
        _seed_hamlet(tree, commune, row.code, number, hamlet_name, kind)


def _seed_hamlet(
    tree: _Tree, commune: Unit, code: str, number: int, hamlet_name: str, kind: str
) -> None:
    """A hamlet and the community digital team that serves it."""
    hamlet = tree.ensure(
        commune,
        UnitKind.HAMLET,
        f"{code}-{number:02d}",
        hamlet_name,
        short_name=hamlet_name,
        subtype=kind,
        sort_order=number,
    )
    team_code = f"{code}.{number}"
    is_new = team_code not in tree.by_code
    team = tree.ensure(
        commune,
        UnitKind.TEAM,
        team_code,
        COMMUNE_TEAM_NAME.format(hamlet=hamlet_name),
        short_name=hamlet_name,
        subtype="community_digital",
        sort_order=number,
    )
    if is_new:
        db.session.add(TeamHamlet(team_id=team.id, hamlet_id=hamlet.id))
