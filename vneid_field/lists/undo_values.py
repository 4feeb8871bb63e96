"""What the rows of an applied list changed of people we hold: kept sealed, to be taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from vneid_field.extensions import db
from vneid_field.lists.changes import Change
from vneid_field.lists.intake import Compared
from vneid_field.lists.models import ListUndo
from vneid_field.people.intake import Held
from vneid_field.people.kinds import BirthPrecision, Sex

_TEXTS = ("full_name", "phone", "phone_source", "note", "household_id", "unit_id", "unit_path")


def keep_values(import_id: int, rows: Sequence[Compared], items: Mapping[int, int]) -> None:
    """Keep the old values of a piece's changed people, and which open items it ended."""
    kept = [
        {
            "import_id": import_id,
            "citizen_id": one.held.id,
            "item_id": items.get(one.held.id),
            "content": json.dumps(
                {
                    "fields": list(one.result.fields),
                    "before": _values(one.held),
                    "after": _after(one),
                },
                ensure_ascii=False,
            ),
        }
        for one in rows
        if one.held is not None
        and one.result is not None
        and not one.errors
        and one.result.change is Change.CHANGED
    ]
    if kept:
        db.session.execute(insert(ListUndo), kept)


def _values(held: Held) -> dict[str, Any]:
    return {name: getattr(held, name) for name in _TEXTS} | {
        "birth_on": held.birth_on.isoformat() if held.birth_on else None,
        "birth_precision": held.birth_precision.value,
        "sex": held.sex.value,
        "approved_on": held.approved_on.isoformat() if held.approved_on else None,
        "application_state_at": held.application_state_at.isoformat(),
    }


def _after(one: Compared) -> dict[str, Any]:
    values = one.row.values
    assert values is not None
    return {
        "full_name": values.full_name,
        "phone": values.phone,
        "note": values.note,
        "birth_on": values.birth_on.isoformat() if values.birth_on else None,
        "sex": values.sex.value,
        "approved_on": values.approved_on.isoformat() if values.approved_on else None,
    }


def _opened(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("birth_on", "approved_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["sex"] = Sex(values["sex"])
    return values


@dataclass(frozen=True)
class Kept:
    """The names of what a row changed, the old values, and what the list said."""

    fields: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    item_id: int | None

    def is_home(self) -> bool:
        """Whether the row changed where the person lives."""
        return bool({"unit_id", "address_line"} & set(self.fields))


def read_values(kept: ListUndo) -> Kept:
    """Return what an import kept of a person it changed."""
    content = json.loads(kept.content)
    before = _opened(content["before"])
    before["birth_precision"] = BirthPrecision(before["birth_precision"])
    before["application_state_at"] = datetime.fromisoformat(before["application_state_at"])
    return Kept(tuple(content["fields"]), before, _opened(content["after"]), kept.item_id)
