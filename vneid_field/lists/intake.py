"""From an opened sheet to rows compared with what is held; the preview and the storing share it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import search_key
from vneid_field.lists.changes import Change, Classified, Snapshot, classify
from vneid_field.lists.columns import Column, Header, detect_header, missing_required
from vneid_field.lists.delta_queries import speaks_until
from vneid_field.lists.hamlets import hamlet_key
from vneid_field.lists.intake_rules import CitizenRow, Defaults, data_rows, read_row
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.models import ListImport
from vneid_field.lists.places import CommunePlace, Places, load_places
from vneid_field.lists.workbook import Sheet
from vneid_field.people.identity import check_citizen_id
from vneid_field.people.intake import Held, find_held, id_index
from vneid_field.units.models import Unit

CHUNK = 1000
_NOWHERE = "Không có địa chỉ và khu vực/ấp: tổ không biết đến đâu, hãy bổ sung rồi nạp lại."


@dataclass
class Reading:
    """Everything that turns a sheet's rows into people: made once per run, plain values only,
    so that reading rows opens no transaction.
    """

    import_id: int
    campaign_id: int
    starts_on: date
    kind: ImportKind
    applied_by: int | None
    sheet: Sheet
    header: Header
    places: Places
    defaults: Defaults
    reach_path: str  # people who live in it may be moved to where the list says
    speaks_until: datetime
    seen: dict[str, int] = field(default_factory=dict)


class ReadRow(NamedTuple):
    """A row read: its number, cells, values or errors, and where the person lives."""

    number: int
    cells: Sequence[object]
    values: CitizenRow | None
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    commune: CommunePlace | None
    hamlet_id: int | None  # None: unknown spelling or none given
    unknown_hamlet: str


class Compared(NamedTuple):
    """A row beside what is held; `errors` fills up when the row must be rejected after all."""

    row: ReadRow
    id_index: bytes
    held: Held | None
    result: Classified | None
    errors: tuple[str, ...]
    named_id: int | None = None  # whom we hold under the row's number, rejected rows included


def make_reading(campaign: Campaign, done: ListImport, unit: Unit, sheet: Sheet) -> Reading:
    """Find the header (or take the corrected one) and the places. Raises NoHeader."""
    header = corrected(detect_header(sheet.head()), done.mapping)
    places = load_places(unit)
    return Reading(
        done.id,
        campaign.id,
        campaign.starts_on,
        done.kind,
        done.applied_by,
        sheet,
        header,
        places,
        Defaults(
            as_of_on=done.as_of_on,
            ends_on=campaign.ends_on,
            commune_key=search_key(unit.short_name) if places.only else "",
            has_lost_zeros=bool(done.mapping.get("has_lost_zeros")),
        ),
        done.reach_path or done.unit_path,
        speaks_until(done),
    )


def corrected(found: Header, stored: dict[str, object]) -> Header:
    """Return the header with the columns somebody chose by hand, when they did."""
    columns = stored.get("columns")
    if not isinstance(columns, dict):
        return found
    mapping = {Column(name): int(index) for name, index in columns.items()}
    used = set(mapping.values())
    unmapped = {i: title for i, title in enumerate(found.titles) if title and i not in used}
    return Header(
        found.row_index, found.height, mapping, found.titles, unmapped, missing_required(mapping)
    )


def read_rows(reading: Reading) -> Iterator[ReadRow]:
    """Yield every row that speaks of a person, from the top; repeated id numbers are refused."""
    mapping, places = reading.header.mapping, reading.places
    commune_at, district_at = mapping.get(Column.COMMUNE), mapping.get(Column.DISTRICT)
    for data in data_rows(reading.sheet, reading.header):
        values, errors, warnings = read_row(
            data.cells,
            mapping,
            kind=reading.kind,
            defaults=reading.defaults,
            section=data.section,
        )
        commune = places.only
        if commune is None and values is not None:
            commune = places.find_commune(
                _text(data.cells, commune_at), _text(data.cells, district_at)
            )
            if commune is None:
                values, errors = None, ("Không nhận ra phường/xã của người này.",)
        if values is None or commune is None:
            yield ReadRow(data.number, data.cells, None, errors, warnings, None, None, "")
            continue
        first = reading.seen.setdefault(values.citizen_id, data.number)
        if first != data.number:
            errors = (f"Trùng số CCCD với dòng {first}.",)
            yield ReadRow(data.number, data.cells, None, errors, warnings, None, None, "")
            continue
        text = values.hamlet_text
        hamlet_id = places.find_hamlet(commune, text) if text else None
        unknown = text if text and hamlet_id is None else ""
        yield ReadRow(data.number, data.cells, values, (), warnings, commune, hamlet_id, unknown)


def _text(cells: Sequence[object], index: int | None) -> str:
    if index is None or index >= len(cells):
        return ""
    cell = cells[index]
    return str(int(cell)) if isinstance(cell, float) else str(cell or "")


def chunks(rows: Iterable[ReadRow], size: int = CHUNK) -> Iterator[list[ReadRow]]:
    """Cut a stream into lists of at most `size`."""
    source = iter(rows)
    while piece := list(islice(source, size)):
        yield piece


def _snapshot(held: Held) -> Snapshot:
    return Snapshot(
        full_name=held.full_name,
        birth_on=held.birth_on,
        birth_precision=held.birth_precision,
        sex=held.sex,
        phone=held.phone,
        phone_source=held.phone_source,
        address_line=held.address_line,
        unit_id=held.unit_id,
        application_state=held.application_state,
        approved_on=held.approved_on,
        state_on=clock.to_local(held.application_state_at).date(),
        is_manual=held.is_manual,
        note=held.note,
    )


def compare(reading: Reading, rows: list[ReadRow], *, is_locked: bool = False) -> list[Compared]:
    """Compare a piece of at most 1.000 rows with what is held: one statement."""
    indexes = [_index_of(reading, row) for row in rows]
    held = find_held([index for index in indexes if index], is_locked=is_locked)
    return [
        _compare(reading, row, index, held.get(index))
        for row, index in zip(rows, indexes, strict=True)
    ]


def _index_of(reading: Reading, row: ReadRow) -> bytes:
    """Return the index of a row's number, b"" without one.

    A rejected row names its person too: whoever it names has not vanished from the list.
    """
    if row.values is not None:
        return id_index(row.values.citizen_id)
    at = reading.header.mapping.get(Column.CITIZEN_ID)
    if at is None or at >= len(row.cells):
        return b""
    checked = check_citizen_id(row.cells[at])
    number = checked.value or checked.hint
    return id_index(number) if number else b""


def _compare(reading: Reading, row: ReadRow, index: bytes, held: Held | None) -> Compared:
    values = row.values
    named_id = held.id if held is not None else None
    if values is None or row.commune is None:
        return Compared(row, index, None, None, row.errors, named_id)
    if held is not None and not held.unit_path.startswith(row.commune.path):
        if not held.unit_path.startswith(reading.reach_path):
            # A commune may not take people from another; nothing of them is shown.
            error = "Người này đang thuộc phường/xã khác; công an thành phố mới chuyển được."
            return Compared(row, index, None, None, (error,), named_id)
        unit_id: int | None = row.hamlet_id or row.commune.unit_id
    else:
        unit_id = row.hamlet_id
    if held is None and not values.address_line and not values.hamlet_text:
        # Known people keep the address we hold; a new one would be nowhere on a walk.
        row = row._replace(warnings=(*row.warnings, _NOWHERE))
    result = classify(
        values,
        _snapshot(held) if held else None,
        kind=reading.kind,
        unit_id=unit_id,
        as_of_on=reading.defaults.as_of_on,
    )
    return Compared(row, index, held, result, (), named_id)


def is_restated(one: Compared) -> bool:
    """Say whether a row gives a held person another application state."""
    return one.result is not None and "application_state" in one.result.fields


def is_moved(one: Compared) -> bool:
    """Say whether a list moves a person we hold to another hamlet or commune."""
    return one.held is not None and one.result is not None and "unit_id" in one.result.fields


def leaves_commune(one: Compared) -> bool:
    """Say whether it moves them to another commune, whose teams do not hold them yet."""
    if not is_moved(one) or one.held is None or one.row.commune is None:
        return False
    return not one.held.unit_path.startswith(one.row.commune.path)


@dataclass
class Tally:
    """Counts of a run, as they are stored with the import."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    warned: int = 0
    moved: int = 0
    moved_away: int = 0  # of them, to another commune
    unnamed: int = 0  # rejected rows without a number that can be read
    restated: int = 0  # of the changed, those whose application state changes

    def add(self, one: Compared) -> None:
        """Count a row."""
        if one.errors or one.result is None:
            self.rejected += 1
            self.unnamed += not one.id_index
            return
        self.moved += is_moved(one)
        self.restated += is_restated(one)
        self.moved_away += leaves_commune(one)
        self.warned += bool(one.row.warnings)
        match one.result.change:
            case Change.NEW:
                self.new += 1
            case Change.CHANGED:
                self.changed += 1
            case Change.UNCHANGED:
                self.unchanged += 1

    @property
    def rows(self) -> int:
        """All rows read."""
        return self.new + self.changed + self.unchanged + self.rejected

    def as_counts(self) -> dict[str, int]:
        """For storing."""
        return {**vars(self), "rows": self.rows}


def unknown_key(row: ReadRow) -> tuple[int, str] | None:
    """Return (commune, spelling key) of a hamlet nobody has mapped yet."""
    if not row.unknown_hamlet or row.commune is None:
        return None
    return row.commune.unit_id, hamlet_key(row.unknown_hamlet)
