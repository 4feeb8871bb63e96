"""What a row of a list changes in what is held: new, changed, unchanged. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vneid_field.lists.intake_rules import CitizenRow
from vneid_field.lists.kinds import ImportKind
from vneid_field.people.addresses import address_key
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex

S = ApplicationState
TARGETS: Mapping[ImportKind, ApplicationState] = {
    ImportKind.NOT_COLLECTED: S.NOT_COLLECTED,
    ImportKind.APPROVED_NOT_ACTIVATED: S.APPROVED,
    ImportKind.ACTIVATED: S.ACTIVATED,
    ImportKind.REJECTED: S.REJECTED,
}
# States that a list of a kind does not contradict: an invited person is still not collected.
_AGREES: Mapping[ImportKind, frozenset[ApplicationState]] = {
    ImportKind.NOT_COLLECTED: frozenset({S.NOT_COLLECTED, S.INVITED, S.REJECTED}),
    ImportKind.APPROVED_NOT_ACTIVATED: frozenset({S.APPROVED}),
    ImportKind.ACTIVATED: frozenset({S.ACTIVATED}),
    # Invited again since; whoever has an account keeps it whatever a later application met.
    ImportKind.REJECTED: frozenset({S.REJECTED, S.INVITED, S.ACTIVATED}),
}
_FINENESS = {
    BirthPrecision.UNKNOWN: 0,
    BirthPrecision.YEAR: 1,
    BirthPrecision.MONTH: 2,
    BirthPrecision.DAY: 3,
}


class Change(StrEnum):
    """What a row means against what is held."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is held of one citizen when a list is compared.

    `unit_id` is the home unit; `state_on` the day `application_state` speaks of;
    `phone_source` is "import" or "field"; `is_manual` says that the household was put together
    by hand.
    """

    full_name: str
    birth_on: date | None
    birth_precision: BirthPrecision
    sex: Sex
    phone: str | None
    phone_source: str
    address_line: str
    unit_id: int
    application_state: ApplicationState
    approved_on: date | None = None
    state_on: date | None = None
    is_manual: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """`fields` are the names of what changes; `kept` what the list says otherwise but was learnt
    in the field or set by hand, which an import never overwrites (domain.md section 5).
    """

    change: Change
    fields: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


_NEW = Classified(Change.NEW)
_UNCHANGED = Classified(Change.UNCHANGED)


def new_state(
    kind: ImportKind, held: Snapshot, as_of_on: date | None = None
) -> ApplicationState | None:
    """Return the state a list gives a person it names, or None when it stays.

    A list older than what is held does not move anybody.
    """
    if held.application_state in _AGREES[kind]:
        return None
    if as_of_on and held.state_on and as_of_on < held.state_on:
        return None
    return TARGETS[kind]


def _differs_in_birth(row: CitizenRow, held: Snapshot) -> bool:
    if row.birth_on is None or (row.birth_on, row.birth_precision) == (
        held.birth_on,
        held.birth_precision,
    ):
        return False
    if held.birth_on is None:
        return True
    if _FINENESS[row.birth_precision] >= _FINENESS[held.birth_precision]:
        return True
    # A coarser date that agrees takes nothing away: "1968" against 05/3/1968.
    if row.birth_precision is BirthPrecision.YEAR:
        return row.birth_on.year != held.birth_on.year
    return (row.birth_on.year, row.birth_on.month) != (held.birth_on.year, held.birth_on.month)


def _differs_in_address(row: CitizenRow, held: Snapshot) -> bool:
    if not row.address_line or row.address_line == held.address_line:
        return False
    return address_key(row.address_line) != address_key(held.address_line)


def classify(
    row: CitizenRow,
    held: Snapshot | None,
    *,
    kind: ImportKind,
    unit_id: int | None,
    as_of_on: date | None = None,
) -> Classified:
    """Compare a row with what is held; `unit_id` is the matched hamlet, None when unknown.

    Fields: full_name, birth_on, sex, phone, address_line, unit_id, approved_on, note,
    application_state. An empty cell never erases. Applying the fields and comparing again gives
    unchanged, so the same file twice changes nothing.
    """
    if held is None:
        return _NEW
    fields: list[str] = []
    kept: list[str] = []
    for name, differs, is_kept in (
        ("full_name", row.full_name != held.full_name, False),
        ("birth_on", _differs_in_birth(row, held), False),
        ("sex", row.sex is not Sex.UNKNOWN and row.sex is not held.sex, False),
        ("phone", bool(row.phone) and row.phone != held.phone, held.phone_source == "field"),
        ("address_line", _differs_in_address(row, held), held.is_manual),
        ("unit_id", unit_id is not None and unit_id != held.unit_id, held.is_manual),
        ("approved_on", row.approved_on not in (None, held.approved_on), False),
        ("note", bool(row.note) and row.note != held.note, False),
        ("application_state", new_state(kind, held, as_of_on) is not None, False),
    ):
        if differs:
            (kept if is_kept else fields).append(name)
    if not fields and not kept:
        return _UNCHANGED
    return Classified(Change.CHANGED if fields else Change.UNCHANGED, tuple(fields), tuple(kept))
