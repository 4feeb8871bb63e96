"""What an applied list says of people we hold: confirmed, contradicted, and a verdict taken back.

Each function takes a piece of at most a thousand people, locked by the caller, and changes their
rows, open items, events, flows and stocks together; the caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from vneid_field.core.database import one_of
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket, Contribution, difference, merge
from vneid_field.figures.services import HOLDER, HOME, StockChange, add_stocks, apply_flows
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.contributions import verdict_contributions
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose, VerdictKind
from vneid_field.lists.models import HandOver, ListItem, ListVerdict
from vneid_field.people.changes import tell_changed
from vneid_field.people.intake import store_changes, store_events
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit

CONFIRMED_REASON = "danh sách xác nhận đã kích hoạt"


@dataclass(frozen=True)
class Judging:
    """The list that judges: plain values, made once per run."""

    campaign_id: int
    import_id: int
    by: int | None
    speaks_until: datetime
    state_at: datetime
    counted_on: date
    now: datetime


@dataclass
class Effects:
    """What a piece changes in flows and stocks: stored once, at its end and in that order, so
    that two writers never wait for each other crosswise.
    """

    flows: list[Contribution] = field(default_factory=list)
    stocks: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)

    def home(self, unit_id: int, path: str, before: Bucket | None, after: Bucket | None) -> None:
        """Move a person of a home unit between buckets; None is "not on the list"."""
        self.paths[unit_id] = path
        self._move((HOME, unit_id), before, after)

    def holder(self, team_id: int, before: Bucket | None, after: Bucket | None) -> None:
        """Move a person whom a team holds between buckets."""
        self._move((HOLDER, team_id), before, after)

    def _move(self, key: tuple[str, int], before: Bucket | None, after: Bucket | None) -> None:
        if before is after:
            return
        row = self.stocks.setdefault(key, {})
        for bucket, sign in ((before, -1), (after, 1)):
            if bucket is not None:
                row[bucket.value] = row.get(bucket.value, 0) + sign

    def store(self, campaign_id: int) -> None:
        """Add them to the rows of flows and stocks."""
        missing = {unit_id for _basis, unit_id in self.stocks} - self.paths.keys()
        if missing:
            query = select(Unit.id, Unit.path).where(Unit.id.in_(missing))
            self.paths |= {row[0]: row[1] for row in db.session.execute(query)}
        apply_flows(campaign_id, merge(self.flows))
        add_stocks(
            campaign_id,
            [
                StockChange(basis, unit_id, self.paths[unit_id], row)
                for (basis, unit_id), row in self.stocks.items()
            ],
        )


def _read(citizen_ids: Sequence[int]) -> list[Row[Any]]:
    columns = (
        Citizen.id, Citizen.unit_id, Citizen.unit_path, Citizen.application_state,
        Citizen.application_state_at, Citizen.visit_status, Citizen.visit_status_at,
        Citizen.next_visit_at, Citizen.claim_at, Citizen.claim_last_at, Citizen.claim_unit_id,
        Citizen.claim_by, Citizen.other_status, Citizen.other_status_at, Citizen.refuted_until,
    )  # fmt: skip
    here = one_of(Citizen.id, list(citizen_ids), db.engine.dialect.name)
    return list(db.session.execute(select(*columns).where(here).order_by(Citizen.id)))


def open_items(campaign_id: int, citizen_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Return the open activation items of people: id, holder_unit_id, done_at by citizen."""
    query = select(
        ListItem.citizen_id, ListItem.id, ListItem.holder_unit_id, ListItem.done_at
    ).where(
        ListItem.campaign_id == campaign_id,
        one_of(ListItem.citizen_id, list(citizen_ids), db.engine.dialect.name),
        ListItem.purpose == Purpose.ACTIVATE,
        ListItem.state == ItemState.OPEN,
    )
    found: dict[int, Any] = {row.citizen_id: row for row in db.session.execute(query)}
    return found


def current_buckets(citizen_ids: Sequence[int]) -> dict[int, Bucket | None]:
    """Return people's buckets as their rows stand now."""
    return {
        one.id: bucket_of(one.application_state, one.visit_status) for one in _read(citizen_ids)
    }


def _verdict(
    judging: Judging,
    one: Row[Any],
    kind: VerdictKind,
    item: Row[Any] | None,
    before: dict[str, Any],
) -> dict[str, Any]:
    return {
        "campaign_id": judging.campaign_id,
        "import_id": judging.import_id,
        "citizen_id": one.id,
        "kind": kind,
        "home_unit_id": one.unit_id,
        "performed_by_unit_id": one.claim_unit_id,
        "performed_by": one.claim_by,
        "claimed_at": one.claim_at,
        "speaks_until": judging.speaks_until,
        "counted_on": judging.counted_on,
        "item_id": item.id if item is not None else None,
        "before": before,
        "made_at": judging.now,
    }


def _store(rows: list[dict[str, Any]], effects: Effects) -> None:
    db.session.execute(insert(ListVerdict), rows)
    effects.flows.append(verdict_contributions([ListVerdict(**row) for row in rows]))


def confirm(judging: Judging, citizen_ids: Sequence[int], effects: Effects) -> int:
    """Set people to activated, as the national system says; their items close. Returns how many."""
    people = [one for one in _read(citizen_ids) if one.application_state != "activated"]
    if not people:
        return 0
    items = open_items(judging.campaign_id, [one.id for one in people])
    verdicts, changes, events = [], {}, []
    for one in people:
        item = items.get(one.id)
        old = bucket_of(one.application_state, one.visit_status)
        effects.home(one.unit_id, one.unit_path, old, Bucket.ACTIVATED)
        if item is not None:
            effects.holder(item.holder_unit_id, old, None)
        before = {
            "application_state": one.application_state.value,
            "application_state_at": one.application_state_at.isoformat(),
            "done_at": _iso(item.done_at) if item is not None else None,
        }
        verdicts.append(_verdict(judging, one, VerdictKind.CONFIRMED, item, before))
        changes[one.id] = {
            "application_state": ApplicationState.ACTIVATED,
            "application_state_at": judging.state_at,
            "updated_at": judging.now,
        }
        events.append(_event(judging, one))
    store_changes(changes)
    store_events(events)
    _close_items([item.id for item in items.values()], judging.now, judging.by)
    _store(verdicts, effects)
    tell_changed(judging.campaign_id, list(changes))
    return len(people)


def _event(judging: Judging, one: Row[Any]) -> dict[str, Any]:
    return {
        "citizen_id": one.id,
        "from_state": one.application_state,
        "to_state": ApplicationState.ACTIVATED,
        "source": "import",
        "source_id": judging.import_id,
        "home_unit_id": one.unit_id,
        "counted_on": judging.counted_on,
        "reason": "",
        "at": judging.now,
        "by": judging.by,
    }


def _close_items(item_ids: list[int], at: datetime, by: int | None) -> None:
    if not item_ids:
        return
    db.session.execute(
        update(ListItem)
        .where(ListItem.id.in_(item_ids), ListItem.state == ItemState.OPEN)
        .values(
            state=ItemState.CLOSED,
            done_at=at,
            ended_at=at,
            ended_by=by,
            end_reason=CONFIRMED_REASON,
        )
        .execution_options(synchronize_session=False)
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def contradict(judging: Judging, citizen_ids: Sequence[int], effects: Effects) -> int:
    """Give people back to the work of whoever holds them: the list still says not activated.

    The claim stays in history; what the other visits came to stands. Returns how many.
    """
    people = [one for one in _read(citizen_ids) if one.claim_last_at is not None]
    if not people:
        return 0
    items = open_items(judging.campaign_id, [one.id for one in people])
    verdicts, changes, again = [], {}, []
    for one in people:
        item = items.get(one.id)
        old = bucket_of(one.application_state, one.visit_status)
        new = bucket_of(one.application_state, one.other_status)
        effects.home(one.unit_id, one.unit_path, old, new)
        if item is not None:
            effects.holder(item.holder_unit_id, old, new)
            if new not in ANSWERED:
                again.append(item.id)
        before = _claim_of(one, item)
        verdicts.append(_verdict(judging, one, VerdictKind.CONTRADICTED, item, before))
        changes[one.id] = {
            "visit_status": one.other_status,
            "visit_status_at": one.other_status_at,
            "next_visit_at": None,
            "claim_at": None,
            "claim_last_at": None,
            "claim_unit_id": None,
            "claim_by": None,
            "refuted_until": judging.speaks_until,
            "updated_at": judging.now,
        }
    store_changes(changes)
    if again:
        db.session.execute(
            update(ListItem)
            .where(ListItem.id.in_(again))
            .values(done_at=None)
            .execution_options(synchronize_session=False)
        )
    _store(verdicts, effects)
    tell_changed(judging.campaign_id, list(changes))
    return len(people)


def _claim_of(one: Row[Any], item: Row[Any] | None) -> dict[str, Any]:
    """What an undo gives back of a contradicted claim."""
    return {
        "visit_status": one.visit_status,
        "visit_status_at": _iso(one.visit_status_at),
        "next_visit_at": _iso(one.next_visit_at),
        "claim_last_at": _iso(one.claim_last_at),
        "refuted_until": _iso(one.refuted_until),
        "done_at": _iso(item.done_at) if item is not None else None,
    }


def standing_verdicts(citizen_ids: Sequence[int], kind: VerdictKind) -> list[ListVerdict]:
    """Return the verdicts of a kind on people that nobody took back."""
    query = select(ListVerdict).where(
        one_of(ListVerdict.citizen_id, list(citizen_ids), db.engine.dialect.name),
        ListVerdict.kind == kind,
        ListVerdict.taken_back_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(ListVerdict.id)))


def withdraw(
    verdicts: Sequence[ListVerdict],
    at: datetime,
    effects: Effects,
    *,
    by_import: int | None = None,
) -> None:
    """Mark verdicts as taken back, by a list or somebody, and take away what they counted."""
    before = verdict_contributions(verdicts)
    for verdict in verdicts:
        verdict.taken_back_at, verdict.taken_back_import_id = at, by_import
    db.session.flush()
    effects.flows.append(difference(before, verdict_contributions(verdicts)))


def reinstate(
    campaign_id: int,
    verdicts: Sequence[ListVerdict],
    at: datetime,
    by: int | None,
    effects: Effects,
) -> None:
    """Let verdicts stand again that a list had taken back: they count, and close their items."""
    for verdict in verdicts:
        verdict.taken_back_at = verdict.taken_back_import_id = None
    db.session.flush()
    effects.flows.append(verdict_contributions(verdicts))
    people = [verdict.citizen_id for verdict in verdicts]
    held, buckets = open_items(campaign_id, people), current_buckets(people)
    own = {verdict.item_id for verdict in verdicts}
    items = {who: item for who, item in held.items() if item.id in own}
    for who, item in items.items():
        effects.holder(item.holder_unit_id, buckets[who], None)
    _close_items([item.id for item in items.values()], at, by)


def reopen_items(
    campaign_id: int, item_ids: Sequence[int], effects: Effects, *, was: ItemState
) -> None:
    """Open items again that a list ended, and count them for whoever holds them.

    Not where the team's list ended meanwhile, or where somebody else holds the person now. The
    people stand by now as they are to be.
    """
    if not item_ids:
        return
    query = (
        select(ListItem, Citizen)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(
            ListItem.id.in_(item_ids),
            ListItem.state == was,
            HandOver.state != HandOverState.ENDED,
        )
        .order_by(ListItem.id)
        .execution_options(populate_existing=True)
    )
    rows = list(db.session.execute(query))
    held = open_items(campaign_id, [item.citizen_id for item, _citizen in rows])
    for item, citizen in rows:
        bucket = bucket_of(citizen.application_state, citizen.visit_status)
        if bucket is None or item.citizen_id in held:
            continue
        item.state, item.ended_at, item.ended_by, item.end_reason = ItemState.OPEN, None, None, ""
        item.done_at = citizen.visit_status_at if bucket in ANSWERED else None
        item.household_id = citizen.household_id
        effects.holder(item.holder_unit_id, None, bucket)
    db.session.flush()
