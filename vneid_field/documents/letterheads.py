"""A unit's letterhead: what its settings say, else what its kind and name give."""

from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.models import Document
from vneid_field.documents.models import Letterhead as LetterheadSettings
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

POLICE_SYMBOLS = {"phuong": "BC-CAP", "xa": "BC-CAX", "thi_tran": "BC-CATT"}
_SUBTYPE_TITLES = {
    "phuong": "TRƯỞNG CÔNG AN PHƯỜNG",
    "xa": "TRƯỞNG CÔNG AN XÃ",
    "thi_tran": "TRƯỞNG CÔNG AN THỊ TRẤN",
}
RECIPIENTS = ("Như trên", "Lưu: VT")


def inside_sentence(name: str) -> str:
    """Return a unit's name as it stands inside a sentence: "phường An Hòa"."""
    return name[:1].lower() + name[1:]


def police_name(unit: Unit) -> str:
    """Return the police of an administrative unit: "Công an phường An Hòa"."""
    return f"Công an {inside_sentence(unit.name)}"


def committee_name(unit: Unit) -> str:
    """Return its People's Committee: "Ủy ban nhân dân phường An Hòa"."""
    return f"Ủy ban nhân dân {inside_sentence(unit.name)}"


def addressees_of(unit: Unit, parent: Unit | None) -> tuple[str, ...]:
    """Return whom a police report goes to: the committee of its level, the police above."""
    own = committee_name(unit)
    return (own, police_name(parent)) if parent is not None else (own,)


def organ_name(document: Document) -> str:
    """Return who issued a paper, as it stands inside a sentence."""
    unit = document.unit
    if unit.kind not in (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.CITY):
        return unit.name
    if document.kind in (PaperKind.BOARD.value, PaperKind.RANKING.value):
        return inside_sentence(unit.name)  # a table of the place, whoever printed it
    is_quota = document.kind == PaperKind.QUOTA_TABLE.value
    return committee_name(unit) if is_quota else police_name(unit)


def default_letterhead(unit: Unit, parent: Unit | None) -> Letterhead:
    """Return what a unit's papers bear before anybody edits the settings."""
    if unit.kind is UnitKind.TEAM:
        superior = committee_name(parent) if parent else None
        return Letterhead(superior, unit.name, "", parent.short_name if parent else "", "TỔ TRƯỞNG")
    if unit.kind is UnitKind.COMMUNE:
        symbol, title = POLICE_SYMBOLS[unit.subtype], _SUBTYPE_TITLES[unit.subtype]
    elif unit.kind is UnitKind.DISTRICT:
        kind = unit.name.split(" ", 1)[0].upper()
        symbol, title = "BC-CAQ" if kind == "QUẬN" else "BC-CAH", f"TRƯỞNG CÔNG AN {kind}"
    else:
        symbol, title = "BC-CATP", "GIÁM ĐỐC"
    return Letterhead(
        police_name(parent) if parent else "Bộ Công an",
        police_name(unit),
        symbol,
        unit.short_name or unit.name,
        title,
        recipients=RECIPIENTS,
    )


def letterhead_of(unit: Unit, year: int | None = None) -> Letterhead:
    """Return the letterhead of a unit's papers; number and date stay blank for the clerk."""
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    base = default_letterhead(unit, parent)
    stored = db.session.get(LetterheadSettings, unit.id)
    if stored is None:
        values = {name: getattr(base, name) for name in Letterhead.__slots__}
        return Letterhead(**{**values, "year": year})
    return Letterhead(
        stored.superior_organ,
        stored.organ,
        stored.symbol,
        stored.place,
        stored.signer_title,
        stored.signer_rank,
        stored.signer_name,
        recipients=base.recipients,
        year=year,
    )
