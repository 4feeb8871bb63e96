"""Whom a list names, and the rows its preview shows: kept in tables, never in memory."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from vneid_field.core.database import one_of
from vneid_field.extensions import db
from vneid_field.lists.changes import Change
from vneid_field.lists.delta_queries import ROWS
from vneid_field.lists.intake import Compared, is_moved, is_restated, leaves_commune
from vneid_field.lists.kinds import DeltaGroup, ImportKind
from vneid_field.lists.models import ListImport, ListMention, ListPage
from vneid_field.people.models import Citizen
from vneid_field.people.rules import mask_citizen_id

AT_ONCE = 1000


def store_mentions(import_id: int, citizen_ids: Sequence[int]) -> None:
    """Note that a list names these people; twice is the same."""
    dialect = db.engine.dialect.name
    into = (postgresql if dialect == "postgresql" else sqlite).insert(ListMention.__table__)
    for first in range(0, len(citizen_ids), AT_ONCE):
        here = one_of(Citizen.id, list(citizen_ids[first : first + AT_ONCE]), dialect)
        source = select(literal(import_id), Citizen.id).where(here)
        statement = into.from_select(["import_id", "citizen_id"], source)
        db.session.execute(statement.on_conflict_do_nothing())


def forget(import_id: int) -> None:
    """Drop what a reading stored: the file is read again, or goes."""
    for model in (ListMention, ListPage):
        db.session.execute(
            delete(model)
            .where(model.import_id == import_id)
            .execution_options(synchronize_session=False)
        )


def forget_older(limit: datetime) -> None:
    """Drop names and mentions of files uploaded before an instant: personal data goes with them."""
    old = select(ListImport.id).where(ListImport.created_at < limit)
    for model in (ListMention, ListPage):
        db.session.execute(
            delete(model)
            .where(model.import_id.in_(old))
            .execution_options(synchronize_session=False)
        )


class PageWriter:
    """Gathers the rows that a list adds or moves into pages of fifty, sealed as they fill."""

    def __init__(self, import_id: int, kind: ImportKind) -> None:
        self.import_id, self.kind = import_id, kind
        self.named: list[int] = []
        self.rows: dict[DeltaGroup, list[dict[str, Any]]] = {
            DeltaGroup.NEW: [],
            DeltaGroup.MOVED: [],
            DeltaGroup.VANISHED: [],  # of a list of the activated: whom it names itself
        }
        self.written = dict.fromkeys(self.rows, 0)

    def add(self, one: Compared) -> None:
        """Take a compared row in."""
        if one.named_id is not None:
            self.named.append(one.named_id)
        if one.result is None or one.row.values is None:
            return
        if self.kind is ImportKind.ACTIVATED and is_restated(one):
            self.rows[DeltaGroup.VANISHED].append(_row(one))
        if one.result.change is Change.NEW:
            self.rows[DeltaGroup.NEW].append(_row(one))
        elif is_moved(one):
            self.rows[DeltaGroup.MOVED].append(_row(one) | _from_where(one))

    def write(self, *, has_mentions: bool, is_last: bool = False) -> None:
        """Store what has been gathered, full pages only unless it is the last time."""
        if has_mentions:
            store_mentions(self.import_id, self.named)
        self.named.clear()
        pages = []
        for group, rows in self.rows.items():
            while len(rows) >= ROWS or (is_last and rows):
                self.written[group] += 1
                pages.append(
                    {
                        "import_id": self.import_id,
                        "delta_group": group,
                        "number": self.written[group],
                        "content": json.dumps(rows[:ROWS], ensure_ascii=False),
                    }
                )
                del rows[:ROWS]
        if pages:
            db.session.execute(insert(ListPage), pages)


def _row(one: Compared) -> dict[str, Any]:
    values, commune = one.row.values, one.row.commune
    assert values is not None
    assert commune is not None
    return {
        "row": one.row.number,
        "name": values.full_name,
        "citizen_id": mask_citizen_id(values.citizen_id),
        "address": values.address_line,
        "unit_id": one.row.hamlet_id or commune.unit_id,
    }


def _from_where(one: Compared) -> dict[str, Any]:
    assert one.held is not None
    return {"from_id": one.held.unit_id, "is_away": leaves_commune(one)}
