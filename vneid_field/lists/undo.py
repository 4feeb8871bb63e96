"""Taking an applied list back whole: piece by piece, for the job of tasks.py (section 6).

Whoever was changed gets the old values back, whoever was new goes; visits made meanwhile win, and
so do decisions of police made meanwhile: those people stay as they are, and are counted as kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, union
from sqlalchemy.exc import IntegrityError

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.database import one_of
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.contributions import UNDO, contributions
from vneid_field.lists.kinds import ItemState, VerdictKind
from vneid_field.lists.models import ListImport, ListItem, ListMention, ListUndo, ListVerdict
from vneid_field.lists.services import end_items
from vneid_field.lists.undo_values import Kept, read_values
from vneid_field.lists.verdicts import Effects, open_items, reinstate, reopen_items, withdraw
from vneid_field.people.changes import tell_changed
from vneid_field.people.intake import name_columns, phone_columns
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent, Citizen, Household
from vneid_field.people.queries import list_application_events_of, lock_citizens
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT

PIECE = 500
REASON = "hoàn tác lần nạp"


@dataclass
class _Piece:
    """What one piece takes back."""

    campaign: Campaign
    done: ListImport
    now: datetime
    held: dict[int, Row[Any]] = field(default_factory=dict)
    manual: set[int] = field(default_factory=set)  # households put together by hand
    effects: Effects = field(default_factory=Effects)
    withdrawn: list[ListVerdict] = field(default_factory=list)
    reinstated: list[ListVerdict] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)  # items to open again
    taken: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)  # people whose open items end
    restored: int = 0
    deleted: int = 0
    kept: int = 0

    @property
    def days(self) -> dict[str, Any]:
        """The days whose events count."""
        return {"first_on": self.campaign.starts_on, "last_on": self.campaign.ends_on}


def undo_piece(campaign: Campaign, done: ListImport, so_far: dict[str, Any]) -> bool:
    """Take the next piece back; False when none is left. `so_far`: where it stands, and counts."""
    for name, start in (("phase", 0), ("last_id", 0), ("restored", 0), ("deleted", 0), ("kept", 0)):
        so_far.setdefault(name, start)
    for phase, (listed, work) in enumerate(((_changed_ids, _restore), (_new_ids, _remove))):
        if so_far["phase"] > phase:
            continue
        ids = listed(done, so_far["last_id"] if so_far["phase"] == phase else 0)
        if not ids:
            so_far |= {"phase": phase + 1, "last_id": 0}
            continue
        piece = _Piece(campaign, done, clock.now())
        people = lock_citizens(ids)
        piece.held = open_items(campaign.id, ids)
        work(piece, people)
        piece.effects.store(campaign.id)
        so_far |= {
            "last_id": ids[-1],
            "restored": so_far["restored"] + piece.restored,
            "deleted": so_far["deleted"] + piece.deleted,
            "kept": so_far["kept"] + piece.kept,
        }
        return True
    return False


def _changed_ids(done: ListImport, after: int) -> list[int]:
    changed = select(ListUndo.citizen_id).where(ListUndo.import_id == done.id)
    judged = select(ListVerdict.citizen_id).where(ListVerdict.import_id == done.id)
    both = union(changed, judged).subquery()
    query = select(both.c.citizen_id).where(both.c.citizen_id > after)
    return list(db.session.scalars(query.order_by(both.c.citizen_id).limit(PIECE)))


def _new_ids(done: ListImport, after: int) -> list[int]:
    query = select(ApplicationEvent.citizen_id).where(
        ApplicationEvent.source == "import",
        ApplicationEvent.source_id == done.id,
        ApplicationEvent.from_state.is_(None),
        ApplicationEvent.citizen_id > after,
    )
    return list(db.session.scalars(query.order_by(ApplicationEvent.citizen_id).limit(PIECE)))


def _restore(piece: _Piece, people: Sequence[Citizen]) -> None:
    ids = [one.id for one in people]
    kept = _kept_of(piece, ids)
    verdicts = _verdicts_of(piece, ids)
    events = list_application_events_of(ids)
    piece.manual = _manual_of(people)
    for one in people:
        _restore_one(piece, one, kept.get(one.id), verdicts.get(one.id, []), events[one.id])
    db.session.flush()
    withdraw(piece.withdrawn, piece.now, piece.effects)
    if piece.ended:
        end_items(piece.ended, REASON)
    for item_ids, was in ((piece.closed, ItemState.CLOSED), (piece.taken, ItemState.TAKEN_BACK)):
        reopen_items(piece.campaign.id, item_ids, piece.effects, was=was)
    if piece.reinstated:
        by = piece.done.undone_by
        reinstate(piece.campaign.id, piece.reinstated, piece.now, by, piece.effects)
    tell_changed(piece.campaign.id, ids)


def _kept_of(piece: _Piece, ids: list[int]) -> dict[int, Kept]:
    query = select(ListUndo).where(
        ListUndo.import_id == piece.done.id,
        one_of(ListUndo.citizen_id, ids, db.engine.dialect.name),
    )
    return {row.citizen_id: read_values(row) for row in db.session.scalars(query)}


def _verdicts_of(piece: _Piece, ids: list[int]) -> dict[int, list[ListVerdict]]:
    """Return by person what the list said that still stands, and what it took back of others."""
    own = and_(ListVerdict.import_id == piece.done.id, ListVerdict.taken_back_at.is_(None))
    query = select(ListVerdict).where(
        or_(own, ListVerdict.taken_back_import_id == piece.done.id),
        one_of(ListVerdict.citizen_id, ids, db.engine.dialect.name),
    )
    found: dict[int, list[ListVerdict]] = {}
    for verdict in db.session.scalars(query.order_by(ListVerdict.id)):
        found.setdefault(verdict.citizen_id, []).append(verdict)
    return found


def _manual_of(people: Sequence[Citizen]) -> set[int]:
    homes = {one.household_id for one in people}
    query = select(Household.id).where(Household.id.in_(homes), Household.is_manual.is_(True))
    return set(db.session.scalars(query))


def _restore_one(
    piece: _Piece,
    one: Citizen,
    kept: Kept | None,
    verdicts: Sequence[ListVerdict],
    events: list[ApplicationEvent],
) -> None:
    old, place = bucket_of(one.application_state, one.visit_status), (one.unit_id, one.unit_path)
    own = _own_events(piece, events)
    is_free = bool(own) and not _visited_since(one, own[0].at)
    state_at = kept.before["application_state_at"] if kept is not None else None
    for verdict in verdicts:
        if verdict.import_id != piece.done.id:
            piece.reinstated += [verdict] if is_free else []
        elif verdict.kind is VerdictKind.CONTRADICTED and not _visited_since(one, verdict.made_at):
            _reinstate_claim(one, verdict)
            piece.withdrawn.append(verdict)
        elif verdict.kind is VerdictKind.CONFIRMED and is_free:
            state_at = datetime.fromisoformat(verdict.before["application_state_at"])
            piece.withdrawn.append(verdict)
            piece.closed += [verdict.item_id] if verdict.item_id is not None else []
    if is_free:
        _set_state(piece, one, own[0].from_state, state_at, events)
    if kept is not None:
        _restore_values(piece, one, kept)
    _follow(piece, one, old, place)
    given_back = (*piece.withdrawn, *piece.reinstated)
    untouched = [verdict for verdict in verdicts if verdict not in given_back]
    if untouched or (own and not is_free):
        piece.kept += 1
    else:
        piece.restored += 1


def _own_events(piece: _Piece, events: Sequence[ApplicationEvent]) -> list[ApplicationEvent]:
    """The changes of this import at the end of a history; none when somebody decided since."""
    own: list[ApplicationEvent] = []
    undone = {event.source_id for event in events if event.source == UNDO}
    for event in reversed(events):
        if event.source in ("import", UNDO) and event.source_id in undone:
            continue  # a later list that was taken back as well
        if event.source != "import" or event.source_id != piece.done.id:
            break
        own.insert(0, event)
    return own if own and own[0].from_state is not None else []


def _visited_since(one: Citizen, at: datetime) -> bool:
    return one.last_event_at is not None and one.last_event_at > at


def _reinstate_claim(one: Citizen, verdict: ListVerdict) -> None:
    def instant(name: str) -> datetime | None:
        value = verdict.before[name]
        return datetime.fromisoformat(value) if value else None

    one.visit_status = verdict.before["visit_status"]
    one.visit_status_at = instant("visit_status_at")
    one.next_visit_at = instant("next_visit_at")
    one.claim_at = verdict.claimed_at
    one.claim_last_at = instant("claim_last_at")
    one.claim_unit_id = verdict.performed_by_unit_id
    one.claim_by = verdict.performed_by
    one.refuted_until = instant("refuted_until")


def _set_state(
    piece: _Piece,
    one: Citizen,
    state: ApplicationState | None,
    state_at: datetime | None,
    events: list[ApplicationEvent],
) -> None:
    """Set a state with an event that takes the import's own back (lists/contributions.py)."""
    assert state is not None
    done, days = piece.done, piece.days
    on = max(min(done.as_of_on, piece.campaign.ends_on, clock.today()), piece.campaign.starts_on)
    event = ApplicationEvent(
        citizen_id=one.id,
        from_state=one.application_state,
        to_state=state,
        source=UNDO,
        source_id=done.id,
        home_unit_id=one.unit_id,
        counted_on=on,
        reason=done.undo_reason,
        at=piece.now,
        by=done.undone_by,
    )
    db.session.add(event)
    change = difference(contributions(events, **days), contributions([*events, event], **days))
    piece.effects.flows.append(change)
    one.application_state = state
    one.application_state_at = state_at or clock.at_local(done.as_of_on, time())
    one.updated_at = piece.now


def _restore_values(piece: _Piece, one: Citizen, kept: Kept) -> None:
    """Give old values back where the list's still stand: what was corrected since stays."""
    before, after = kept.before, kept.after
    if "full_name" in kept.fields and one.full_name == after["full_name"]:
        _set(one, name_columns(before["full_name"]))
    if "birth_on" in kept.fields and one.birth_on == after["birth_on"]:
        one.birth_on, one.birth_precision = before["birth_on"], before["birth_precision"]
    if "phone" in kept.fields and one.phone == after["phone"]:
        _set(one, phone_columns(before["phone"], piece.now))
        one.phone_source = before["phone_source"]
    for name in ("sex", "approved_on", "note"):
        if name in kept.fields and getattr(one, name) == after[name]:
            setattr(one, name, before[name])
    # Whom another list has moved out of this one's unit since stays where that list put them.
    is_here = one.unit_path.startswith(piece.done.unit_path)
    if kept.is_home() and is_here and one.household_id not in piece.manual:
        one.household_id, one.unit_id = before["household_id"], before["unit_id"]
        one.unit_path = before["unit_path"]
    if kept.item_id is not None:
        piece.taken.append(kept.item_id)
    one.updated_at = piece.now


def _set(one: Citizen, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(one, name, value)


def _follow(piece: _Piece, one: Citizen, old: Any, place: tuple[int, str]) -> None:
    """Let stocks and the open item follow what was given back."""
    new = bucket_of(one.application_state, one.visit_status)
    if old is not new or one.unit_id != place[0]:
        piece.effects.home(*place, old, None)
        piece.effects.home(one.unit_id, one.unit_path, None, new)
    row = piece.held.get(one.id)
    if row is None:
        return
    if new is None or not _reaches(row.holder_unit_id, one):
        piece.effects.holder(row.holder_unit_id, old, None)
        piece.ended.append(one.id)
        return
    piece.effects.holder(row.holder_unit_id, old, new)
    item = db.session.get_one(ListItem, row.id)
    item.household_id = one.household_id
    item.done_at = (item.done_at or one.visit_status_at) if new in ANSWERED else None


def _reaches(holder_unit_id: int, one: Citizen) -> bool:
    """Say whether a team works where somebody lives now: not where a list had moved them to."""
    commune_path = db.session.get_one(Unit, holder_unit_id).path[:-SEGMENT]
    return one.unit_path.startswith(commune_path)


def _remove(piece: _Piece, people: Sequence[Citizen]) -> None:
    """Take new people off: whoever was never handed over goes, others leave the work list."""
    ids = [one.id for one in people]
    events = list_application_events_of(ids)
    query = select(ListItem.citizen_id).where(
        one_of(ListItem.citizen_id, ids, db.engine.dialect.name)
    )
    given = set(db.session.scalars(query))
    unseen = []
    for one in people:
        own = events[one.id]
        is_own = all(e.source_id == piece.done.id and e.source == "import" for e in own)
        if one.last_event_at is not None or not is_own:
            piece.kept += 1
        elif one.id in given:
            _take_off(piece, one, own)
        else:
            unseen.append(one)
    if not _delete(piece, unseen, events):
        for one in unseen:  # somebody refers to one of them: they stay, off the work list
            _take_off(piece, one, events[one.id])
    db.session.flush()
    if piece.ended:
        end_items(piece.ended, REASON)
    tell_changed(piece.campaign.id, [one for one in ids if one in given])


def _take_off(piece: _Piece, one: Citizen, events: list[ApplicationEvent]) -> None:
    old, place = bucket_of(one.application_state, one.visit_status), (one.unit_id, one.unit_path)
    _set_state(piece, one, ApplicationState.NOT_COLLECTED, None, events)
    _follow(piece, one, old, place)
    piece.restored += 1


def _delete(
    piece: _Piece, people: Sequence[Citizen], events: dict[int, list[ApplicationEvent]]
) -> bool:
    """Delete people whom nothing refers to, with homes left empty; False when something does."""
    rows = [
        (one.id, one.unit_id, one.unit_path, bucket_of(one.application_state, one.visit_status))
        for one in people
    ]
    homes = {one.household_id for one in people}
    ids = [row[0] for row in rows]
    try:
        with db.session.begin_nested():
            for model in (ListMention, ListUndo, ApplicationEvent):
                _drop(model.citizen_id, ids)
            _drop(Citizen.id, ids)
    except IntegrityError:
        return False
    for citizen_id, unit_id, path, bucket in rows:
        piece.effects.home(unit_id, path, bucket, None)
        counted = contributions(events[citizen_id], **piece.days)
        piece.effects.flows.append(difference(counted, {}))
    piece.deleted += len(rows)
    _drop_empty(homes)
    return True


def _drop(column: Any, ids: list[int]) -> None:
    here = one_of(column, ids, db.engine.dialect.name)
    statement = delete(column.class_).where(here)
    db.session.execute(statement.execution_options(synchronize_session=False))


def _drop_empty(household_ids: set[int]) -> None:
    """Drop households that nobody lives in any more, unless something still refers to them."""
    lived_in = select(Citizen.id).where(Citizen.household_id == Household.id).exists()
    empty = select(Household.id).where(Household.id.in_(household_ids), ~lived_in)
    ids = list(db.session.scalars(empty))
    try:
        with db.session.begin_nested():
            _drop(Household.id, ids)
    except IntegrityError:
        return
