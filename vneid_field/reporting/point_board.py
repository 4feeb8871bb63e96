"""The live board at 17h00: who has announced, invited, collected, short by which reason."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from vneid_field.campaigns.models import Campaign
from vneid_field.collection.day_counts import DayCounts, count_days
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.core.text import vn_date, vn_time
from vneid_field.documents.sheets import Cell, Column, table_xlsx
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.reporting import queries
from vneid_field.reporting.kinds import ShortfallReason
from vneid_field.reporting.labels import SHORTFALL_LABELS
from vneid_field.reporting.models import CollectionResult, CollectionShortfall, Remedy
from vneid_field.reporting.shortfalls import lack_of
from vneid_field.units.models import Unit


@dataclass(frozen=True)
class PointRow:
    """A point's day; what it announced, or what its events say until it does."""

    point: Unit
    above: str  # who receives the number: commune police (fixed) or district police (mobile)
    result: CollectionResult | None
    excused: str | None
    counts: DayCounts
    target: int  # today's quota of the point
    reasons: dict[ShortfallReason, int] = field(default_factory=dict)
    remedies: list[Remedy] = field(default_factory=list)

    @property
    def invited(self) -> int:
        """The invitation list, as announced."""
        return self.result.invited if self.result else self.counts.invited

    @property
    def quota(self) -> int:
        """The daily quota, as announced."""
        return self.result.quota if self.result else self.target

    @property
    def lack(self) -> int:
        """Below the list or the quota; nothing is short before it is announced."""
        return lack_of(self.result) if self.result else 0

    @property
    def unexplained(self) -> int:
        """What no counted reason explains: results of before reasons had numbers."""
        return max(0, self.lack - sum(self.reasons.values()))


@dataclass(frozen=True)
class PointBoard:
    """The page of a unit and a day."""

    unit: Unit
    on: date
    rows: list[PointRow]

    @property
    def announced(self) -> int:
        """Points that have announced."""
        return sum(row.result is not None for row in self.rows)

    @property
    def late(self) -> int:
        """Points that announced after the hour."""
        return sum(row.result is not None and row.result.is_late for row in self.rows)

    @property
    def expected(self) -> int:
        """Points that are asked for a number, and those that gave one unasked."""
        return sum(row.excused is None or row.result is not None for row in self.rows)

    @property
    def invited(self) -> int:
        """People on the lists of all points."""
        return sum(row.invited for row in self.rows)

    @property
    def quota(self) -> int:
        """The points' quotas together."""
        return sum(row.quota for row in self.rows)

    @property
    def collected(self) -> int:
        """What was announced."""
        return sum(row.result.collected for row in self.rows if row.result)

    @property
    def lack(self) -> int:
        """What the announced results lack, point by point: one's surplus helps no other."""
        return sum(row.lack for row in self.rows)

    @property
    def reasons(self) -> dict[ShortfallReason, int]:
        """The shortfall of all points by reason, without zeros."""
        sums = {why: sum(row.reasons.get(why, 0) for row in self.rows) for why in ShortfallReason}
        return {why: count for why, count in sums.items() if count}

    @property
    def unexplained(self) -> int:
        """The part of the shortfall that no counted reason explains."""
        return sum(row.unexplained for row in self.rows)


def gather_points(scope: Scope, campaign: Campaign, unit: Unit, on: date) -> PointBoard:
    """Return the board of a unit that the caller has opened through the scope.

    Who has not announced comes first, then who lacks most.
    """
    found = queries.list_points_of_day(scope, campaign.id, unit, on)
    ids = [one.point.id for one in found]
    counts = count_days(campaign.id, ids, on)
    targets = targets_of(campaign.id, ids)
    results = [one.result.id for one in found if one.result]
    reasons, remedies = _reasons(results), _remedies(results)
    names = _names_above(scope, [one.point for one in found])
    rows = [
        PointRow(
            point=one.point,
            above=names.get(one.point.parent_id or 0, ""),
            result=one.result,
            excused=one.excused,
            counts=counts[one.point.id],
            target=targets[one.point.id].get(QuotaKind.POINT_DAY, 0),
            reasons=reasons.get(one.result.id, {}) if one.result else {},
            remedies=remedies.get(one.result.id, []) if one.result else [],
        )
        for one in found
    ]
    rows.sort(key=lambda row: (row.result is not None, row.excused is not None, -row.lack))
    return PointBoard(unit, on, rows)


def _reasons(result_ids: list[int]) -> dict[int, dict[ShortfallReason, int]]:
    query = select(CollectionShortfall).where(CollectionShortfall.result_id.in_(result_ids))
    found: dict[int, dict[ShortfallReason, int]] = {}
    for row in db.session.scalars(query.order_by(CollectionShortfall.id)):
        found.setdefault(row.result_id, {})[row.reason] = row.count
    return found


def _remedies(result_ids: list[int]) -> dict[int, list[Remedy]]:
    query = select(Remedy).where(Remedy.result_id.in_(result_ids)).order_by(Remedy.id)
    found: dict[int, list[Remedy]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.result_id, []).append(row)
    return found


def _names_above(scope: Scope, points: list[Unit]) -> dict[int, str]:
    ids = {point.parent_id for point in points}
    query = select(Unit.id, Unit.name).where(Unit.id.in_(ids), within(Unit.path, scope.paths))
    return {unit_id: name for unit_id, name in db.session.execute(query)}


def points_sheet(board: PointBoard, watermark: str) -> bytes:
    """Return the board as XLSX, one column for each reason."""
    columns = [
        Column("Điểm thu nhận", "text", 40),
        Column("Báo cho", "text", 28),
        Column("Giờ báo", "text", 12),
        *(Column(head, "number", 12) for head in ("Mời", "Chỉ tiêu", "Thu nhận", "Thiếu")),
        *(Column(label, "number", 14) for label in SHORTFALL_LABELS.values()),
        Column("Không ghi số theo lý do", "number", 14),
        Column("Ghi chú", "text", 40),
        Column("Biện pháp khắc phục", "text", 50),
    ]
    sums = [board.reasons.get(why, 0) for why in SHORTFALL_LABELS]
    numbers = [board.invited, board.quota, board.collected, board.lack, *sums, board.unexplained]
    total: list[Cell] = ["Cộng", "", f"{board.announced}/{board.expected}", *numbers, "", ""]
    title = f"{board.unit.name}: kết quả thu nhận 17h00 ngày {vn_date(board.on)}"
    return table_xlsx(title, columns, [_cells(row) for row in board.rows], total, watermark)


def _cells(row: PointRow) -> list[Cell]:
    lead: list[Cell] = [row.point.name, row.above]
    result = row.result
    if result is None:
        state = "được miễn" if row.excused is not None else "chưa báo"
        blank: list[Cell] = [None] * (len(SHORTFALL_LABELS) + 3)
        return [*lead, state, row.invited, row.quota, *blank, row.excused or "", ""]
    said = vn_time(clock.to_local(result.entered_at)) + (" (trễ)" if result.is_late else "")
    counts = [row.reasons.get(why, 0) for why in SHORTFALL_LABELS]
    numbers = [row.invited, row.quota, result.collected, row.lack, *counts, row.unexplained]
    done = ", đã làm" if any(one.done_at for one in row.remedies) else ""
    return [*lead, said, *numbers, result.reason, f"{result.remedy}{done}"]
