"""A 17h00 result below its list or its quota: the reasons' sum, the remedial action (III.3.d)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vneid_field.core.errors import DomainError, WrongField
from vneid_field.core.text import vn_date, vn_number
from vneid_field.reporting.kinds import RemedyKind, ShortfallReason
from vneid_field.reporting.labels import REMEDY_LABELS, SHORTFALL_LABELS
from vneid_field.reporting.models import CollectionResult, CollectionShortfall, Remedy

Counts = Mapping[ShortfallReason, int]
FIRST = f"why_{next(iter(ShortfallReason)).value}"  # the field that a wrong sum is said at


@dataclass(frozen=True)
class RemedyGiven:
    """What a point says it will do."""

    kind: RemedyKind
    responsible: str
    due_on: date
    note: str = ""

    @property
    def words(self) -> str:
        """The action in one line, as papers carry it."""
        note = f": {self.note}" if self.note else ""
        return f"{REMEDY_LABELS[self.kind]}{note} ({self.responsible}, {vn_date(self.due_on)})"

    def is_of(self, remedy: Remedy) -> bool:
        """Whether a stored action is this one."""
        stored = (remedy.kind, remedy.responsible, remedy.due_on)
        return stored == (self.kind, self.responsible, self.due_on)


def lacking(collected: int, invited: int, quota: int) -> int:
    """Return by how much a result is below the invitation list or the quota, the larger one."""
    return max(0, max(invited, quota) - collected)


def lack_of(result: CollectionResult) -> int:
    """Return a stored result's shortfall."""
    return lacking(result.collected, result.invited, result.quota)


def check_reasons(lack: int, reasons: Counts, note: str) -> None:
    """Refuse reasons that do not add up exactly to the shortfall."""
    if any(count < 0 for count in reasons.values()):
        raise DomainError("Số của mỗi lý do phải từ 0 trở lên.")
    total = sum(reasons.values())
    if total != lack and lack == 0:
        raise WrongField(
            f"Kết quả đã đạt danh sách mời và chỉ tiêu: hãy bỏ {vn_number(total)} ở các lý do.",
            FIRST,
        )
    if total != lack:
        raise WrongField(
            f"Thiếu {vn_number(lack)} hồ sơ nhưng các lý do cộng lại là {vn_number(total)}: "
            f"hãy ghi đủ lý do cho đúng {vn_number(lack)} hồ sơ.",
            FIRST,
        )
    if reasons.get(ShortfallReason.OTHER) and not note:
        raise WrongField("Có lý do khác: hãy ghi rõ lý do đó.", "reason")


def check_remedy(lack: int, remedy: RemedyGiven | None, collected_on: date, last_on: date) -> None:
    """Refuse a shortfall that nobody does anything about."""
    if remedy is None:
        if lack:
            raise WrongField("Thiếu hồ sơ: hãy chọn biện pháp khắc phục.", "remedy_kind")
        return
    if not remedy.responsible:
        raise WrongField("Hãy ghi người chịu trách nhiệm.", "responsible")
    if not collected_on <= remedy.due_on <= last_on:
        raise WrongField(
            f"Ngày hoàn thành phải từ {vn_date(collected_on)} đến {vn_date(last_on)}.", "due_on"
        )
    if remedy.kind is RemedyKind.OTHER and not remedy.note:
        raise WrongField("Hãy ghi rõ biện pháp.", "remedy_note")


def rows_of(reasons: Counts) -> list[CollectionShortfall]:
    """Return the rows of the reasons that count somebody, in the order of the page."""
    return [
        CollectionShortfall(reason=reason, count=reasons[reason])
        for reason in ShortfallReason
        if reasons.get(reason)
    ]


def counts_of(result: CollectionResult) -> dict[ShortfallReason, int]:
    """Return a stored result's reasons."""
    return {row.reason: row.count for row in result.shortfalls}


def reason_words(result: CollectionResult) -> str:
    """Return the reasons in one line; results of before had words only."""
    parts = [f"{SHORTFALL_LABELS[r.reason]} {vn_number(r.count)}" for r in result.shortfalls]
    return "; ".join([*parts, *([result.reason] if result.reason else [])])
