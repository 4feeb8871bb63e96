"""The daily delta as SELECTs: who vanished from a list, whose claim it contradicts (section 6).

The whole comparison is made by the database: people held beside `list_mention`, the people a list
names. Nothing of the size of a city is kept in memory.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket
from vneid_field.figures.stocks import BUCKETS
from vneid_field.lists.kinds import DeltaGroup, ImportKind, ImportState, VerdictKind
from vneid_field.lists.models import ListImport, ListMention, ListPage, ListVerdict
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT
from vneid_field.web.pagination import Page, paginate

ROWS = 50  # of a page of names
LEFT = tuple(status for status, bucket in BUCKETS.items() if bucket is Bucket.LEFT)
_INSTANT = timedelta(microseconds=1)


def speaks_until(done: ListImport) -> datetime:
    """Return the last instant a list can know of: the end of its day, or when it was uploaded."""
    if done.speaks_until is not None:
        return done.speaks_until
    return min(clock.day_bounds(done.as_of_on)[1] - _INSTANT, done.created_at)


def first_upload_at(done: ListImport) -> datetime:
    """Return when the very same file was first uploaded for a unit and day."""
    query = select(func.min(ListImport.created_at)).where(
        ListImport.campaign_id == done.campaign_id,
        ListImport.unit_id == done.unit_id,
        ListImport.kind == done.kind,
        ListImport.as_of_on == done.as_of_on,
        ListImport.content_sha256 == done.content_sha256,
    )
    return db.session.scalar(query) or done.created_at


def _mentioned(done: ListImport) -> ColumnElement[bool]:
    return (
        select(ListMention.citizen_id)
        .where(ListMention.import_id == done.id, ListMention.citizen_id == Citizen.id)
        .correlate(Citizen)
        .exists()
    )


def _mentioned_elsewhere(done: ListImport) -> ColumnElement[bool]:
    """Named by another applied list of the same day or a later one: absence here says nothing."""
    other = aliased(ListImport)
    return (
        select(ListMention.citizen_id)
        .join(other, other.id == ListMention.import_id)
        .where(
            ListMention.citizen_id == Citizen.id,
            other.id != done.id,
            other.campaign_id == done.campaign_id,
            other.kind == ImportKind.APPROVED_NOT_ACTIVATED,
            other.state.in_((ImportState.APPLYING, ImportState.APPLIED)),
            other.as_of_on >= done.as_of_on,
        )
        .correlate(Citizen)
        .exists()
    )


def _could_vanish(done: ListImport) -> ColumnElement[bool]:
    """Those of the list's unit whom its day allows to be missing.

    Approved before that day, by what we hold and by the day of approval; nothing claimed later.
    """
    return and_(
        within(Citizen.unit_path, (done.unit_path,)),
        Citizen.application_state == ApplicationState.APPROVED,
        Citizen.application_state_at < clock.at_local(done.as_of_on, time()),
        or_(Citizen.approved_on.is_(None), Citizen.approved_on <= done.as_of_on),
        or_(Citizen.claim_last_at.is_(None), Citizen.claim_last_at <= speaks_until(done)),
    )


def _has_left() -> ColumnElement[bool]:
    """Reported as moved away, dead or double: why they are missing is police's to say."""
    return and_(Citizen.visit_status.is_not(None), Citizen.visit_status.in_(LEFT))


def _is_delta(done: ListImport) -> bool:
    return done.kind is ImportKind.APPROVED_NOT_ACTIVATED


def vanished(done: ListImport) -> Select[Citizen]:
    """Return the SELECT of those whom a list confirms by not naming them any more."""
    return select(Citizen).where(
        _could_vanish(done), ~_has_left(), ~_mentioned(done), ~_mentioned_elsewhere(done)
    )


def contradicted(done: ListImport) -> Select[Citizen]:
    """Return the SELECT of those whom a list names although a team claims their activation."""
    return select(Citizen).where(
        within(Citizen.unit_path, (done.unit_path,)),
        Citizen.application_state == ApplicationState.APPROVED,
        Citizen.application_state_at < clock.day_bounds(done.as_of_on)[1],
        Citizen.claim_last_at.is_not(None),
        Citizen.claim_last_at <= speaks_until(done),
        _mentioned(done),
    )


def lock_piece(query: Select[Citizen], after: int, size: int) -> list[int]:
    """Return the next people of a group by id, locked until the transaction ends."""
    ids = query.with_only_columns(Citizen.id).where(Citizen.id > after).order_by(Citizen.id)
    locked = ids.limit(size).with_for_update(of=Citizen, key_share=True)
    return list(db.session.scalars(locked))


def _count(query: Select[Any]) -> int:
    counted = query.with_only_columns(func.count()).order_by(None)
    return int(db.session.scalar(counted) or 0)


@dataclass(frozen=True)
class DeltaCounts:
    """Numbers of a delta as it stands now.

    `held`: those who could have vanished, whether or not they did. `left`: missing, but reported
    as moved away, dead or double: not confirmed.
    """

    vanished: int = 0
    contradicted: int = 0
    held: int = 0
    left: int = 0

    @property
    def share(self) -> int:
        """Vanished in per cent of those who could have, rounded down."""
        return 100 * self.vanished // self.held if self.held else 0


NO_DELTA = DeltaCounts()


def count_delta(done: ListImport) -> DeltaCounts:
    """Return the numbers of a list of the approved; zeros for the other kinds."""
    if not _is_delta(done):
        return NO_DELTA
    missing = select(Citizen).where(_could_vanish(done), _has_left())
    missing = missing.where(~_mentioned(done), ~_mentioned_elsewhere(done))
    return DeltaCounts(
        vanished=_count(vanished(done)),
        contradicted=_count(contradicted(done)),
        held=_count(select(Citizen).where(_could_vanish(done), ~_has_left())),
        left=_count(missing),
    )


def page_people(scope: Scope, done: ListImport, group: DeltaGroup, number: int) -> Page[Citizen]:
    """Return a page of the people a list confirms or contradicts, in the order of names.

    Before it is applied whoever is in the group now; afterwards whom its verdicts judged.
    """
    if done.state in (ImportState.READ, ImportState.UPLOADED):
        query = vanished(done) if group is DeltaGroup.VANISHED else contradicted(done)
    else:
        kinds = {
            DeltaGroup.VANISHED: VerdictKind.CONFIRMED,
            DeltaGroup.CONTRADICTED: VerdictKind.CONTRADICTED,
        }
        judged = select(ListVerdict.citizen_id).where(
            ListVerdict.import_id == done.id, ListVerdict.kind == kinds[group]
        )
        query = select(Citizen).where(Citizen.id.in_(judged))
    paths = scope.paths if scope.sees_people else ()
    query = query.options(joinedload(Citizen.household)).where(within(Citizen.unit_path, paths))
    query = query.order_by(Citizen.sort_key, Citizen.id)
    return paginate(query, number=number, size=ROWS)


@dataclass(frozen=True)
class Claim:
    """Who claimed an activation, and when; 0 and None when nobody did."""

    team_id: int
    at: datetime | None


def claims_of(done: ListImport, people: Sequence[Citizen]) -> dict[int, Claim]:
    """Return the claims of a page of people: what stands, or what the list has judged."""
    found = {one.id: Claim(one.claim_unit_id or 0, one.claim_at) for one in people}
    query = select(
        ListVerdict.citizen_id, ListVerdict.performed_by_unit_id, ListVerdict.claimed_at
    ).where(ListVerdict.import_id == done.id, ListVerdict.citizen_id.in_(list(found)))
    for citizen_id, team_id, at in db.session.execute(query):
        found[citizen_id] = Claim(team_id or 0, at)
    return found


def page_rows(done: ListImport, group: DeltaGroup, total: int, number: int) -> Page[dict[str, Any]]:
    """Return a page of the rows a list adds or moves; empty once the file was purged."""
    number = min(number, max(1, -(-total // ROWS)))
    query = select(ListPage.content).where(
        ListPage.import_id == done.id, ListPage.delta_group == group, ListPage.number == number
    )
    content = db.session.scalar(query)
    return Page(json.loads(content) if content else [], number, ROWS, total)


def unit_names(unit_ids: Sequence[int]) -> dict[int, str]:
    """Return names of the units that rows of a preview lead to."""
    wanted = [one for one in unit_ids if one]
    if not wanted:
        return {}
    query = select(Unit.id, Unit.name).where(Unit.id.in_(wanted))
    return {unit_id: name for unit_id, name in db.session.execute(query)}


@dataclass(frozen=True)
class Later:
    """A list applied after another one on the same ground: by whom and when."""

    import_id: int
    unit_name: str
    who: str
    applied_at: datetime | None


def find_later(done: ListImport) -> Later | None:
    """Return a list applied later that touches the same unit, one above or one below; or None."""
    steps = range(SEGMENT, len(done.unit_path) + 1, SEGMENT)
    above = [done.unit_path[:end] for end in steps]
    query = (
        select(ListImport.id, Unit.name, User.display_name, ListImport.applied_at)
        .join(Unit, Unit.id == ListImport.unit_id)
        .outerjoin(User, User.id == ListImport.applied_by)
        .where(
            ListImport.campaign_id == done.campaign_id,
            ListImport.id != done.id,
            ListImport.state.in_((ImportState.APPLYING, ImportState.APPLIED)),
            or_(
                within(ListImport.unit_path, (done.unit_path,)),
                ListImport.unit_path.in_(above),
            ),
            or_(
                ListImport.applied_at.is_(None),
                ListImport.applied_at > done.applied_at,
                and_(ListImport.applied_at == done.applied_at, ListImport.id > done.id),
            ),
        )
        .order_by(ListImport.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else Later(row[0], row[1], row[2] or "hệ thống", row[3])


def count_verdicts(done: ListImport) -> dict[VerdictKind, int]:
    """Return the verdicts of a list that stand."""
    query = (
        select(ListVerdict.kind, func.count())
        .where(ListVerdict.import_id == done.id, ListVerdict.taken_back_at.is_(None))
        .group_by(ListVerdict.kind)
    )
    return {kind: int(count) for kind, count in db.session.execute(query)}
