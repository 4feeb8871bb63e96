"""Which commune and hamlet a row of a list means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from vneid_field.core.database import within
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.lists.hamlets import hamlet_key, match_hamlet
from vneid_field.lists.models import HamletAlias
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

_KIND_WORD = re.compile(r"^(?:p|phuong|x|xa|tt|thi tran|q|quan|h|huyen)(?:\.\s*|\s+)(?=\S)")


def _name_key(text: str) -> str:
    return _KIND_WORD.sub("", search_key(text)).strip()


@dataclass
class CommunePlace:
    """A commune with the spellings of its hamlets."""

    unit_id: int
    path: str
    name: str
    kind_word: str  # "phuong", "xa", "thi tran": "Thạnh An" is both a town and a village
    name_key: str
    code: str
    district_key: str
    known: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)


@dataclass
class Places:
    """The communes an import speaks of. With one commune rows need not name it."""

    communes: list[CommunePlace]
    paths: dict[int, str]  # of communes and hamlets

    @property
    def only(self) -> CommunePlace | None:
        """The commune of the upload, when it speaks of one."""
        return self.communes[0] if len(self.communes) == 1 else None

    def find_commune(self, commune: str, district: str) -> CommunePlace | None:
        """Return the commune a row names by code or name; None when unknown or ambiguous."""
        if self.only is not None:
            return self.only
        text = search_key(commune)
        found = [c for c in self.communes if c.code == text or c.name_key == _name_key(text)]
        if len(found) > 1 and district:
            found = [c for c in found if c.district_key == _name_key(district)] or found
        if len(found) > 1:
            found = [c for c in found if text.startswith(c.kind_word)]
        return found[0] if len(found) == 1 else None

    def find_hamlet(self, commune: CommunePlace, text: str) -> int | None:
        """Return the hamlet's id, or None for an unknown spelling."""
        return match_hamlet(text, commune.known, commune.aliases)


def load_places(unit: Unit) -> Places:
    """Read the communes within a unit (itself, when it is one) with hamlets and aliases."""
    rows = db.session.scalars(
        select(Unit)
        .where(
            within(Unit.path, (unit.path,)),
            Unit.kind.in_((UnitKind.COMMUNE, UnitKind.HAMLET)),
            Unit.is_active.is_(True),
        )
        .order_by(Unit.path)
    ).all()
    parents = {
        found.id: found
        for found in db.session.scalars(
            select(Unit).where(Unit.id.in_({row.parent_id for row in rows if row.parent_id}))
        )
    }
    communes = {row.id: _commune(row, parents) for row in rows if row.kind is UnitKind.COMMUNE}
    for row in rows:
        if row.kind is UnitKind.HAMLET and row.parent_id in communes:
            communes[row.parent_id].known[hamlet_key(row.name)] = row.id
    _add_aliases(communes)
    return Places(list(communes.values()), {row.id: row.path for row in rows})


def _commune(unit: Unit, parents: dict[int, Unit]) -> CommunePlace:
    district = parents.get(unit.parent_id or 0)
    word = re.match(r"(?:phuong|xa|thi tran)", search_key(unit.name))
    return CommunePlace(
        unit_id=unit.id,
        path=unit.path,
        name=unit.name,
        kind_word=word[0] if word else "",
        name_key=_name_key(unit.name),
        code=unit.code,
        district_key=_name_key(district.name) if district else "",
    )


def _add_aliases(communes: dict[int, CommunePlace]) -> None:
    aliases: Iterable[HamletAlias] = db.session.scalars(
        select(HamletAlias).where(HamletAlias.commune_id.in_(list(communes)))
    )
    for alias in aliases:
        communes[alias.commune_id].aliases[alias.alias_key] = alias.hamlet_id
