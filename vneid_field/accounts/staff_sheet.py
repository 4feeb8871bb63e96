"""Accounts from a spreadsheet: rows in, one plan or one Vietnamese reason per row, then accounts.

The caller opens the file (vneid_field/staff.py); here are rows of cells. Nothing of a password is
kept: the plan carries login names only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vneid_field.accounts import rules
from vneid_field.accounts.labels import LOGIN_STEMS, ROLE_LABELS, ROLE_SPELLINGS
from vneid_field.accounts.passwords import Temporary
from vneid_field.accounts.queries import find_user_by_login, has_namesake, list_taken_logins
from vneid_field.accounts.services import create_account
from vneid_field.core.access import Actor, Role
from vneid_field.core.errors import DomainError
from vneid_field.core.text import nfc, search_key
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_of_kinds
from vneid_field.units.rules import UnitKind

MOST_ROWS = 500
MOST_HEADER_ROWS = 20  # titles above the header
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("ho va ten", "ho ten", "ten nguoi dung"),
    "login": ("ten dang nhap", "tai khoan"),
    "role": ("vai tro", "chuc vu", "nhiem vu"),
    "unit": ("ma don vi", "ma don vi (hoac ten to)", "ma don vi hoac ten to", "don vi", "ten to"),
}
REQUIRED = {"name": "Họ và tên", "role": "Vai trò", "unit": "Mã đơn vị"}
_ROLES = {search_key(label): role for role, label in ROLE_LABELS.items()} | dict(ROLE_SPELLINGS)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A row as typed. `number` is the row's number in the file, from 1."""

    number: int
    name: str
    login: str
    role: str
    unit: str
    is_unit_rounded: bool = False  # a number cell: "31120.10" has become 31120.1


@dataclass(frozen=True, slots=True)
class Planned:
    """A row with its role, unit and login name found, or `reason` why it makes no account."""

    row: StaffRow
    role: Role | None = None
    unit_id: int = 0
    unit_name: str = ""
    login: str = ""
    reason: str = ""


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else nfc(str(cell))


def _header_of(cells: Sequence[object]) -> dict[str, int] | None:
    """Return the column of each field when this row is the header."""
    keys = [search_key(_text(cell)) for cell in cells]
    found = {
        field: next((at for at, key in enumerate(keys) if key in names), -1)
        for field, names in COLUMNS.items()
    }
    return found if all(found[field] >= 0 for field in REQUIRED) else None


def read_rows(sheet: Iterable[Sequence[object]]) -> list[StaffRow]:
    """Return the filled rows below the header; other columns (a phone) are ignored.

    Raises DomainError when a column is missing, there is no row, or there are too many.
    """
    columns: dict[str, int] | None = None
    rows: list[StaffRow] = []
    for number, cells in enumerate(sheet, start=1):
        if columns is None:
            columns = _header_of(cells)
            if columns is None and number >= MOST_HEADER_ROWS:
                break
        elif row := _row(number, cells, columns):
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise DomainError(f"Bảng có hơn {MOST_ROWS} người. Hãy chia nhỏ rồi tải lại.")
    if columns is None:
        raise DomainError(
            f"Không thấy dòng tiêu đề có đủ các cột: {', '.join(REQUIRED.values())}. "
            "Hãy dùng tệp mẫu."
        )
    if not rows:
        raise DomainError("Bảng chưa có người nào dưới dòng tiêu đề.")
    return rows


def _row(number: int, cells: Sequence[object], columns: Mapping[str, int]) -> StaffRow | None:
    def cell(field: str) -> object:
        at = columns[field]
        return cells[at] if 0 <= at < len(cells) else None

    unit = cell("unit")
    row = StaffRow(
        number,
        name=_text(cell("name"))[:200],
        login=_text(cell("login")).lower()[:80],
        role=_text(cell("role"))[:80],
        unit=_text(unit)[:200],
        is_unit_rounded=isinstance(unit, float) and not unit.is_integer(),
    )
    return row if row.name or row.login or row.unit else None


class _Units:
    """The scope's units by code and by name, read once for a sheet."""

    def __init__(self, actor: Actor) -> None:
        self.by_code: dict[str, Unit] = {}
        self.by_name: dict[str, list[Unit]] = {}
        for unit, _parent_name in list_of_kinds(actor.scope, tuple(UnitKind)):
            self.by_code[unit.code.lower()] = unit
            for name in {search_key(unit.name), search_key(unit.short_name)} - {""}:
                self.by_name.setdefault(name, []).append(unit)

    def find(self, row: StaffRow, role: Role) -> Unit:
        """Return the unit of a row; raises DomainError with the reason."""
        code = row.unit.lower()
        if row.is_unit_rounded and f"{code}0" in self.by_code:
            raise DomainError(
                f"Bảng tính đã đổi mã đơn vị thành số, không rõ là {code} hay {code}0. Hãy đặt "
                "cột này kiểu Văn bản hoặc ghi tên tổ."
            )
        named = [u for u in self.by_name.get(search_key(row.unit), []) if rules.suits(role, u.kind)]
        if code not in self.by_code and len(named) > 1:
            raise DomainError(f"Có {len(named)} đơn vị tên “{row.unit}”, hãy ghi mã đơn vị.")
        unit = self.by_code.get(code) or (named[0] if named else None)
        if unit is None:
            raise DomainError(f"Không có đơn vị “{row.unit}” trong phạm vi của bạn.")
        if not rules.suits(role, unit.kind):
            raise DomainError(f"Vai trò “{ROLE_LABELS[role]}” không đặt ở “{unit.name}”.")
        return unit


def plan_rows(actor: Actor, rows: Sequence[StaffRow]) -> list[Planned]:
    """Return what each row would make; reads only."""
    units, taken = _Units(actor), list_taken_logins(set(LOGIN_STEMS.values()))
    seen: set[tuple[str, Role, int]] = set()
    planned = []
    for row in rows:
        try:
            one = _plan(actor, row, units, taken, seen)
        except DomainError as error:
            one = Planned(row, reason=error.message)
        planned.append(one)
    return planned


def _plan(
    actor: Actor,
    row: StaffRow,
    units: _Units,
    taken: set[str],
    seen: set[tuple[str, Role, int]],
) -> Planned:
    if not row.name or len(row.name) > 120:
        raise DomainError("Thiếu họ và tên." if not row.name else "Họ và tên dài quá 120 ký tự.")
    role = _role_of(actor, row)
    unit = units.find(row, role)
    who = (row.name, role, unit.id)
    if not row.login and (who in seen or has_namesake(*who)):
        raise DomainError(
            "Người này đã có tài khoản với vai trò này ở đơn vị. Nếu là người khác cùng tên, hãy "
            "ghi tên đăng nhập."
        )
    login = row.login or rules.free_login(LOGIN_STEMS[role], unit.code, taken)
    if not rules.is_login_name(login):
        raise DomainError("Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối.")
    if login in taken or find_user_by_login(login):
        raise DomainError(f"Tên đăng nhập “{login}” đã có người dùng.")
    taken.add(login)
    seen.add(who)
    return Planned(row, role, unit.id, unit.name, login)


def _role_of(actor: Actor, row: StaffRow) -> Role:
    role = _ROLES.get(search_key(row.role))
    if role is None and row.role in set(Role):
        role = Role(row.role)
    if role is None:
        raise DomainError(f"Không rõ vai trò “{row.role}”." if row.role else "Thiếu vai trò.")
    if role not in rules.roles_to_give(actor):
        raise DomainError(f"Bạn không được tạo tài khoản “{ROLE_LABELS[role]}”.")
    return role


def create_planned(
    *,
    actor: Actor,
    planned: Sequence[Planned],
    temporaries: Sequence[Temporary],
    volunteers_end_at: datetime | None,
) -> list[Planned]:
    """Make the planned accounts, a savepoint each; a row that fails comes back with its reason.

    `temporaries` are as many passwords as rows, hashed before the transaction began.
    """
    done = []
    for one, temporary in zip(planned, temporaries, strict=True):
        assert one.role is not None
        try:
            with db.session.begin_nested():
                create_account(
                    actor=actor,
                    login_name=one.login,
                    display_name=one.row.name,
                    role=one.role,
                    unit=get_unit(actor.scope, one.unit_id),
                    temporary=temporary,
                    expires_at=volunteers_end_at if one.role in rules.ROLES_THAT_EXPIRE else None,
                )
        except DomainError as error:
            one = Planned(one.row, reason=error.message)
        done.append(one)
    return done


def to_carry(planned: Sequence[Planned]) -> list[list[object]]:
    """Return the good rows as plain values for the page's hidden field, login names fixed.

    Sending the page twice then meets login names that are taken, instead of making everybody
    twice; the unit goes as its id.
    """
    return [
        [one.row.number, one.row.name, one.login, one.role.value, one.unit_id]
        for one in planned
        if one.role is not None
    ]


def from_carried(actor: Actor, carried: object) -> list[StaffRow]:
    """Return rows again from what `to_carry` gave; raises DomainError when it was altered."""
    try:
        if not isinstance(carried, list) or not 0 < len(carried) <= MOST_ROWS:
            raise ValueError("rows")
        codes = {unit.id: unit.code for unit, _n in list_of_kinds(actor.scope, tuple(UnitKind))}
        return [
            StaffRow(int(number), nfc(str(name)), str(login).lower(), str(role), codes[unit_id])
            for number, name, login, role, unit_id in carried
        ]
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise DomainError("Bảng đã kiểm tra không còn đúng. Hãy tải tệp lên lại.") from error
