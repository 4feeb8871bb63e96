""" "Nhập thay": a filled-in paper walk list, typed in list order by a leader or the police."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.exc import NoResultFound

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.documents.models import Document
from vneid_field.documents.services import normal_code
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import list_walk_items
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.models import Citizen, Household
from vneid_field.people.queries import lock_citizens
from vneid_field.people.rules import mask_citizen_id
from vneid_field.units.models import Unit
from vneid_field.visits.forms import PHONE_YEARS, read_visit
from vneid_field.visits.given import Recorded, VisitInput
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.repeats import list_own_events
from vneid_field.visits.services import record_visit

_LINE = re.compile(r"outcome-(\d{1,9})")
PAGE = 30
LEFT_THE_LIST = "Người này không còn trong danh sách."
# In the order of the paper's boxes, then the rest.
TYPED_OUTCOMES = (
    Outcome.ACTIVATED_APP,
    Outcome.ACTIVATED_WEB,
    Outcome.ALREADY_ACTIVATED,
    Outcome.NOBODY_HOME,
    Outcome.ABSENT,
    Outcome.REVISIT,
    Outcome.PHONE_MISMATCH,
    Outcome.NO_PHONE_OR_SIM,
    Outcome.REFUSED,
    Outcome.OTP_NOT_RECEIVED,
    Outcome.DEVICE_UNSUPPORTED,
    Outcome.CANNOT_SELF_OPERATE,
    Outcome.SYSTEM_ERROR,
    Outcome.NOT_APPROVED,
    Outcome.DATA_MISMATCH,
    Outcome.MOVED_OUT,
    Outcome.DECEASED,
    Outcome.DUPLICATE,
)


@dataclass(frozen=True)
class PaperRow:
    """A line of the paper; `uuid` makes a second click the same success.

    `number` is None for somebody who is not on the paper; `is_gone`: on the paper, but taken off
    the list since.
    """

    number: int | None
    item: ListItem
    citizen: Citizen
    household: Household
    hamlet: Unit
    uuid: str
    is_gone: bool = False

    @property
    def masked_id(self) -> str:
        """The id number as the paper shows it."""
        return mask_citizen_id(self.citizen.citizen_id)


def paper_rows(given: HandOver, numbers: Mapping[int, int] | None = None) -> list[PaperRow]:
    """Return the list's unfinished people in the order and with the numbers of the paper.

    `numbers`: those of a printed paper by citizen id; without them as one printed now. The
    finished keep their numbers; who was taken off since keeps the line; who is on the list but
    not on the paper comes last. Nothing is left when nobody can be typed in.
    """
    everybody = list_walk_items(given)
    if numbers is None:
        numbers = {row[0].citizen_id: n for n, row in enumerate(everybody, start=1)}
    rows = [
        PaperRow(numbers.get(row[0].citizen_id), *row, str(uuid4()))
        for row in everybody
        if row[0].done_at is None
    ]
    if not rows:
        return []
    known = {row[0].citizen_id for row in everybody}
    for row in list_walk_items(given, is_open=False):
        number = numbers.get(row[0].citizen_id)
        if number is not None and row[0].citizen_id not in known:
            rows.append(PaperRow(number, *row, "", is_gone=True))
    return sorted(rows, key=lambda row: (row.number is None, row.number or 0))


def pick_paper(papers: Sequence[Document], code: str) -> Document | None:
    """Return the paper of a code, however it was typed; the newest without one.

    Raises NotFound for a code that is of none of them.
    """
    if not code:
        return papers[0] if papers else None
    wanted = normal_code(code)
    found = next((paper for paper in papers if paper.code == wanted), None)
    if found is None:
        raise NotFound("Không có tờ giấy nào của danh sách này mang mã ấy.")
    return found


def usual_walk(now: datetime) -> tuple[str, str]:
    """Return the day and hour a paper was probably walked, as form values: never after `now`."""
    if now.hour >= 17:
        return now.date().isoformat(), "17:00"
    if now.hour >= 8:
        return now.date().isoformat(), "08:00"
    return (now.date() - timedelta(days=1)).isoformat(), "17:00"


def walked_instant(day: str, hour: str) -> datetime:
    """Return when the team walked, as written on the paper; raises DomainError."""
    try:
        there = datetime.fromisoformat(f"{day}T{hour or '17:00'}").replace(tzinfo=clock.TZ)
    except ValueError:
        raise DomainError("Hãy ghi ngày, giờ tổ đã đi theo tờ giấy.") from None
    if there.year not in PHONE_YEARS or there > clock.now():
        raise DomainError("Ngày, giờ đi không đúng: không được sau lúc này.")
    return there


def save_paper(
    *,
    actor: Actor,
    campaign: Campaign,
    given: HandOver,
    form: Mapping[str, str],
    walked_at: datetime,
    performed_by: int | None,
) -> tuple[list[Recorded], dict[int, str]]:
    """Record each line that has a result: a savepoint and an answer per line.

    Fields end in "-<citizen id>". Returns what was recorded and, per citizen id, the sentence
    for a line that could not be: somebody who is not on this list any more is such a line,
    unless this very line was saved before.
    """
    recorded, failures = [], {}
    held = {item.citizen_id for item, *_rest in list_walk_items(given)}
    filled = list(_filled_lines(form))
    sent = {form.get(f"uuid-{one}", "") for one in filled if one not in held}
    held |= {
        event.citizen_id
        for event in list_own_events(actor, campaign.id, sent)
        if form.get(f"uuid-{event.citizen_id}") == event.uuid
    }
    lock_citizens([one for one in filled if one in held])  # all at once, as for a household
    for citizen_id in filled:
        if citizen_id not in held:
            failures[citizen_id] = LEFT_THE_LIST
            continue
        try:
            with db.session.begin_nested():
                recorded.append(
                    record_visit(
                        actor=actor,
                        campaign=campaign,
                        citizen_id=citizen_id,
                        given=_typed(form, citizen_id, walked_at),
                        performed_by=performed_by,
                    )
                )
        except DomainError as error:
            failures[citizen_id] = error.message
        except NoResultFound:  # outside the typist's part
            failures[citizen_id] = LEFT_THE_LIST
    return recorded, failures


def _filled_lines(form: Mapping[str, str]) -> list[int]:
    """Return the citizen ids of the lines that have a result."""
    found = (_LINE.fullmatch(name) for name, value in form.items() if value)
    return [int(match[1]) for match in found if match]


def _typed(form: Mapping[str, str], citizen_id: int, walked_at: datetime) -> VisitInput:
    read = read_visit(form, suffix=f"-{citizen_id}", is_typed_in=True)
    # The paper's time stands for the device's; typed on the server there is no skew.
    return VisitInput(
        uuid=read.uuid,
        outcome=read.outcome,
        sub_reason=read.sub_reason,
        note=read.note,
        next_visit_at=read.next_visit_at,
        new_phone=read.new_phone,
        device_at=walked_at,
        device_sent_at=clock.now(),
        is_typed_in=True,
    )
