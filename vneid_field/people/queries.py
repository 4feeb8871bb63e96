"""Reading households and citizens of the scope."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from vneid_field.core.access import Scope
from vneid_field.core.database import one_of, within
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.people.addresses import address_key
from vneid_field.people.intake import id_index, phone_index
from vneid_field.people.models import ApplicationEvent, Citizen, Household
from vneid_field.web.pagination import Page, paginate

SHORTEST_NAME = 3


def _people(scope: Scope) -> Select[Citizen]:
    """Return the SELECT of the scope's citizens; nobody for roles that see no people."""
    paths = scope.paths if scope.sees_people else ()
    return (
        select(Citizen)
        .options(joinedload(Citizen.household))
        .where(within(Citizen.unit_path, paths))
    )


def get_citizen(scope: Scope, citizen_id: int) -> Citizen:
    """Return a citizen who lives in the scope; raises NoResultFound."""
    return db.session.scalars(_people(scope).where(Citizen.id == citizen_id)).one()


def lock_citizens(citizen_ids: Iterable[int] | Select[int]) -> list[Citizen]:
    """Return people the caller may change, read anew and locked until the transaction ends.

    Everything that changes a person, their lists or their figures comes through here first (a
    visit locks its one person itself), and in id order, so that nobody waits crosswise. Counters
    and stocks are written after it. SQLite has one writer at a time and needs no lock.
    """
    ids = citizen_ids
    if not isinstance(ids, Select):
        ids = sorted(set(ids))
    query = select(Citizen).where(Citizen.id.in_(ids)).order_by(Citizen.id)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def lock_households(households: Iterable[Household]) -> None:
    """Read households anew and lock them in id order; their people must be locked before.

    The strongest lock: somebody who is being stored into one of them now is waited for.
    """
    ids = [household.id for household in households]
    query = select(Household).where(Household.id.in_(ids)).order_by(Household.id)
    query = query.with_for_update().execution_options(populate_existing=True)
    db.session.scalars(query).all()


def search_kind(words: str) -> str:
    """Say what is searched by: citizen_id for 12 digits, phone for 9 to 11, else name."""
    digits = "".join(filter(str.isdigit, words))
    if len(digits) == 12 and not any(map(str.isalpha, words)):
        return "citizen_id"
    if 9 <= len(digits) <= 11 and not any(map(str.isalpha, words)):
        return "phone"
    return "name"


def search_people(scope: Scope, words: str, *, number: int = 1, size: int = 50) -> Page[Citizen]:
    """Return one page of the citizens of the scope whom the words name.

    By name without accents, by the whole id number or the whole phone number (the list's or the
    one learnt at a door).
    """
    query = _people(scope)
    digits = "".join(filter(str.isdigit, words))
    match search_kind(words):
        case "citizen_id":
            query = query.where(Citizen.citizen_id_index == id_index(digits))
        case "phone":
            index = phone_index(digits if digits.startswith("0") else "0" + digits[-9:])
            query = query.where(
                or_(Citizen.phone_index == index, Citizen.field_phone_index == index)
            )
        case _:
            key = search_key(words)
            if len(key) < SHORTEST_NAME:
                return Page([], 1, size, 0)
            query = query.where(Citizen.search_key.contains(key, autoescape=True))
    return paginate(query.order_by(Citizen.sort_key, Citizen.id), number=number, size=size)


def get_household(scope: Scope, household_id: int) -> Household:
    """Return a household of the scope that was not merged away; raises NoResultFound."""
    paths = scope.paths if scope.sees_people else ()
    query = select(Household).where(
        Household.id == household_id,
        Household.merged_into_id.is_(None),
        within(Household.unit_path, paths),
    )
    return db.session.scalars(query).one()


def list_members(household_id: int) -> list[Citizen]:
    """Return the people of a household the caller has already opened, eldest first."""
    query = select(Citizen).where(Citizen.household_id == household_id)
    return list(db.session.scalars(query.order_by(Citizen.birth_on, Citizen.sort_key, Citizen.id)))


def page_neighbours(household: Household, words: str = "", *, size: int = 60) -> Page[Household]:
    """Return households of the same hamlet to merge with, in walking order: those whose address
    holds the words; without words those of the same alley.
    """
    key = address_key(words)
    query = select(Household).where(
        Household.unit_id == household.unit_id,
        Household.address_key.contains(key, autoescape=True)
        if key
        else Household.alley == household.alley,
        Household.id != household.id,
        Household.merged_into_id.is_(None),
    )
    return paginate(query.order_by(Household.walk_key, Household.id), number=1, size=size)


def list_application_events_of(citizen_ids: Sequence[int]) -> dict[int, list[ApplicationEvent]]:
    """Return the changes of several citizens' applications, oldest first."""
    found: dict[int, list[ApplicationEvent]] = {citizen_id: [] for citizen_id in citizen_ids}
    here = one_of(ApplicationEvent.citizen_id, citizen_ids, db.engine.dialect.name)
    query = select(ApplicationEvent).where(here).order_by(ApplicationEvent.id)
    for event in db.session.scalars(query):
        found[event.citizen_id].append(event)
    return found


def list_application_events(citizen_id: int) -> list[ApplicationEvent]:
    """Return the changes of a citizen's application, oldest first."""
    query = select(ApplicationEvent).where(ApplicationEvent.citizen_id == citizen_id)
    return list(db.session.scalars(query.order_by(ApplicationEvent.id)))
