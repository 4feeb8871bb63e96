"""What the rows above a list's header say of it, against what was chosen at the upload. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from vneid_field.core.text import nfc, search_key, vn_date
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.labels import KIND_LABELS

_SAID = {
    ImportKind.APPROVED_NOT_ACTIVATED: ("chua kich hoat", "chua duoc kich hoat"),
    ImportKind.NOT_COLLECTED: ("chua thu nhan", "chua duoc thu nhan"),
    ImportKind.ACTIVATED: ("da kich hoat", "da duoc kich hoat"),
    ImportKind.REJECTED: ("tu choi", "khong phe duyet", "khong duoc phe duyet", "khong duyet"),
}
_DAY = re.compile(r"tinh den.*?(\d{1,2})\s*(?:/|-|\.|thang)\s*(\d{1,2})\s*(?:/|-|\.|nam)\s*(\d{4})")


def doubts(rows: Sequence[Sequence[object]], kind: ImportKind, as_of_on: date) -> list[str]:
    """Return a Vietnamese sentence for each title that speaks of another kind or day."""
    titles = [cell.strip() for row in rows for cell in row if isinstance(cell, str)]
    return [said for title in titles for said in _of_title(nfc(title), kind, as_of_on)]


def _of_title(title: str, kind: ImportKind, as_of_on: date) -> list[str]:
    key, found = search_key(title), []
    kinds = [one for one, words in _SAID.items() if any(word in key for word in words)]
    if len(kinds) == 1 and kinds[0] is not kind:
        found.append(
            f"Tiêu đề trong tệp ghi “{title[:120]}”, nhưng loại danh sách đã chọn là "
            f"“{KIND_LABELS[kind]}”."
        )
    on = _day_in(key)
    if on is not None and on != as_of_on:
        found.append(
            f"Tiêu đề trong tệp ghi tính đến ngày {vn_date(on)}, nhưng ngày đã chọn là "
            f"{vn_date(as_of_on)}."
        )
    return found


def _day_in(key: str) -> date | None:
    found = _DAY.search(key)
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
