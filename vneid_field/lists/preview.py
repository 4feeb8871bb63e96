"""What the importer sees before deciding: counts, examples, reasons, unknown hamlets."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vneid_field.lists.changes import Change
from vneid_field.lists.columns import Column
from vneid_field.lists.heading import doubts
from vneid_field.lists.intake import Compared, Reading, Tally, unknown_key
from vneid_field.people.rules import mask_citizen_id

EXAMPLES = 12


@dataclass
class Preview:
    """Collected while reading; stored sealed as JSON, because examples hold names."""

    mapping: Mapping[Column, int]
    tally: Tally = field(default_factory=Tally)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rejected: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    hamlets: dict[tuple[int, str], list[Any]] = field(default_factory=dict)

    def add(self, one: Compared) -> None:
        """Take a compared row in."""
        self.tally.add(one)
        self.warnings.update(one.row.warnings)
        if one.errors or one.result is None:
            self.rejected.append((one.row.number, one.errors))
            self.reasons.update(_kind_of(error) for error in one.errors)
            self._example("rejected", one, one.errors)
            return
        self.fields.update(one.result.fields)
        self.kept.update(one.result.kept)
        if (key := unknown_key(one.row)) is not None:
            found = self.hamlets.setdefault(key, [one.row.unknown_hamlet, 0])
            found[1] += 1
        if one.result.change is not Change.UNCHANGED:
            self._example(one.result.change.value, one, one.result.fields)
        if one.row.warnings:
            self._example("warned", one, one.row.warnings)

    def _example(self, group: str, one: Compared, words: tuple[str, ...]) -> None:
        shown = self.examples.setdefault(group, [])
        if len(shown) >= EXAMPLES:
            return
        values = one.row.values
        shown.append(
            {
                "row": one.row.number,
                "name": values.full_name if values else self._raw(one, Column.FULL_NAME),
                "citizen_id": mask_citizen_id(values.citizen_id)
                if values
                else self._raw(one, Column.CITIZEN_ID),
                "address": values.address_line if values else "",
                "hamlet": values.hamlet_text if values else "",
                "words": list(words),
            }
        )

    def _raw(self, one: Compared, column: Column) -> str:
        """A cell of a rejected row as it stands, numbers masked."""
        index, cells = self.mapping.get(column), one.row.cells
        return _shown(cells[index]) if index is not None and index < len(cells) else ""

    def as_json(self, reading: Reading) -> str:
        """Return the JSON to seal: with the header's titles and a few rows to map by hand."""
        header = reading.header
        first = [list(map(_shown, row)) for row in reading.sheet.head(header.data_index + 3)]
        return json.dumps(
            {
                "doubts": doubts(
                    reading.sheet.head(header.row_index), reading.kind, reading.defaults.as_of_on
                ),
                "titles": list(header.titles),
                "header_row": header.row_index + 1,
                "columns": {column.value: index for column, index in header.mapping.items()},
                "unmapped": [header.titles[i] for i in header.unmapped],
                "sample": first[header.data_index :],
                "sheets": list(reading.sheet.names),
                "examples": self.examples,
                "rejected": self.rejected,
                "reasons": self.reasons.most_common(),
                "warnings": self.warnings.most_common(20),
                "fields": self.fields.most_common(),
                "kept": self.kept.most_common(),
                "hamlets": [
                    {"commune_id": key[0], "key": key[1], "text": found[0], "count": found[1]}
                    for key, found in self.hamlets.items()
                ],
                "has_lost_zeros": reading.defaults.has_lost_zeros,
                "has_hints": any("mất số 0" in reason for reason in self.reasons),
            },
            ensure_ascii=False,
        )


def _kind_of(error: str) -> str:
    """Errors that name a row count together."""
    return "Trùng số CCCD với dòng khác trong tệp." if error.startswith("Trùng số CCCD") else error


def _shown(cell: object) -> str:
    """A sample cell; long digit runs are masked, since the page is not a reveal."""
    text = "" if cell is None else str(cell)
    digits = sum(map(str.isdigit, text))
    return mask_citizen_id(text) if digits >= 9 else text[:60]


COLUMN_LABELS = {
    Column.FULL_NAME: "Họ và tên",
    Column.FAMILY_NAME: "Họ và chữ đệm",
    Column.GIVEN_NAME: "Tên",
    Column.CITIZEN_ID: "Số CCCD",
    Column.BIRTH: "Ngày sinh",
    Column.SEX: "Giới tính",
    Column.MALE: "Nam (đánh dấu hoặc năm sinh)",
    Column.FEMALE: "Nữ (đánh dấu hoặc năm sinh)",
    Column.PHONE: "Số điện thoại",
    Column.ADDRESS: "Địa chỉ",
    Column.HAMLET: "Khu vực/ấp",
    Column.COMMUNE: "Phường/xã",
    Column.DISTRICT: "Quận/huyện",
    Column.APPROVED_ON: "Ngày phê duyệt",
    Column.HEAD_NAME: "Chủ hộ",
    Column.NOTE: "Ghi chú",
    Column.REASON: "Lý do từ chối",
    Column.ORDINAL: "Số thứ tự",
}


def repeated_sentence(picked: Sequence[tuple[int, Column]], preview: Mapping[str, Any]) -> str:
    """Name the columns that were given one meaning twice; `picked`: (column's index, meaning)."""
    titles = preview.get("titles", [])
    sentences = []
    for column, count in Counter(column for _index, column in picked).items():
        if count > 1:
            at = [index for index, one in picked if one is column]
            names = " và ".join(
                f"“{(titles[i] if i < len(titles) else '') or f'cột {i + 1}'}”" for i in at
            )
            sentences.append(
                f"“{COLUMN_LABELS[column]}” đang được chọn cho {count} cột: {names}. "
                "Hãy giữ một cột, các cột còn lại chọn “Bỏ qua”."
            )
    return " ".join(sentences)
