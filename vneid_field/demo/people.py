"""Households and citizens of the demo: invented, unique, at least 14 years old."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from vneid_field.core.clock import at_local
from vneid_field.demo.names import Sex, make_family_name, make_name
from vneid_field.demo.places import DemoAddress, make_addresses

# Nobody can own these mobile prefixes: the numbering plan has not given them out.
_PHONE_PREFIXES = ("030", "031", "050", "051", "071", "072")
_SIZES = {1: 13, 2: 24, 3: 23, 4: 20, 5: 11, 6: 6, 7: 3}
MINIMUM_AGE = 14
CAMPAIGN_ENDS_ON = date(2023, 8, 5)


@dataclass(frozen=True, slots=True)
class DemoCitizen:
    """A member. `birth_on` is 1 January when `birth_precision` is "year"."""

    full_name: str
    sex: Sex
    birth_on: date
    birth_precision: Literal["day", "year"]
    citizen_id: str
    phone: str | None
    is_head: bool


@dataclass(frozen=True, slots=True)
class Household:
    """A household at one door; the first member is the head."""

    hamlet: str
    address: DemoAddress
    head_name: str
    members: tuple[DemoCitizen, ...]


@dataclass(frozen=True, slots=True)
class DemoApplication:
    """When a citizen's application was collected (local day) and approved (UTC); None = not."""

    collected_on: date | None
    approved_at: datetime | None


class CitizenIds:
    """Hands out id numbers 092 + century and sex + year + a serial of 900.000 and up.

    Real serials start low, so the invented ones are easy to tell. One instance per demo keeps
    them unique over hamlets and communes. Raises ValueError when a birth year runs out.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._last: Counter[str] = Counter()

    def take(self, sex: Sex, birth_year: int) -> str:
        """The next number for a sex and birth year, 12 digits."""
        gender = 2 * (birth_year // 100 - 19) + (sex == "female")
        prefix = f"092{gender}{birth_year % 100:02d}"
        self._last[prefix] += self._rng.randint(1, 9)
        if self._last[prefix] > 99_999:
            raise ValueError(f"no id numbers left under {prefix}")
        return f"{prefix}{900_000 + self._last[prefix]}"


def make_phone(rng: random.Random) -> str:
    """A mobile number in the valid form, of a prefix that no carrier holds."""
    return f"{rng.choice(_PHONE_PREFIXES)}{rng.randrange(10_000_000):07d}"


def make_households(
    rng: random.Random,
    hamlet: str,
    count: int,
    *,
    ids: CitizenIds,
    commune_code: str = "31120",
    ward: bool = True,
) -> list[Household]:
    """Households of a hamlet in walking order with `count` citizens altogether.

    1 to 7 members each (about 3,2), families with one name and shared phones; everybody is
    at least 14 at the end of the campaign.
    """
    sizes: list[int] = []
    while sum(sizes) < count:
        size = rng.choices(list(_SIZES), weights=list(_SIZES.values()))[0]
        sizes.append(min(size, count - sum(sizes)))
    addresses = make_addresses(rng, hamlet, len(sizes), commune_code=commune_code, ward=ward)
    households = []
    for size, address in zip(sizes, addresses, strict=True):
        members = _family(rng, size, ids)
        households.append(Household(hamlet, address, members[0].full_name, members))
    return households


def assign_applications(
    rng: random.Random,
    households: Sequence[Household],
    backlog: int,
    collected_per_day: Sequence[tuple[date, int]],
) -> list[DemoApplication]:
    """Collection and approval of each citizen, in the order of households and their members.

    `backlog` people were collected and approved before the first day (column 5); then as many
    as each day says, approved 1 to 4 days later (None when that is after the last day); the
    others are not collected. Families mostly come together.
    """
    turn = [
        order + rng.random() * 0.08
        for household in households
        for order in [rng.random()] * len(household.members)
    ]
    queue = sorted(range(len(turn)), key=turn.__getitem__)
    first_on, last_on = collected_per_day[0][0], collected_per_day[-1][0]
    applications = [DemoApplication(None, None)] * len(turn)
    for index in queue[:backlog]:
        on = first_on - timedelta(days=rng.randint(8, 100))
        approved_on = min(on + timedelta(days=rng.randint(3, 12)), first_on - timedelta(days=1))
        applications[index] = DemoApplication(on, _office_hour(rng, approved_on))
    start = backlog
    for on, number in collected_per_day:
        for index in queue[start : start + number]:
            approved_on = on + timedelta(days=rng.choices((1, 2, 3, 4), weights=(50, 30, 14, 6))[0])
            is_approved = approved_on <= last_on
            applications[index] = DemoApplication(
                on, _office_hour(rng, approved_on) if is_approved else None
            )
        start += number
    return applications


def _office_hour(rng: random.Random, on: date) -> datetime:
    return at_local(on, time(rng.randint(8, 15), rng.randrange(60)))


def _family(rng: random.Random, size: int, ids: CitizenIds) -> tuple[DemoCitizen, ...]:
    """Head first, then spouse, children, parents, brothers and sisters."""
    head_sex: Sex = "male" if rng.random() < 0.62 else "female"
    head_year = 2023 - int(rng.triangular(24, 88, 48))
    family_name = make_family_name(rng)
    head = _member(rng, head_sex, head_year, family_name, ids)
    members = [replace(head, phone=_own_phone(rng, head_year), is_head=True)]
    parts = [(head_sex, head_year)]
    has_spouse = size >= 2 and rng.random() < 0.78
    if has_spouse:
        sex: Sex = "female" if head_sex == "male" else "male"
        parts.append((sex, head_year + rng.randint(-3, 7)))
        members.append(_member(rng, *_living(parts[-1]), None, ids))
    # Children carry the father's name; a woman's children here carry her husband's, if any.
    father = members[1] if has_spouse and head_sex == "female" else members[0]
    child_name = father.full_name.split()[0]
    while len(members) < size:
        sex, year, is_child = _relative(rng, head_year)
        name = child_name if is_child else rng.choice((family_name, None))
        members.append(_member(rng, sex, year, name, ids))
    return (members[0], *_give_phones(rng, members[0].phone, members[1:]))


def _living(part: tuple[Sex, int]) -> tuple[Sex, int]:
    sex, year = part
    return sex, min(max(year, 1925), 2004)


def _relative(rng: random.Random, head_year: int) -> tuple[Sex, int, bool]:
    """Sex, birth year and whether a child: old enough, else a parent or a sibling."""
    sex: Sex = "male" if rng.random() < 0.5 else "female"
    child_year = head_year + rng.randint(20, 38)
    if child_year <= 2008 and rng.random() < 0.85:
        return sex, child_year, True
    parent_year = head_year - rng.randint(20, 36)
    if parent_year >= 1928 and rng.random() < 0.45:
        return sex, parent_year, False
    return sex, min(max(head_year + rng.randint(-9, 9), 1928), 2005), False


def _member(
    rng: random.Random, sex: Sex, year: int, family_name: str | None, ids: CitizenIds
) -> DemoCitizen:
    latest = CAMPAIGN_ENDS_ON.replace(year=CAMPAIGN_ENDS_ON.year - MINIMUM_AGE)
    birth_on = min(date(year, 1, 1) + timedelta(days=rng.randrange(365)), latest)
    precision: Literal["day", "year"] = "day"
    if rng.random() < (0.28 if year < 1960 else 0.03):
        birth_on, precision = date(year, 1, 1), "year"
    name = make_name(rng, sex, year, family_name)
    return DemoCitizen(name, sex, birth_on, precision, ids.take(sex, year), None, False)


def _own_phone(rng: random.Random, year: int) -> str | None:
    """Most adults have a phone; the old and the youngest less often."""
    chance = 0.55 if year < 1953 else 0.45 if year > 2006 else 0.9
    return make_phone(rng) if rng.random() < chance else None


def _give_phones(
    rng: random.Random, head_phone: str | None, others: Sequence[DemoCitizen]
) -> list[DemoCitizen]:
    """Own phones, and the head's for half of those who have none."""
    members = []
    for member in others:
        phone = _own_phone(rng, member.birth_on.year)
        if (phone is None and rng.random() < 0.55) or rng.random() < 0.06:
            phone = head_phone
        members.append(replace(member, phone=phone))
    return members
