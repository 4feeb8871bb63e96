"""How long applications have waited to be transmitted, per subordinate unit (III.3.đ)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func

from vneid_field.collection.transmission_queries import collected_at, waiting
from vneid_field.collection.transmission_rules import AGES
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.documents.sheets import Column, table_xlsx
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import SEGMENT, UnitKind

BELOW = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.HAMLET)


@dataclass
class AgeLine:
    """The waiting applications of a unit below; `unit` is the board's own for the others."""

    unit: Unit
    is_self: bool = False  # people whose unit below is not known
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    oldest_at: datetime | None = None

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.ages)

    def oldest_days(self, today: date) -> int | None:
        """For how many civil days the oldest one has waited."""
        if self.oldest_at is None:
            return None
        return (today - clock.to_local(self.oldest_at).date()).days

    def add(self, row: Any) -> None:
        """Add what one home unit has."""
        for place in range(len(AGES)):
            self.ages[place] += row[2 + place]
        if self.oldest_at is None or row.oldest_at < self.oldest_at:
            self.oldest_at = row.oldest_at


@dataclass(frozen=True)
class AgeBoard:
    """Lines with somebody waiting, who waits longest first, and their sum."""

    unit: Unit
    lines: Sequence[AgeLine]
    total: AgeLine


def _age_columns(today: date) -> list[Any]:
    """One sum per group of AGES, by the local day on which it was collected."""
    columns, younger = [], None
    for most, _label in AGES:
        parts = []
        if most is not None:
            parts.append(collected_at() >= clock.at_local(today - timedelta(days=most), time()))
        if younger is not None:
            parts.append(collected_at() < clock.at_local(today - timedelta(days=younger), time()))
        columns.append(func.coalesce(func.sum(case((and_(*parts), 1), else_=0)), 0))
        younger = most
    return columns


def gather_ages(scope: Scope, root: Unit, today: date) -> AgeBoard:
    """Return the board of a unit of the scope: a line per unit right below it; two SELECTs."""
    query = waiting(
        scope,
        root,
        Citizen.unit_path.label("path"),
        func.min(collected_at()).label("oldest_at"),
        *_age_columns(today),
    ).group_by(Citizen.unit_path)
    lines = {child.path: AgeLine(child) for child in list_children(root, BELOW)}
    own, total = AgeLine(root, is_self=True), AgeLine(root)
    width = len(root.path) + SEGMENT
    for row in db.session.execute(query):
        lines.get(row.path[:width], own).add(row)
        total.add(row)
    held = [line for line in (*lines.values(), own) if line.count]
    held.sort(key=lambda line: (line.oldest_at, line.unit.sort_order, line.unit.id))
    return AgeBoard(root, held, total)


def ages_sheet(board: AgeBoard, today: date, mark: str) -> bytes:
    """Return the board as a sheet, in the order of the page."""
    columns = [
        Column("Đơn vị", "text", 34),
        Column("Chờ truyền", "number"),
        *(Column(label, "number") for _most, label in AGES),
        Column("Lâu nhất (ngày)", "number", 16),
    ]

    def cells(name: str, line: AgeLine) -> list[Any]:
        return [name, line.count, *line.ages, line.oldest_days(today)]

    rows = [
        cells("Chưa rõ đơn vị cấp dưới" if line.is_self else line.unit.name, line)
        for line in board.lines
    ]
    title = f"{board.unit.name}: hồ sơ đã thu nhận, chưa truyền"
    return table_xlsx(title, columns, rows, cells("Cộng", board.total), mark)
