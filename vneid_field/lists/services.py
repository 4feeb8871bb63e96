"""Hand-over: sent, received, split, taken back; one holder per citizen and purpose."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
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
from vneid_field.figures.stocks import bucket_of
from vneid_field.lists.hand_over_queries import list_waiting_citizens
from vneid_field.lists.kinds import LIST_LIMIT, HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

FINAL_BUCKETS = (Bucket.ACTIVATED, Bucket.LEFT)


def _bucket_counts(citizens: Iterable[Citizen], sign: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for citizen in citizens:
        bucket = bucket_of(citizen.application_state, citizen.visit_status)
        if bucket is not None:
            counts[bucket.value] = counts.get(bucket.value, 0) + sign
    return counts


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
    if team.kind not in (UnitKind.TEAM, UnitKind.SUPPORT_TEAM):
        raise DomainError("Danh sách chỉ giao cho tổ.")
    if not citizens:
        raise DomainError("Không còn ai chờ giao ở đây.")
    if len(citizens) > LIST_LIMIT:
        raise DomainError(f"Mỗi danh sách tối đa {vn_number(LIST_LIMIT)} người, hãy chia nhỏ.")
    _check_free(campaign, citizens, purpose)
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
    _add_holder_stock(campaign, team, _bucket_counts(citizens, 1))
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
    return given


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
        }
        for citizen in citizens
    ]
    try:
        db.session.execute(insert(ListItem), rows)
    except IntegrityError as error:
        # Two clerks at once: the database lets one holder through.
        raise Conflict("Có người vừa được giao ở nơi khác. Hãy tải lại trang.") from error


def _add_holder_stock(campaign: Campaign, team: Unit, changes: dict[str, int]) -> None:
    add_stocks(campaign.id, [StockChange(HOLDER, team.id, team.path, changes)])


def receive(*, actor: Actor, given: HandOver) -> None:
    """Note that the team has the list: by a person, at a time. Twice is the same success."""
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
    """Give the open people of an alley to a member (None: to nobody); returns how many."""
    if given.state is not HandOverState.RECEIVED:
        raise Conflict("Hãy nhận danh sách trước khi chia.")
    households = select(Household.id).where(
        Household.alley == alley, Household.unit_id == hamlet_id
    )
    count: int = db.session.execute(
        update(ListItem)
        .where(
            ListItem.hand_over_id == given.id,
            ListItem.state == ItemState.OPEN,
            ListItem.household_id.in_(households),
        )
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
    """Take the people without a final result back from a team; returns how many.

    Results stay where they were made. The list ends; people with a final result keep their item
    closed, so that they never wait for a hand-over again.
    """
    if given.state is HandOverState.ENDED:
        raise Conflict("Danh sách này đã được thu hồi trước đó.")
    rows = db.session.execute(
        select(ListItem, Citizen)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(ListItem.hand_over_id == given.id, ListItem.state == ItemState.OPEN)
    ).all()
    now = clock.now()
    taken = 0
    for item, citizen in rows:
        is_final = bucket_of(citizen.application_state, citizen.visit_status) in FINAL_BUCKETS
        item.state = ItemState.CLOSED if is_final else ItemState.TAKEN_BACK
        item.ended_at = now
        item.ended_by = actor.user_id
        item.end_reason = reason[:60]
        taken += not is_final
    team = db.session.get_one(Unit, given.to_unit_id)
    _add_holder_stock(campaign, team, _bucket_counts([c for _i, c in rows], -1))
    given.state = HandOverState.ENDED
    record(
        "list.taken_back", actor=actor, subject_kind="hand_over", subject_id=given.id, count=taken
    )
    db.session.flush()
    return taken


def hand_over_hamlet(
    *, actor: Actor, campaign: Campaign, commune: Unit, hamlet: Unit, team: Unit
) -> list[HandOver]:
    """Hand everybody of a hamlet who waits over to a team: lists of at most 2.000 each.

    Raises NotFound when team and hamlet are not of this commune, DomainError when nobody waits.
    """
    if team.parent_id != commune.id or (hamlet.id != commune.id and hamlet.parent_id != commune.id):
        raise NotFound
    given = []
    while people := list_waiting_citizens(actor.scope, campaign.id, hamlet.id, LIST_LIMIT):
        given.append(
            hand_over(actor=actor, campaign=campaign, from_unit=commune, team=team, citizens=people)
        )
    if not given:
        raise DomainError("Không còn ai chờ giao ở đây.")
    return given


def move(*, actor: Actor, campaign: Campaign, given: HandOver, team: Unit) -> HandOver | None:
    """Take a list back and hand its unfinished people to another team; None when all are done."""
    if team.id == given.to_unit_id:
        raise DomainError("Danh sách đang ở chính tổ này.")
    if team.parent_id != given.from_unit_id:
        raise NotFound
    rows = db.session.scalars(
        select(Citizen)
        .join(ListItem, ListItem.citizen_id == Citizen.id)
        .where(ListItem.hand_over_id == given.id, ListItem.state == ItemState.OPEN)
    ).all()
    people = [
        c for c in rows if bucket_of(c.application_state, c.visit_status) not in FINAL_BUCKETS
    ]
    take_back(actor=actor, campaign=campaign, given=given, reason="chuyển tổ khác")
    if not people:
        return None
    return hand_over(
        actor=actor,
        campaign=campaign,
        from_unit=db.session.get_one(Unit, given.from_unit_id),
        team=team,
        citizens=people,
    )


def touch_item(item: ListItem, *, is_done: bool, at: datetime) -> None:
    """Note on an item that its person has a final result, or (after an undo) has none."""
    item.done_at = at if is_done else None
