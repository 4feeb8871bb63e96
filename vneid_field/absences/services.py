"""Passing cases on: receipts, sending up, assigning, returning to the team, taking over."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from sqlalchemy import select

from vneid_field.absences import queries
from vneid_field.absences.following import add_hop, close
from vneid_field.absences.kinds import CloseReason, Leave, Stage
from vneid_field.absences.limits import tries_of
from vneid_field.absences.models import AbsenceHop
from vneid_field.absences.queries import CaseLine
from vneid_field.absences.rules import NOTE_LIMIT, PLACE_LIMIT, may_go
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import vn_date
from vneid_field.extensions import db
from vneid_field.lists.queries import holds_open_items
from vneid_field.people.queries import lock_citizens
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, stays_open
from vneid_field.units.rules import TEAM_KINDS, UnitKind

MOVED = "Trường hợp này vừa được chuyển hoặc đã kết thúc. Hãy tải lại trang."
ACCEPT_FIRST = "Nơi khác đề nghị đơn vị bạn nhận: hãy bấm Nhận trước khi chuyển tiếp."
TAKES_OVER = (UnitKind.COMMUNE, UnitKind.DISTRICT)
# Where a case goes up from a stage.
_UP = {
    Stage.FOUND: Stage.COMMUNE,
    Stage.BACK: Stage.COMMUNE,
    Stage.COMMUNE: Stage.DISTRICT,
    Stage.ELSEWHERE: Stage.DISTRICT,
}


def lock_cases(actor: Actor, campaign: Campaign, case_ids: Collection[int]) -> list[CaseLine]:
    """Lock the people of these cases, then return the cases as they are now.

    Raises Conflict when all of them went or were closed, NotFound when the scope never saw one.
    Everything that moves or closes a case has locked its person before, so nothing moves it
    meanwhile.
    """
    people = queries.list_case_citizens(actor.scope, campaign.id, case_ids)
    if not people:
        if queries.was_held(actor.scope, campaign.id, case_ids):
            raise Conflict(MOVED)
        raise NotFound
    lock_citizens(people)
    lines = queries.list_chosen(actor.scope, campaign.id, case_ids)
    if not lines:
        raise Conflict(MOVED)
    return lines


def holds(actor: Actor, line: CaseLine) -> bool:
    """Say whether the actor's unit has the case, or stands right above the unit that has it."""
    return actor.unit.unit_id in (line.holder.id, line.holder.parent_id)


def _own(actor: Actor, lines: Sequence[CaseLine]) -> list[CaseLine]:
    """Return the cases that the actor's unit may act on; raises Conflict naming who has them."""
    found = [line for line in lines if holds(actor, line)]
    if not found:
        names = ", ".join(sorted({line.holder.name for line in lines})[:3])
        raise Conflict(f"Trường hợp này đang do {names} giữ, đơn vị bạn chưa xử lý được.")
    return found


def receive(*, actor: Actor, campaign: Campaign, case_ids: Collection[int]) -> int:
    """Note that the actor's unit has these cases (the receipt); returns how many are new.

    For a case offered by another locality this is the acceptance. Twice is the same success.
    """
    lines = lock_cases(actor, campaign, case_ids)
    mine = [line for line in lines if line.holder.id == actor.unit.unit_id]
    if not mine:
        raise Conflict(MOVED)
    return _note_receipt(actor, mine)


def _note_receipt(actor: Actor, lines: Sequence[CaseLine]) -> int:
    fresh = [line for line in lines if line.hop.received_at is None]
    for line in fresh:
        line.hop.received_at, line.hop.received_by = clock.now(), actor.user_id
        record(
            "absence.received",
            actor=actor,
            subject_kind="absence_case",
            subject_id=line.case.id,
        )
    db.session.flush()
    return len(fresh)


def send_up(
    *,
    actor: Actor,
    campaign: Campaign,
    case_ids: Collection[int],
    note: str = "",
    seen: int | None = None,
) -> int:
    """Send cases to the unit right above: a team to the commune, a commune to the district.

    The unit above may fetch what a late unit has not sent. `seen`: the newest hop the page knew;
    a case that moved since goes no further. Returns how many went up.
    """
    return _pass_on(actor, campaign, case_ids, _up, note, seen)


def _up(line: CaseLine) -> tuple[Stage, int] | None:
    stage, above = _UP.get(line.hop.stage), line.holder.parent_id
    return (stage, above) if stage is not None and above is not None else None


def send_found(*, actor: Actor, campaign: Campaign) -> int:
    """Send a team's absentees that are not sent yet to commune police; none is no error."""
    wanted = queries.Wanted(stages=(Stage.FOUND,), unit_id=actor.unit.unit_id)
    ids = [line.case.id for line in queries.list_cases(actor.scope, campaign.id, wanted)]
    return send_up(actor=actor, campaign=campaign, case_ids=ids) if ids else 0


def assign(
    *,
    actor: Actor,
    campaign: Campaign,
    case_ids: Collection[int],
    team_id: int,
    note: str = "",
    seen: int | None = None,
) -> int:
    """Give cases to a support team (or another team) right below the actor's unit."""
    team = get_unit(actor.scope, team_id)
    if team.parent_id != actor.unit.unit_id or team.kind not in TEAM_KINDS or not stays_open(team):
        raise NotFound
    return _pass_on(actor, campaign, case_ids, lambda _line: (Stage.WORK, team.id), note, seen)


def give_back(
    *,
    actor: Actor,
    campaign: Campaign,
    case_ids: Collection[int],
    back_on: date | None,
    note: str,
    seen: int | None = None,
) -> int:
    """Return cases to the team that found the people absent, for the day they come home."""
    lines = _own(actor, lock_cases(actor, campaign, case_ids))
    check_return(campaign, back_on)
    for team_id in sorted({line.case.team_id for line in lines}):
        team = db.session.get_one(Unit, team_id)
        if not stays_open(team):
            raise Conflict(f"{team.name} đã giải thể: hãy giao tổ khác hoặc kết thúc.")

    def to_team(line: CaseLine) -> tuple[Stage, int]:
        return Stage.BACK, line.case.team_id

    return _pass_on(actor, campaign, case_ids, to_team, note, seen, back_on=back_on)


def check_return(campaign: Campaign, back_on: date | None) -> None:
    """Raise DomainError for a day on which nobody can return to be met."""
    if back_on is None or back_on < clock.today():
        raise DomainError("Hãy chọn ngày về, từ hôm nay trở đi.")
    if back_on > campaign.ends_on:
        raise DomainError(f"Chiến dịch kết thúc ngày {vn_date(campaign.ends_on)}: ngày về sau đó.")


def offer_elsewhere(
    *,
    actor: Actor,
    campaign: Campaign,
    case_ids: Collection[int],
    unit_id: int,
    note: str,
    seen: int | None = None,
) -> int:
    """Ask a commune or district of the tree, where the people are staying, to take over."""
    lock_cases(actor, campaign, case_ids)
    unit = get_unit(EVERYTHING, unit_id)
    if unit.kind not in TAKES_OVER or not unit.is_active:
        raise NotFound
    if unit.id == actor.unit.unit_id:
        raise DomainError("Đây là đơn vị của bạn. Hãy chọn nơi người dân đang ở.")
    if not note.strip():
        raise DomainError("Hãy ghi người dân đang ở đâu, để nơi nhận tìm được.")
    return _pass_on(actor, campaign, case_ids, lambda _line: (Stage.ELSEWHERE, unit.id), note, seen)


def decline(*, actor: Actor, campaign: Campaign, case_id: int, note: str) -> None:
    """Send an offer that nobody has accepted back where it came from, with a reason.

    By who was asked, or by who asked: an offer to a wrong place waits there for nobody.
    """
    line = lock_cases(actor, campaign, [case_id])[0]
    hop = line.hop
    is_offer = hop.stage is Stage.ELSEWHERE and hop.received_at is None
    if not is_offer or actor.unit.unit_id not in (hop.unit_id, hop.from_unit_id):
        raise Conflict(MOVED)
    if not note.strip():
        raise DomainError("Hãy ghi lý do ở ô ghi chú.")
    before = queries.find_hop_before(hop)
    back = add_hop(
        line.case,
        hop,
        before.stage,
        before.unit_id,
        actor=actor,
        left_as=Leave.DECLINED if hop.unit_id == actor.unit.unit_id else Leave.RECALLED,
        note=note.strip()[:NOTE_LIMIT],
    )
    if before.stage is Stage.ELSEWHERE:  # taken over before: what comes back is no new offer
        back.received_at, back.received_by = clock.now(), before.received_by
    _record_move(actor, line.case.id, before.stage, before.unit_id)
    db.session.flush()


def close_cases(
    *,
    actor: Actor,
    campaign: Campaign,
    case_ids: Collection[int],
    reason: CloseReason | None,
    place: str = "",
    seen: int | None = None,
) -> int:
    """Close cases with the reason that holds; raises DomainError when it does not hold."""
    lines = _own(actor, lock_cases(actor, campaign, case_ids))
    lines = [line for line in lines if not _is_newer(line, seen)]
    if not lines:
        raise Conflict(MOVED)
    if reason is None:
        raise DomainError("Hãy chọn vì sao kết thúc.")
    if not all(map(_is_received, lines)):
        raise Conflict(ACCEPT_FIRST)
    for line in lines:
        check_close(campaign, line, reason, place)
    own = [line for line in lines if line.holder.id == actor.unit.unit_id]
    _note_receipt(actor, own)
    for line in lines:
        close(
            actor=actor,
            case=line.case,
            hop=line.hop,
            reason=reason,
            place=place.strip()[:PLACE_LIMIT],
        )
    return len(lines)


def check_close(campaign: Campaign, line: CaseLine, reason: CloseReason, place: str) -> None:
    """Raise DomainError when a case may not be closed for this reason."""
    if reason is CloseReason.UNREACHABLE:
        if line.case.tries < tries_of(campaign):
            raise DomainError(
                f"Mới liên hệ {line.case.tries} lần: đủ {tries_of(campaign)} lần không gặp mới ghi "
                "Không liên lạc được."
            )
    elif reason is CloseReason.OUTSIDE:
        if not place.strip():
            raise DomainError("Hãy ghi nơi người dân đang ở ngoài thành phố.")
    elif reason is CloseReason.MET:
        if not line.is_met:
            raise DomainError("Chưa có kết quả nào sau lần vắng mặt: người này chưa được gặp.")
    elif reason is not CloseReason.DUPLICATE or line.hop.stage not in (
        Stage.COMMUNE,
        Stage.DISTRICT,
    ):
        raise DomainError("Lý do kết thúc này không chọn tay được.")


def _pass_on(
    actor: Actor,
    campaign: Campaign,
    case_ids: Collection[int],
    goal: Callable[[CaseLine], tuple[Stage, int] | None],
    note: str,
    seen: int | None,
    back_on: date | None = None,
) -> int:
    """Move what may go; returns how many. What went already by the same hand is no error."""
    lines = lock_cases(actor, campaign, case_ids)
    repeated = [line for line in lines if _went_already(actor, line, goal, seen)]
    fresh = [line for line in lines if line not in repeated]
    if not fresh:
        return 0
    moved = 0
    mine = [line for line in _own(actor, fresh) if not _is_newer(line, seen)]
    for line in mine:
        to = goal(line)
        if to is None or not may_go(line.hop.stage, to[0], is_received=_is_received(line)):
            continue
        if line.holder.id == actor.unit.unit_id and line.hop.received_at is None:
            line.hop.received_at, line.hop.received_by = clock.now(), actor.user_id
        line.case.back_on = back_on or line.case.back_on
        hop = add_hop(line.case, line.hop, *to, actor=actor, note=note.strip()[:NOTE_LIMIT])
        if hop.unit_id == actor.unit.unit_id:  # fetched by who stands above
            hop.received_at, hop.received_by = clock.now(), actor.user_id
        moved += 1
        _record_move(actor, line.case.id, *to)
    if not moved:
        raise Conflict(MOVED if all(map(_is_received, mine)) else ACCEPT_FIRST)
    db.session.flush()
    return moved


def _is_received(line: CaseLine) -> bool:
    return line.hop.stage is not Stage.ELSEWHERE or line.hop.received_at is not None


def _is_newer(line: CaseLine, seen: int | None) -> bool:
    """Say whether a case moved after the page was drawn: what was chosen was another step."""
    return seen is not None and line.hop.id > seen


def _went_already(
    actor: Actor,
    line: CaseLine,
    goal: Callable[[CaseLine], tuple[Stage, int] | None],
    seen: int | None,
) -> bool:
    """A second press of the button: the case is where this person sent it, and nobody saw it."""
    hop, to = line.hop, goal(line)
    if hop.sent_by != actor.user_id:
        return False
    if goal is _up and _is_newer(line, seen):  # the first press fetched it here
        return hop.stage in _UP.values()
    if to is None:  # it went up as far as it goes
        return hop.stage is Stage.DISTRICT and hop.from_unit_id == actor.unit.unit_id
    if hop.stage is Stage.WORK:
        return (hop.stage, hop.unit_id) == to
    return hop.unit_id != actor.unit.unit_id and (hop.stage, hop.unit_id) == to


def _record_move(actor: Actor, case_id: int, stage: Stage, unit_id: int) -> None:
    """One event a case, however many go at once: its whole way is read in the viewer."""
    record(
        "absence.moved",
        actor=actor,
        subject_kind="absence_case",
        subject_id=case_id,
        to_unit_id=unit_id,
        stage=stage.value,
    )


def unit_is_busy(unit_id: int) -> bool:
    """Say whether a unit holds an open list item or an open case: it cannot be closed then."""
    query = select(AbsenceHop.id).where(AbsenceHop.unit_id == unit_id, AbsenceHop.left_at.is_(None))
    return holds_open_items(unit_id) or db.session.scalar(query.limit(1)) is not None
