"""What the rows of an applied list changed of people we hold: kept sealed, to be taken back."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from vneid_field.extensions import db
from vneid_field.lists.changes import Change
from vneid_field.lists.intake import Compared
from vneid_field.lists.models import ListUndo
from vneid_field.people.intake import Held
from vneid_field.people.kinds import BirthPrecision, Sex

# Columns of a citizen as they stood before; "after" is read anew when it is taken back.
_TEXTS = ("full_name", "phone", "phone_source", "note", "household_id", "unit_id", "unit_path")


def keep_values(import_id: int, rows: Sequence[Compared], items: Mapping[int, int]) -> None:
    """Keep the old values of a piece's changed people, and which open items it ended."""
    kept = [
        {
            "import_id": import_id,
            "citizen_id": one.held.id,
            "item_id": items.get(one.held.id),
            "content": json.dumps(
                {"fields": list(one.result.fields), "before": _values(one.held)},
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


def read_values(kept: ListUndo) -> tuple[list[str], dict[str, Any]]:
    """Return the names of what a row changed, and the old values as a citizen's columns hold."""
    content = json.loads(kept.content)
    values: dict[str, Any] = dict(content["before"])
    for name in ("birth_on", "approved_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["birth_precision"] = BirthPrecision(values["birth_precision"])
    values["sex"] = Sex(values["sex"])
    values["application_state_at"] = datetime.fromisoformat(values["application_state_at"])
    return list(content["fields"]), values
