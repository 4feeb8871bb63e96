"""Whom a unit's police may propose for a commendation: the best units and their people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from vneid_field.boards.labels import (
    GROUPS,
    LEADER,
    MEMBER,
    collective_words,
    individual_words,
)
from vneid_field.boards.queries import (
    UnitStanding,
    list_standings,
    list_workers,
    names_of_units,
)
from vneid_field.campaigns.models import Campaign
from vneid_field.documents.letterheads import inside_sentence, police_name
from vneid_field.documents.papers.commendation import CommendedPerson, CommendedUnit
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind
from vneid_field.visits.queries import count_credits

# The plan's proposal comes from district and city police (IV.2); a commune has nobody below it
# but teams, which its district sees.
PROPOSERS = (UnitKind.DISTRICT, UnitKind.CITY)
TEAMS_SHOWN = 40
BEST_TEAMS = 10  # whose people are proposed
PEOPLE_SHOWN = 40


@dataclass(frozen=True)
class Collective:
    """A unit to tick; `among`: how many of its kind have a rank."""

    key: str
    standing: UnitStanding
    among: int
    row: CommendedUnit  # as the paper prints it, with proposed words


@dataclass(frozen=True)
class Individual:
    """A person to tick; `activated`: people that they guided themselves."""

    key: str
    activated: int
    row: CommendedPerson  # as the paper prints it, with proposed words


@dataclass(frozen=True)
class Group:
    """Units of a kind, the best first; `total`: how many there are."""

    label: str
    collectives: list[Collective]
    total: int


@dataclass(frozen=True)
class Candidates:
    """Everybody to choose from; `people`: how many of the best teams have something to show."""

    groups: list[Group]
    individuals: list[Individual]
    people: int

    @property
    def collectives(self) -> dict[str, Collective]:
        """All groups by key, in the order of the page."""
        return {one.key: one for group in self.groups for one in group.collectives}

    @property
    def persons(self) -> dict[str, Individual]:
        """The individuals by key."""
        return {one.key: one for one in self.individuals}


def gather_candidates(
    campaign: Campaign, root: Unit, on: date, kept: Collection[str] = ()
) -> Candidates:
    """Return whom the police of `root` may propose by the figures up to a day, the best first.

    `kept`: keys chosen before; they stay on the page wherever they stand by now.
    """
    by_kind = {kind: list_standings(campaign, root, kind, on) for kind in GROUPS}
    places = _places(root, [line for lines in by_kind.values() for line in lines])
    groups = [_group(kind, lines, places, kept) for kind, lines in by_kind.items() if lines]
    individuals = _individuals(campaign, on, by_kind[UnitKind.TEAM], places, kept)
    shown = [one for n, one in enumerate(individuals) if n < PEOPLE_SHOWN or one.key in kept]
    return Candidates(groups, shown, len(individuals))


def _group(
    kind: UnitKind, lines: list[UnitStanding], places: dict[int, str], kept: Collection[str]
) -> Group:
    among = sum(line.rank is not None for line in lines)
    found = []
    for number, line in enumerate(lines):
        key = str(line.unit.id)
        if kind is UnitKind.TEAM and number >= TEAMS_SHOWN and key not in kept:
            continue
        row = CommendedUnit(
            places[line.unit.id],
            collective_words(line, among),
            line.quota or None,
            line.done,
            line.rank,
            among if line.rank else None,
        )
        found.append(Collective(key, line, among, row))
    return Group(GROUPS[kind], found, len(lines))


def _individuals(
    campaign: Campaign,
    on: date,
    teams: list[UnitStanding],
    places: dict[int, str],
    kept: Collection[str],
) -> list[Individual]:
    """Return people of the best teams, and of those whose people were chosen before."""
    chosen = {key.partition(".")[0] for key in kept if "." in key}
    working = [line for line in teams if line.done][:BEST_TEAMS]
    working += [line for line in teams if str(line.unit.id) in chosen and line not in working]
    standings = {line.unit.id: line for line in working}
    credits = count_credits(campaign.id, set(standings), on)
    found = []
    for worker in list_workers(set(standings)):
        activated = sum(credits.get((worker.team_id, user_id), 0) for user_id in worker.users)
        if not (activated or worker.is_leader or worker.key in kept):
            continue
        words = individual_words(standings[worker.team_id], activated, is_leader=worker.is_leader)
        duty = LEADER if worker.is_leader else MEMBER
        row = CommendedPerson(worker.name, duty, places[worker.team_id], words)
        found.append(Individual(worker.key, activated, row))
    return sorted(found, key=lambda one: (-one.activated, one.row.duty != LEADER))


def _places(root: Unit, lines: list[UnitStanding]) -> dict[int, str]:
    """Return units as a paper names them: the police of a place, a team with its places.

    Two communes of the city share a name, so what lies between a unit and `root` is named too.
    """
    above = {line.unit.id: _ids(line.unit.path[len(root.path) :])[:-1] for line in lines}
    names = names_of_units({one for ids in above.values() for one in ids})
    found = {}
    for line in lines:
        own = line.unit.name if line.unit.kind is UnitKind.TEAM else police_name(line.unit)
        around = [inside_sentence(names[one]) for one in reversed(above[line.unit.id])]
        found[line.unit.id] = ", ".join([own, *around])
    return found


def _ids(path: str) -> list[int]:
    return [int(path[start : start + SEGMENT - 1]) for start in range(0, len(path), SEGMENT)]
