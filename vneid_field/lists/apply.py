"""Storing a list: pieces of a thousand, each with its flows, stocks and place in the file.

A piece is one transaction: whatever stops the worker, the next run goes on behind the last
piece. The same file again finds everything unchanged and writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import update

from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket, Counter, FlowKey, difference
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.changes import TARGETS, Change
from vneid_field.lists.contributions import contributions
from vneid_field.lists.intake import Compared, Reading, leaves_commune
from vneid_field.lists.intake_rules import CitizenRow
from vneid_field.lists.kinds import ImportKind, ItemState, VerdictKind
from vneid_field.lists.mentions import store_mentions
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import end_items
from vneid_field.lists.undo_values import keep_values
from vneid_field.lists.verdicts import (
    Effects,
    Judging,
    confirm,
    current_buckets,
    open_items,
    reopen_items,
    standing_verdicts,
    withdraw,
)
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
    store_reasons,
)
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent
from vneid_field.people.queries import list_application_events_of

MOVED_REASON = "chuyển phường, xã"


@dataclass
class _Piece:
    """What one piece adds besides its people."""

    reading: Reading
    now: datetime
    state_at: datetime
    counted_on: date
    events: dict[int, dict[str, Any]] = field(default_factory=dict)  # by citizen
    effects: Effects = field(default_factory=Effects)
    holders: list[tuple[int, Bucket | None, Bucket | None]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)  # held, and activated by this list
    unconfirmed: list[int] = field(default_factory=list)  # activated, and named as not activated
    left: list[int] = field(default_factory=list)  # moved to another commune
    new_ids: list[int] = field(default_factory=list)
    items: dict[int, int] = field(default_factory=dict)  # ended by this piece, by citizen

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
            self.effects.flows.append({key: 1})

    def count_changed(self) -> None:
        """Note what the changes of application state count as, beside what came before."""
        days = {"first_on": self.reading.starts_on, "last_on": self.reading.defaults.ends_on}
        known = list_application_events_of(list(self.events))
        for citizen_id, row in self.events.items():
            own = known[citizen_id]
            after = contributions([*own, ApplicationEvent(**row)], **days)
            self.effects.flows.append(difference(contributions(own, **days), after))


def store_piece(reading: Reading, rows: Sequence[Compared]) -> None:
    """Store the new and changed people of a piece; the caller commits."""
    judging = judging_of(reading)
    piece = _Piece(reading, judging.now, judging.state_at, judging.counted_on)
    good = [row for row in rows if not row.errors and row.result is not None]
    _store_new(piece, [row for row in good if row.result and row.result.change is Change.NEW])
    _store_changed(
        piece, [row for row in good if row.result and row.result.change is Change.CHANGED]
    )
    piece.count_changed()
    store_events(list(piece.events.values()))
    _note_holders(piece)  # while their items are open
    _touch_items(piece)
    _judge(piece, judging)
    piece.effects.store(reading.campaign_id)
    keep_values(reading.import_id, rows, piece.items)
    if reading.kind is ImportKind.APPROVED_NOT_ACTIVATED:
        named = [one.named_id for one in rows if one.named_id is not None]
        store_mentions(reading.import_id, [*named, *piece.new_ids])
    # Also whose application moved outside the work list: transmitted and rejected.
    moved = dict.fromkeys([one for one, _before, _after in piece.holders])
    tell_changed(reading.campaign_id, list(moved | dict.fromkeys(piece.events)))


def judging_of(reading: Reading) -> Judging:
    """Return a list as whoever it names, or no longer names, is judged by."""
    as_of_on, ends_on = reading.defaults.as_of_on, reading.defaults.ends_on
    return Judging(
        campaign_id=reading.campaign_id,
        import_id=reading.import_id,
        by=reading.applied_by,
        speaks_until=reading.speaks_until,
        state_at=clock.at_local(as_of_on, time()),
        # A list that comes before the first day counts on it.
        counted_on=max(min(as_of_on, ends_on, clock.today()), reading.starts_on),
        now=clock.now(),
    )


def _judge(piece: _Piece, judging: Judging) -> None:
    """Confirm whom a list of the activated names; take back what a later naming contradicts."""
    if piece.unconfirmed:
        verdicts = standing_verdicts(piece.unconfirmed, VerdictKind.CONFIRMED)
        withdraw(verdicts, piece.now, piece.effects, by_import=judging.import_id)
        items = [one.item_id for one in verdicts if one.item_id is not None]
        reopen_items(judging.campaign_id, items, piece.effects, was=ItemState.CLOSED)
    if piece.left:  # after a reopened item, which goes the same way
        _end_left(piece)
    if piece.confirmed:
        confirm(judging, piece.confirmed, piece.effects)


def _end_left(piece: _Piece) -> None:
    """Take people who moved to another commune from the teams they left."""
    held = open_items(piece.reading.campaign_id, piece.left)
    buckets = current_buckets(list(held))
    for citizen_id, item in held.items():
        piece.effects.holder(item.holder_unit_id, buckets[citizen_id], None)
        piece.items[citizen_id] = item.id
    if held:
        end_items(list(held), MOVED_REASON)


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
    ids = piece.new_ids = store_new(columns, _same_columns(piece, target))
    store_first_events(ids, piece.event_columns(target))
    reasons = [one.row.values.reason for one in rows if one.row.values is not None]
    store_reasons(piece.reading.import_id, dict(zip(ids, reasons, strict=True)))
    for row in columns:
        piece.count_new(row["unit_id"], target)
        piece.effects.home(row["unit_id"], row["unit_path"], None, after)


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
        columns = _plain_changes(piece, values, _fields(piece, result.fields))
        _note(piece, one, held, result.fields)
        if "unit_id" in result.fields or "address_line" in result.fields:
            movers.append((one, _new_home(piece, one, held, values, result.fields)))
        changes[held.id] = columns
    _move_homes(piece, movers, changes)
    for one in rows:
        if one.held is not None and one.result is not None and one.row.values is not None:
            fields = _fields(piece, one.result.fields)
            _move_state(piece, one.held, one.row.values, fields, changes[one.held.id])
    store_changes(changes)


def _fields(piece: _Piece, fields: Sequence[str]) -> Sequence[str]:
    """Return what the row itself changes; activated is a verdict, made after the piece's rows."""
    if TARGETS[piece.reading.kind] is not ApplicationState.ACTIVATED:
        return fields
    return [name for name in fields if name != "application_state"]


def _note(piece: _Piece, one: Compared, held: Held, fields: Sequence[str]) -> None:
    """Note whom the list confirms, whose confirmation it takes back, and who leaves a commune."""
    if "application_state" in fields:
        if TARGETS[piece.reading.kind] is ApplicationState.ACTIVATED:
            piece.confirmed.append(held.id)
        elif held.application_state is ApplicationState.ACTIVATED:
            piece.unconfirmed.append(held.id)
    if leaves_commune(one):
        piece.left.append(held.id)


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


def _move_state(
    piece: _Piece,
    held: Held,
    values: CitizenRow,
    fields: Sequence[str],
    columns: dict[str, Any],
) -> None:
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
            "reason": values.reason,
        }
    if unit_id != held.unit_id or before is not after:
        piece.effects.home(held.unit_id, held.unit_path, before, None)
        piece.effects.home(unit_id, columns.get("unit_path", held.unit_path), None, after)
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


def _note_holders(piece: _Piece) -> None:
    """Note what changes in the stock of the teams that hold people whose bucket changed."""
    if not piece.holders:
        return
    held = open_items(piece.reading.campaign_id, [one for one, _was, _now in piece.holders])
    for citizen_id, before, after in piece.holders:
        if (item := held.get(citizen_id)) is not None:
            piece.effects.holder(item.holder_unit_id, before, after)
            if after is None:
                piece.items[citizen_id] = item.id
