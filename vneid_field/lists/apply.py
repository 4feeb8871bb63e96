"""Storing a list: pieces of a thousand, each with its flows, stocks and place in the file.

A piece is one transaction: whatever stops the worker, the next run goes on behind the last
piece. The same file again finds everything unchanged and writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update

from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket, Counter, FlowKey, difference, merge
from vneid_field.figures.services import HOLDER, HOME, StockChange, add_stocks, apply_flows
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.changes import TARGETS, Change
from vneid_field.lists.contributions import contributions
from vneid_field.lists.intake import Compared, Reading
from vneid_field.lists.intake_rules import CitizenRow
from vneid_field.lists.kinds import ItemState, Purpose
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import end_items
from vneid_field.people.changes import tell_changed
from vneid_field.people.intake import (
    Held,
    Home,
    name_columns,
    phone_columns,
    phone_index,
    place_in_households,
    store_changes,
    store_events,
    store_first_events,
    store_new,
)
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent
from vneid_field.people.queries import list_application_events_of
from vneid_field.units.models import Unit


@dataclass
class _Piece:
    """What one piece adds besides its people."""

    reading: Reading
    now: datetime
    state_at: datetime
    counted_on: date
    events: dict[int, dict[str, Any]] = field(default_factory=dict)  # by citizen
    flows: dict[tuple[FlowKey, Counter], int] = field(default_factory=dict)
    stocks: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    holders: list[tuple[int, Bucket | None, Bucket | None]] = field(default_factory=list)

    def move(self, unit_id: int, path: str, before: Bucket | None, after: Bucket | None) -> None:
        """Note a change of a home unit's stock."""
        row = self.stocks.setdefault((unit_id, path), {})
        if before is not None:
            row[before.value] = row.get(before.value, 0) - 1
        if after is not None:
            row[after.value] = row.get(after.value, 0) + 1

    def event_columns(self, to: ApplicationState) -> dict[str, Any]:
        """Return what all events of this piece share."""
        return {
            "to_state": to,
            "source": "import",
            "source_id": self.reading.import_id,
            "counted_on": self.counted_on,
            "reason": "",
            "at": self.now,
            "by": self.reading.applied_by,
        }

    def count_new(self, unit_id: int, to: ApplicationState) -> None:
        """Note what a new person counts as: `contributions` of their first event."""
        if to is ApplicationState.APPROVED:
            key = (FlowKey(unit_id, None, self.counted_on), Counter.APPROVED)
            self.flows[key] = self.flows.get(key, 0) + 1

    def count_changed(self) -> None:
        """Note what the changes of application state count as, beside what came before."""
        days = {"first_on": self.reading.starts_on, "last_on": self.reading.defaults.ends_on}
        known = list_application_events_of(list(self.events))
        parts = [self.flows]
        for citizen_id, row in self.events.items():
            own = known[citizen_id]
            after = contributions([*own, ApplicationEvent(**row)], **days)
            parts.append(difference(contributions(own, **days), after))
        self.flows = merge(parts)


def store_piece(reading: Reading, rows: Sequence[Compared]) -> None:
    """Store the new and changed people of a piece; the caller commits."""
    as_of_on, ends_on = reading.defaults.as_of_on, reading.defaults.ends_on
    # A list that comes before the first day counts on it.
    counted_on = max(min(as_of_on, ends_on, clock.today()), reading.starts_on)
    state_at = clock.at_local(as_of_on, time())
    piece = _Piece(reading, clock.now(), state_at, counted_on)
    good = [row for row in rows if not row.errors and row.result is not None]
    _store_new(piece, [row for row in good if row.result and row.result.change is Change.NEW])
    _store_changed(
        piece, [row for row in good if row.result and row.result.change is Change.CHANGED]
    )
    piece.count_changed()
    store_events(list(piece.events.values()))
    apply_flows(reading.campaign_id, piece.flows)
    stocks = [StockChange(HOME, *place, changes) for place, changes in piece.stocks.items()]
    stocks += _holders(piece)  # while their items are open
    _touch_items(piece)
    add_stocks(reading.campaign_id, stocks)
    tell_changed(reading.campaign_id, [held_id for held_id, _before, _after in piece.holders])


def _home_of(piece: _Piece, one: Compared) -> tuple[int, str]:
    commune = one.row.commune
    assert commune is not None
    unit_id = one.row.hamlet_id or commune.unit_id
    return unit_id, piece.reading.places.paths[unit_id]


def _store_new(piece: _Piece, rows: Sequence[Compared]) -> None:
    target = TARGETS[piece.reading.kind]
    homes, columns = [], []
    for one in rows:
        values = one.row.values
        assert values is not None
        unit_id, path = _home_of(piece, one)
        homes.append(Home(unit_id, path, values.address_line, values.head_name, values.full_name))
        columns.append(_new_columns(one.id_index, values, unit_id, path))
    for row, household_id in zip(columns, place_in_households(homes) if homes else [], strict=True):
        row["household_id"] = household_id
    after = bucket_of(target, None)
    ids = store_new(columns, _same_columns(piece, target))
    store_first_events(ids, piece.event_columns(target))
    for row in columns:
        piece.count_new(row["unit_id"], target)
        piece.move(row["unit_id"], row["unit_path"], None, after)


def _same_columns(piece: _Piece, target: ApplicationState) -> dict[str, Any]:
    return {
        "phone_source": "import",
        "phone_set_at": piece.now,
        "application_state": target,
        "application_state_at": piece.state_at,
        "visit_attempts": 0,
        "created_at": piece.now,
        "updated_at": piece.now,
    }


def _new_columns(
    index: bytes,
    values: CitizenRow,
    unit_id: int,
    path: str,
) -> dict[str, Any]:
    return {
        "unit_id": unit_id,
        "unit_path": path,
        **name_columns(values.full_name),
        "birth_on": values.birth_on,
        "birth_precision": values.birth_precision,
        "sex": values.sex,
        "citizen_id": values.citizen_id,
        "citizen_id_index": index,
        "phone": values.phone,
        "phone_index": phone_index(values.phone),
        "approved_on": values.approved_on,
        "note": values.note,
    }


def _store_changed(piece: _Piece, rows: Sequence[Compared]) -> None:
    changes: dict[int, dict[str, Any]] = {}
    movers: list[tuple[Compared, Home]] = []
    for one in rows:
        held, values, result = one.held, one.row.values, one.result
        assert held is not None
        assert values is not None
        assert result is not None
        columns = _plain_changes(piece, values, result.fields)
        if "unit_id" in result.fields or "address_line" in result.fields:
            movers.append((one, _new_home(piece, one, held, values, result.fields)))
        changes[held.id] = columns
    _move_homes(piece, movers, changes)
    for one in rows:
        if one.held is not None and one.result is not None:
            _move_state(piece, one.held, one.result.fields, changes[one.held.id])
    store_changes(changes)


def _plain_changes(piece: _Piece, values: CitizenRow, fields: Sequence[str]) -> dict[str, Any]:
    columns: dict[str, Any] = {"updated_at": piece.now}
    if "full_name" in fields:
        columns |= name_columns(values.full_name)
    if "birth_on" in fields:
        columns |= {"birth_on": values.birth_on, "birth_precision": values.birth_precision}
    if "phone" in fields:
        columns |= phone_columns(values.phone, piece.now)
    for name in ("sex", "approved_on", "note"):
        if name in fields:
            columns[name] = getattr(values, name)
    if "application_state" in fields:
        columns["application_state"] = TARGETS[piece.reading.kind]
        columns["application_state_at"] = piece.state_at
    return columns


def _new_home(
    piece: _Piece, one: Compared, held: Held, values: CitizenRow, fields: Sequence[str]
) -> Home:
    unit_id, path = held.unit_id, held.unit_path
    if "unit_id" in fields:
        unit_id, path = _home_of(piece, one)
    line = values.address_line if "address_line" in fields else held.address_line
    return Home(unit_id, path, line, values.head_name, values.full_name)


def _move_homes(
    piece: _Piece,
    movers: Sequence[tuple[Compared, Home]],
    changes: dict[int, dict[str, Any]],
) -> None:
    """Give people who moved their new household; the open list items follow them."""
    homes = [home for _one, home in movers]
    for (one, home), household_id in zip(
        movers, place_in_households(homes) if homes else [], strict=True
    ):
        assert one.held is not None
        changes[one.held.id] |= {
            "household_id": household_id,
            "unit_id": home.unit_id,
            "unit_path": home.unit_path,
        }
        db.session.execute(
            update(ListItem)
            .where(ListItem.citizen_id == one.held.id, ListItem.state == ItemState.OPEN)
            .values(household_id=household_id)
            .execution_options(synchronize_session=False)
        )


def _move_state(piece: _Piece, held: Held, fields: Sequence[str], columns: dict[str, Any]) -> None:
    before = bucket_of(held.application_state, held.visit_status)
    state = columns.get("application_state", held.application_state)
    after = bucket_of(state, held.visit_status)
    unit_id = columns.get("unit_id", held.unit_id)
    if "application_state" in fields:
        piece.events[held.id] = {
            "citizen_id": held.id,
            "home_unit_id": unit_id,
            "from_state": held.application_state,
            **piece.event_columns(state),
        }
    if unit_id != held.unit_id or before is not after:
        piece.move(held.unit_id, held.unit_path, before, None)
        piece.move(unit_id, columns.get("unit_path", held.unit_path), None, after)
    if before is not after:
        piece.holders.append((held.id, before, after))


def _touch_items(piece: _Piece) -> None:
    """Let open items follow: not to be walked any more, to be walked again, or ended."""
    moved = piece.holders
    done = [one for one, was, now in moved if now in ANSWERED and was not in ANSWERED]
    again = [one for one, was, now in moved if was in ANSWERED and now not in ANSWERED]
    if ended := [one for one, _was, now in moved if now is None]:
        end_items(ended, "danh sách mới")
    for citizen_ids, done_at in ((done, piece.now), (again, None)):
        if citizen_ids:
            db.session.execute(
                update(ListItem)
                .where(ListItem.citizen_id.in_(citizen_ids), ListItem.state == ItemState.OPEN)
                .values(done_at=done_at)
                .execution_options(synchronize_session=False)
            )


def _holders(piece: _Piece) -> list[StockChange]:
    """Return what changes in the stock of the teams that hold people whose bucket changed."""
    if not piece.holders:
        return []
    holder_of = {
        row[0]: row[1]
        for row in db.session.execute(
            select(ListItem.citizen_id, ListItem.holder_unit_id).where(
                ListItem.campaign_id == piece.reading.campaign_id,
                ListItem.citizen_id.in_([held_id for held_id, _b, _a in piece.holders]),
                ListItem.purpose == Purpose.ACTIVATE,
                ListItem.state == ItemState.OPEN,
            )
        )
    }
    changes: dict[int, dict[str, int]] = {}
    for citizen_id, before, after in piece.holders:
        if (team_id := holder_of.get(citizen_id)) is None:
            continue
        row = changes.setdefault(team_id, {})
        for bucket, sign in ((before, -1), (after, 1)):
            if bucket is not None:
                row[bucket.value] = row.get(bucket.value, 0) + sign
    paths = _paths(list(changes))
    return [StockChange(HOLDER, team, paths[team], row) for team, row in changes.items()]


def _paths(unit_ids: list[int]) -> dict[int, str]:
    query = select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}
