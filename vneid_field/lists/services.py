"""Hand-over: sent, received, split, taken back; one holder per citizen and purpose."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from vneid_field.accounts.queries import units_open_to
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket
from vneid_field.figures.services import HOLDER, StockChange, add_stocks
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.hand_over_queries import list_holder_names, list_waiting_citizens
from vneid_field.lists.kinds import LIST_LIMIT, HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.models import Citizen, Household
from vneid_field.people.queries import lock_citizens
from vneid_field.units.models import Unit
from vneid_field.units.queries import stays_open
from vneid_field.units.rules import TEAM_KINDS

EXPIRED = "hết hạn, tổ chưa đến"  # why an item that nobody touched in time ended


def _bucket(citizen: Citizen) -> Bucket | None:
    return bucket_of(citizen.application_state, citizen.visit_status)


def _stock_change(team: Unit, citizens: Iterable[Citizen], sign: int) -> StockChange:
    counts: dict[str, int] = {}
    for bucket in map(_bucket, citizens):
        if bucket is not None:
            counts[bucket.value] = counts.get(bucket.value, 0) + sign
    return StockChange(HOLDER, team.id, team.path, counts)


def _lock(given: HandOver) -> None:
    """Read a list's state anew and hold it: before its people, whom it leads to."""
    db.session.refresh(given, ["state"], with_for_update={"key_share": True})


def _check_free(campaign: Campaign, citizens: Sequence[Citizen], purpose: Purpose) -> None:
    held = db.session.execute(
        select(Citizen.full_name, Unit.name)
        .join(ListItem, ListItem.citizen_id == Citizen.id)
        .join(Unit, Unit.id == ListItem.holder_unit_id)
        .where(
            ListItem.campaign_id == campaign.id,
            ListItem.citizen_id.in_([citizen.id for citizen in citizens]),
            ListItem.purpose == purpose,
            ListItem.state == ItemState.OPEN,
        )
        .limit(3)
    ).all()
    if held:
        named = "; ".join(f"{name} đang ở {holder}" for name, holder in held)
        raise Conflict(f"Có người đã được giao nơi khác: {named}. Hãy thu hồi trước khi giao lại.")


def hand_over(
    *,
    actor: Actor | None,
    campaign: Campaign,
    from_unit: Unit,
    team: Unit,
    citizens: Sequence[Citizen],
    purpose: Purpose = Purpose.ACTIVATE,
    note: str = "",
) -> HandOver:
    """Hand people over to a team as a standing list of at most 2.000.

    Raises Conflict naming the holder when somebody is held already; DomainError for an empty or
    too long list, or a unit that is not a team.
    """
    given, change = _give(actor, campaign, from_unit, team, citizens, purpose, note)
    add_stocks(campaign.id, [change])
    return given


def _give(
    actor: Actor | None,
    campaign: Campaign,
    from_unit: Unit,
    team: Unit,
    citizens: Sequence[Citizen],
    purpose: Purpose = Purpose.ACTIVATE,
    note: str = "",
) -> tuple[HandOver, StockChange]:
    """Make the list; the caller adds the stock, once for all that it changes."""
    if team.kind not in TEAM_KINDS:
        raise DomainError("Danh sách chỉ giao cho tổ.")
    if not stays_open(team):
        raise Conflict(f"{team.name} đã giải thể. Hãy tải lại trang rồi chọn tổ khác.")
    if not citizens:
        raise DomainError("Không còn ai chờ giao ở đây.")
    if len(citizens) > LIST_LIMIT:
        raise DomainError(f"Mỗi danh sách tối đa {vn_number(LIST_LIMIT)} người, hãy chia nhỏ.")
    citizens = lock_citizens(citizen.id for citizen in citizens)
    _check_free(campaign, citizens, purpose)
    if purpose is Purpose.ACTIVATE and any(_bucket(citizen) is None for citizen in citizens):
        raise Conflict("Danh sách chờ giao vừa thay đổi. Hãy tải lại trang rồi giao lại.")
    now = clock.now()
    given = HandOver(
        campaign_id=campaign.id,
        from_unit_id=from_unit.id,
        to_unit_id=team.id,
        purpose=purpose,
        handed_on=clock.today(),
        state=HandOverState.SENT,
        note=note,
        sent_at=now,
        sent_by=actor.user_id if actor else None,
    )
    db.session.add(given)
    db.session.flush()
    _open_items(given, citizens)
    record(
        "list.handed_over",
        actor=actor,
        subject_kind="hand_over",
        subject_id=given.id,
        to_unit_id=team.id,
        count=len(citizens),
        purpose=purpose.value,
    )
    db.session.flush()
    return given, _stock_change(team, citizens, 1)


def _open_items(given: HandOver, citizens: Sequence[Citizen]) -> None:
    rows = [
        {
            "campaign_id": given.campaign_id,
            "hand_over_id": given.id,
            "citizen_id": citizen.id,
            "household_id": citizen.household_id,
            "purpose": given.purpose,
            "holder_unit_id": given.to_unit_id,
            "state": ItemState.OPEN,
            "opened_at": given.sent_at,
            # Whom a team reported as left waits for commune police, not for another visit.
            "done_at": citizen.visit_status_at if _bucket(citizen) in ANSWERED else None,
        }
        for citizen in citizens
    ]
    try:
        db.session.execute(insert(ListItem), rows)
    except IntegrityError as error:
        # Two clerks at once: the database lets one holder through.
        raise Conflict("Có người vừa được giao ở nơi khác. Hãy tải lại trang.") from error


def receive(*, actor: Actor, given: HandOver) -> None:
    """Note that the team has the list: by a person, at a time. Twice is the same success."""
    _lock(given)
    if given.state is HandOverState.ENDED:
        raise Conflict("Danh sách này đã được thu hồi.")
    if given.state is HandOverState.RECEIVED:
        return
    given.state = HandOverState.RECEIVED
    given.received_at = clock.now()
    given.received_by = actor.user_id
    count = db.session.query(ListItem).filter_by(hand_over_id=given.id, state="open").count()
    record("list.received", actor=actor, subject_kind="hand_over", subject_id=given.id, count=count)
    db.session.flush()


def assign(
    *, actor: Actor, given: HandOver, user_id: int | None, hamlet_id: int, alley: str
) -> int:
    """Give the open people of an alley to a member (None: to nobody); returns how many.

    Raises Conflict before the list was received, NotFound when the person is not of the team.
    """
    _lock(given)
    if given.state is not HandOverState.RECEIVED:
        raise Conflict("Hãy nhận danh sách trước khi chia.")
    if user_id is not None and given.to_unit_id not in db.session.scalars(units_open_to(user_id)):
        raise NotFound("Người này không thuộc tổ giữ danh sách.")
    households = select(Household.id).where(
        Household.alley == alley, Household.unit_id == hamlet_id
    )
    part = and_(
        ListItem.hand_over_id == given.id,
        ListItem.state == ItemState.OPEN,
        ListItem.household_id.in_(households),
    )
    lock_citizens(select(ListItem.citizen_id).where(part))
    count: int = db.session.execute(
        update(ListItem)
        .where(part)
        .values(assigned_to=user_id)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    record(
        "list.assigned",
        actor=actor,
        subject_kind="hand_over",
        subject_id=given.id,
        to_user_id=user_id,
        count=count,
    )
    db.session.flush()
    return count


def release_part(*, actor: Actor, user_id: int) -> int:
    """Give what a person may no longer walk back to the whole team; returns how many.

    Without this nobody would see those people where volunteers see only their own part.
    """
    count: int = db.session.execute(
        update(ListItem)
        .where(
            ListItem.assigned_to == user_id,
            ListItem.state == ItemState.OPEN,
            ListItem.holder_unit_id.not_in(units_open_to(user_id)),
        )
        .values(assigned_to=None)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    if count:
        record(
            "list.assigned",
            actor=actor,
            subject_kind="user",
            subject_id=user_id,
            to_user_id=None,
            count=count,
        )
    return count


def set_only_own_part(*, actor: Actor, team: Unit, is_only_own: bool) -> None:
    """Let volunteers of a team see only the part assigned to them, or the whole list."""
    if team.only_own_part == is_only_own:
        return
    team.only_own_part = is_only_own
    record(
        "unit.changed",
        actor=actor,
        subject_kind="unit",
        subject_id=team.id,
        fields=["only_own_part"],
    )
    db.session.flush()


def take_back(*, actor: Actor, campaign: Campaign, given: HandOver, reason: str = "") -> int:
    """Take the people who are not activated back from a team; returns how many.

    Results stay where they were made. The list ends; the activated keep their item closed, so
    that they never wait for a hand-over again. Whom the team reported as left is taken back like
    the others: nobody has confirmed it yet.
    """
    taken, change = _end(actor, given, reason)
    add_stocks(campaign.id, [change])
    return len(taken)


def _end(actor: Actor, given: HandOver, reason: str) -> tuple[list[Citizen], StockChange]:
    """End a list; returns whom it leaves without a holder. The caller adds the stock."""
    _lock(given)
    if given.state is HandOverState.ENDED:
        raise Conflict("Danh sách này đã được thu hồi trước đó.")
    is_open = and_(ListItem.hand_over_id == given.id, ListItem.state == ItemState.OPEN)
    people = lock_citizens(select(ListItem.citizen_id).where(is_open))
    items = select(ListItem).where(is_open).order_by(ListItem.id)
    items = items.execution_options(populate_existing=True)
    taken = [citizen for citizen in people if _bucket(citizen) is not Bucket.ACTIVATED]
    is_taken = {citizen.id for citizen in taken}
    now = clock.now()
    for item in db.session.scalars(items):
        item.state = ItemState.TAKEN_BACK if item.citizen_id in is_taken else ItemState.CLOSED
        item.ended_at = now
        item.ended_by = actor.user_id
        item.end_reason = reason[:60]
    given.state, given.note = HandOverState.ENDED, reason[:60]
    record(
        "list.taken_back",
        actor=actor,
        subject_kind="hand_over",
        subject_id=given.id,
        count=len(taken),
    )
    db.session.flush()
    team = db.session.get_one(Unit, given.to_unit_id)
    return taken, _stock_change(team, people, -1)


def expire(*, given: HandOver, days: int, which: ColumnElement[bool]) -> int:
    """Return the open people of a list that a condition names to whoever gave it; how many.

    Nobody acts: the campaign's setting does. The rest of the list stands; nobody left ends it.
    """
    _lock(given)
    if given.state is HandOverState.ENDED:
        return 0
    wanted = and_(ListItem.hand_over_id == given.id, which)
    people = lock_citizens(select(ListItem.citizen_id).where(wanted))
    # Asked again behind the lock: a result that came meanwhile keeps its person.
    again = select(ListItem.citizen_id).where(wanted)
    ids = set(db.session.scalars(again)) & {citizen.id for citizen in people}
    if not ids:
        return 0
    people = [citizen for citizen in people if citizen.id in ids]
    end_items([citizen.id for citizen in people], EXPIRED)
    is_open = and_(ListItem.hand_over_id == given.id, ListItem.state == ItemState.OPEN)
    if db.session.scalar(select(ListItem.id).where(is_open).limit(1)) is None:
        given.state, given.note = HandOverState.ENDED, EXPIRED
    record(
        "list.expired",
        actor=None,
        subject_kind="hand_over",
        subject_id=given.id,
        count=len(people),
        days=days,
    )
    db.session.flush()
    team = db.session.get_one(Unit, given.to_unit_id)
    add_stocks(given.campaign_id, [_stock_change(team, people, -1)])
    return len(people)


def hand_over_hamlet(
    *, actor: Actor, campaign: Campaign, commune: Unit, hamlet: Unit, team: Unit
) -> list[HandOver]:
    """Hand everybody of a hamlet who waits over to a team: lists of at most 2.000 each.

    Raises NotFound when team and hamlet are not of this commune, DomainError when nobody waits
    (naming who holds the hamlet's people), Conflict when somebody was handed over meanwhile.
    """
    if team.parent_id != commune.id or (hamlet.id != commune.id and hamlet.parent_id != commune.id):
        raise NotFound
    given = []
    while people := list_waiting_citizens(actor.scope, campaign.id, hamlet.id, LIST_LIMIT):
        given.append(
            hand_over(actor=actor, campaign=campaign, from_unit=commune, team=team, citizens=people)
        )
    if not given:
        holders = ", ".join(list_holder_names(campaign.id, hamlet.id))
        held = f" Người ở đây đang do {holders} giữ." if holders else ""
        raise DomainError(f"Không còn ai chờ giao ở đây.{held}")
    return given


def move(*, actor: Actor, campaign: Campaign, given: HandOver, team: Unit) -> HandOver | None:
    """Take a list back and hand whom it leaves to another team; None when all are activated."""
    if team.id == given.to_unit_id:
        raise DomainError("Danh sách đang ở chính tổ này.")
    if team.parent_id != given.from_unit_id:
        raise NotFound
    taken, change = _end(actor, given, "chuyển tổ khác")
    changes, made = [change], None
    if taken:
        from_unit = db.session.get_one(Unit, given.from_unit_id)
        made, change = _give(actor, campaign, from_unit, team, taken)
        changes.append(change)
    add_stocks(campaign.id, changes)
    return made


def end_items(citizen_ids: Sequence[int], reason: str, *, actor: Actor | None = None) -> None:
    """End the open items of people who are no longer on the work list: nobody holds them."""
    db.session.execute(
        update(ListItem)
        .where(
            ListItem.citizen_id.in_(citizen_ids),
            ListItem.purpose == Purpose.ACTIVATE,
            ListItem.state == ItemState.OPEN,
        )
        .values(
            state=ItemState.TAKEN_BACK,
            ended_at=clock.now(),
            ended_by=actor.user_id if actor else None,
            end_reason=reason,
        )
        .execution_options(synchronize_session="fetch")
    )


def touch_item(item: ListItem, *, is_done: bool, at: datetime) -> None:
    """Note on an item that its person has a final result, or (after an undo) has none."""
    item.done_at = at if is_done else None
