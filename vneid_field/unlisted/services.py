"""Taking a person outside the list down; matching, handing over, refusing by commune police."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError, NoResultFound

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.core.text import vn_day, vn_time
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import Purpose
from vneid_field.people.intake import id_index, phone_index
from vneid_field.people.models import Citizen
from vneid_field.people.queries import lock_citizens
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.unlisted import queries
from vneid_field.unlisted.kinds import Place, UnlistedState
from vneid_field.unlisted.models import UnlistedPerson
from vneid_field.unlisted.rules import OUTCOMES, has_left, may_match
from vneid_field.visits.given import VisitInput
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import list_events_and_namesake
from vneid_field.visits.rules import NOTE_LIMIT, Times, body_digest
from vneid_field.visits.services import append_event, record_visit, refold

REASON_LIMIT = 300


@dataclass(frozen=True)
class TakenDown:
    """What the phone sends: checked numbers (12 digits; a mobile or None) and what was found."""

    uuid: str
    full_name: str
    citizen_id: str
    phone: str | None
    place: Place
    outcome: Outcome
    note: str = ""
    household_id: int | None = None

    @property
    def digest(self) -> str:
        """Digest of the body: numbers by their blind index, or a reader could try them all."""
        return body_digest(
            {
                "full_name": self.full_name,
                "citizen_id": id_index(self.citizen_id).hex(),
                "phone": (phone_index(self.phone) or b"").hex(),
                "place": self.place,
                "outcome": self.outcome,
                "note": self.note,
                "household_id": self.household_id,
            }
        )


def take_down(
    *, actor: Actor, campaign: Campaign, given: TakenDown
) -> tuple[UnlistedPerson, VisitEvent | None]:
    """Take a person down for the queue of the team's commune; the same tap twice is one person.

    Whom the team holds itself is recorded at once, as at the door; the second value is that visit.
    Whoever sends it reads the same answer in each case. Raises Conflict when the same tap came
    with another body, DomainError for a result that does not go without a list.
    """
    known = queries.find_by_uuid(given.uuid)
    if known is not None:
        return _repeat(actor, given, known), None
    if given.outcome not in OUTCOMES:
        raise DomainError("Kết quả này chỉ ghi được cho người trong danh sách.")
    if len(given.note) > NOTE_LIMIT:
        raise DomainError(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.")
    row = _new_row(actor, campaign, given)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict("Người này đang được ghi. Hãy tải lại trang để xem.") from error
    record(
        "unlisted.taken",
        actor=actor,
        subject_kind="unlisted",
        subject_id=row.id,
        outcome=row.outcome.value,
        place=row.place.value,
    )
    visit = _record_own(actor, campaign, row)
    db.session.flush()
    return row, visit


def _repeat(actor: Actor, given: TakenDown, known: UnlistedPerson) -> UnlistedPerson:
    if known.body_digest != given.digest or known.taken_by != actor.user_id:
        raise Conflict("Lần bấm này đã được lưu với nội dung khác. Hãy mở phiếu mới rồi ghi lại.")
    return known


def _new_row(actor: Actor, campaign: Campaign, given: TakenDown) -> UnlistedPerson:
    team = db.session.get_one(Unit, actor.unit.unit_id)
    commune = db.session.get_one(Unit, team.parent_id)
    if commune.kind is not UnitKind.COMMUNE:  # a district's support team: nobody would read it
        raise DomainError(
            "Tổ hỗ trợ ghi kết quả tại mục Vắng mặt, không ghi người ngoài danh sách."
        )
    return UnlistedPerson(
        uuid=given.uuid,
        body_digest=given.digest,
        campaign_id=campaign.id,
        team_id=team.id,
        commune_id=commune.id,
        unit_path=commune.path,
        full_name=given.full_name,
        citizen_id=given.citizen_id,
        citizen_id_index=id_index(given.citizen_id),
        phone=given.phone,
        phone_index=phone_index(given.phone),
        place=given.place,
        household_id=given.household_id,
        outcome=given.outcome,
        note=given.note,
        taken_at=clock.now(),
        taken_by=actor.user_id,
        counted_on=clock.today(),
        state=UnlistedState.WAITING,
    )


def _record_own(actor: Actor, campaign: Campaign, row: UnlistedPerson) -> VisitEvent | None:
    """Whom the team holds is on its list after all: no case for the police."""
    citizen_id = queries.find_own_citizen(actor.scope, campaign.id, row.citizen_id_index)
    if citizen_id is None:
        return None
    visit = VisitInput(uuid=row.uuid, outcome=row.outcome, note=row.note)
    try:
        with db.session.begin_nested():
            done = record_visit(actor=actor, campaign=campaign, citizen_id=citizen_id, given=visit)
    except (DomainError, NoResultFound):
        return None  # the list went in this moment: police decide
    row.state, row.matched_citizen_id, row.decided_at = (
        UnlistedState.MATCHED,
        citizen_id,
        clock.now(),
    )
    return None if done.is_repeat else done.event


class PassedOn(Conflict):
    """The case is another commune's now; a colleague, or an earlier press, passed it on."""

    def __init__(self, row: UnlistedPerson) -> None:
        super().__init__(
            f"Trường hợp này đã được chuyển cho Công an {row.commune.name}: nơi đó xử lý. Xem ở "
            "mục Đã chuyển đi."
        )
        self.row = row


def _open(actor: Actor, campaign: Campaign, unlisted_id: int) -> UnlistedPerson:
    """Return a case of the scope, locked; raises PassedOn, NoResultFound when it never was."""
    try:
        return queries.get_unlisted(actor.scope, campaign.id, unlisted_id, to_write=True)
    except NoResultFound:
        row = queries.find_handed(actor.scope, campaign.id, unlisted_id)
        if row is None:
            raise
        raise PassedOn(row) from None


def match(
    *, actor: Actor, campaign: Campaign, unlisted_id: int
) -> tuple[UnlistedPerson, VisitEvent | None]:
    """Count a result for the citizen who bears the number: the team's work, on its day.

    The same act twice is the same success; the second value is the new visit. Raises NoResultFound
    outside the scope, DomainError when no citizen of the scope bears the number, Conflict when it
    was refused before or the application is not approved.
    """
    row = _open(actor, campaign, unlisted_id)
    if row.state is UnlistedState.MATCHED:
        return row, None
    _check_waiting(row)
    found = queries.find_matches(actor.scope, [row.citizen_id_index]).get(row.citizen_id_index)
    if found is None or found.citizen is None:
        raise DomainError(
            "Chưa có ai trong danh sách của địa bàn mang số này. Nạp danh sách mới rồi khớp, "
            "chuyển cho nơi cư trú, hoặc ghi lý do không tính."
        )
    (citizen,) = lock_citizens([found.citizen.id])
    _check_citizen(citizen)
    visit = _count(actor, campaign, row, citizen)
    _decide(actor, row, UnlistedState.MATCHED)
    row.matched_citizen_id = citizen.id
    record(
        "unlisted.matched",
        actor=actor,
        subject_kind="unlisted",
        subject_id=row.id,
        citizen_id=citizen.id,
        team_id=row.team_id,
    )
    db.session.flush()
    return row, visit


def _check_citizen(citizen: Citizen) -> None:
    if has_left(citizen.application_state):
        raise Conflict(
            "Người này đã được đưa ra khỏi danh sách. Nếu nhầm, sửa trạng thái ở trang công dân "
            "rồi khớp."
        )
    if not may_match(citizen.application_state):
        raise Conflict(
            "Hồ sơ của người này chưa được phê duyệt nên chưa tính được. Khi danh sách mới ghi đã "
            "phê duyệt thì khớp."
        )


def _count(
    actor: Actor, campaign: Campaign, row: UnlistedPerson, citizen: Citizen
) -> VisitEvent | None:
    """Append the team's visit as of the day it was made; whoever holds the person is told of it."""
    events, namesake = list_events_and_namesake(citizen.id, campaign.id, row.uuid)
    if namesake is not None:
        return None
    event = append_event(
        actor,
        campaign,
        citizen,
        VisitInput(uuid=row.uuid, outcome=row.outcome, note=row.note),
        Times(0, row.taken_at, row.counted_on, is_skew_flagged=False),
        row.team_id,
        row.taken_by,
        recorded_by=row.taken_by,
    )
    item = find_holder(campaign.id, citizen.id, Purpose.ACTIVATE)
    refold(campaign.id, citizen, item, events, event)
    return event


def hand_over(
    *, actor: Actor, campaign: Campaign, unlisted_id: int, commune: Unit, reason: str
) -> UnlistedPerson:
    """Pass a result on to the police of the commune where the person lives; it waits there.

    The same act twice is the same success. Raises NoResultFound outside the scope, Conflict when
    it is decided or was passed on to another commune before.
    """
    reason = reason.strip()[:REASON_LIMIT]
    try:
        row = _open(actor, campaign, unlisted_id)
    except PassedOn as gone:
        if gone.row.commune_id == commune.id and gone.row.reason == reason:
            return gone.row
        raise
    _check_waiting(row)
    if commune.id == row.commune_id:
        raise DomainError("Trường hợp này đang ở chính phường, xã này.")
    row.handed_from_id, row.commune_id = row.commune_id, commune.id
    row.unit_path, row.reason = commune.path, reason
    record(
        "unlisted.handed_over",
        actor=actor,
        subject_kind="unlisted",
        subject_id=row.id,
        to_unit_id=commune.id,
    )
    db.session.flush()
    return row


def reject(*, actor: Actor, campaign: Campaign, unlisted_id: int, reason: str) -> UnlistedPerson:
    """Do not count a result, with the reason that the team reads."""
    row = _open(actor, campaign, unlisted_id)
    if row.state is UnlistedState.REJECTED and row.reason == reason.strip()[:REASON_LIMIT]:
        return row
    _check_waiting(row)
    if not reason.strip():
        raise DomainError("Hãy ghi vì sao không tính, để tổ biết.")
    _decide(actor, row, UnlistedState.REJECTED)
    row.reason = reason.strip()[:REASON_LIMIT]
    record("unlisted.rejected", actor=actor, subject_kind="unlisted", subject_id=row.id)
    db.session.flush()
    return row


def reveal(*, actor: Actor, campaign: Campaign, unlisted_id: int, field: str) -> str:
    """Return a full number of a person of the queue: an explicit, audited act (section 15)."""
    row = queries.get_unlisted(actor.scope, campaign.id, unlisted_id)
    values = {"citizen_id": row.citizen_id, "phone": row.phone}
    if field not in values:
        raise DomainError("Không có mục này.")
    record(
        "unlisted.number_revealed",
        actor=actor,
        subject_kind="unlisted",
        subject_id=row.id,
        field=field,
    )
    db.session.flush()
    return values[field] or ""


def _decide(actor: Actor, row: UnlistedPerson, state: UnlistedState) -> None:
    row.state, row.decided_at, row.decided_by = state, clock.now(), actor.user_id


def _check_waiting(row: UnlistedPerson) -> None:
    if row.state is UnlistedState.PURGED:
        raise Conflict("Dữ liệu của trường hợp này đã xóa theo hạn sau chiến dịch.")
    if row.state is UnlistedState.WAITING or row.decided_at is None:
        return
    at = clock.to_local(row.decided_at)
    what = "được khớp" if row.state is UnlistedState.MATCHED else "bị từ chối"
    raise Conflict(f"Trường hợp này đã {what} lúc {vn_time(at)} ngày {vn_day(at.date())}.")
