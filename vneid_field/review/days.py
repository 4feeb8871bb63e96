"""A day under review: its checklists with their flags, the sample, and the order of the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import Actor, Scope
from vneid_field.core.crypto import keyring
from vneid_field.review import day_queries, sampling
from vneid_field.review.day_queries import DayKey, Place, Reviewed, TeamName
from vneid_field.review.flags import (
    Fact,
    Flag,
    Key,
    contradicted_since,
    find_flags,
    seriousness,
)
from vneid_field.review.models import ReviewDay
from vneid_field.review.rules import ORDER, WAITS, Standing, standing
from vneid_field.review.thresholds import Thresholds, read_thresholds
from vneid_field.units.rules import SEGMENT, UnitKind

Communes = Mapping[str, int]  # path → id


def communes_of(actor: Actor) -> Communes:
    """Return the communes whose checklists somebody reviews; a beat officer's holds the hamlets."""
    found = {}
    for grant in actor.grants:
        is_hamlet = grant.unit_kind == UnitKind.HAMLET
        path = grant.unit_path[:-SEGMENT] if is_hamlet else grant.unit_path
        found[path] = int(path[-SEGMENT:-1])
    return found


@dataclass(slots=True)
class Entry:
    """A checklist of a day, light: a commune may have two thousand of them."""

    on: date
    key: Key
    commune_id: int
    place: Place
    newest_event_id: int
    authors: set[int | None]
    review: Reviewed | None
    standing: Standing
    flags: tuple[Flag, ...] = ()
    is_sampled: bool = False

    @property
    def team_id(self) -> int:
        """The team whose work it is."""
        return self.key[1]

    @property
    def waits(self) -> bool:
        """Whether commune police have to decide."""
        return self.standing in WAITS

    @property
    def is_checked(self) -> bool:
        """Whether somebody looked at it and decided, and nothing came since."""
        return self.review is not None and not self.waits and not self.review.is_bulk

    @property
    def is_bulk(self) -> bool:
        """Whether it was accepted with the rest, unseen."""
        return self.review is not None and not self.waits and self.review.is_bulk


@dataclass
class Day:
    """A day of one or several communes; `draws`: the sample of each, kept or foreseen."""

    on: date
    entries: list[Entry]
    teams: Mapping[int, TeamName]
    draws: dict[int, "Draw"] = field(default_factory=dict)

    def seen_by(self, scope: Scope) -> "Day":
        """Return what somebody sees of it: the sample is the commune's, the rows are theirs."""
        here = [entry for entry in self.entries if scope.covers(entry.place.path)]
        return Day(self.on, here, self.teams, self.draws)

    def of_team(self, team_id: int) -> "Day":
        """Return a team's part of it."""
        own = [entry for entry in self.entries if entry.team_id == team_id]
        return Day(self.on, own, self.teams, self.draws)

    @property
    def newest_event_id(self) -> int:
        """The newest result it knows of; 0 for none."""
        return max((entry.newest_event_id for entry in self.entries), default=0)

    @property
    def sample(self) -> list[Entry]:
        """The checklists drawn."""
        return [entry for entry in self.entries if entry.is_sampled]

    @property
    def open_flags(self) -> list[Entry]:
        """The flagged checklists that wait for an answer."""
        return [entry for entry in self.entries if entry.flags and entry.waits]

    @property
    def rest(self) -> list[Entry]:
        """What may be accepted together: waiting, never returned, neither flagged nor drawn."""
        return [
            entry
            for entry in self.entries
            if entry.standing is Standing.WAITING and not entry.flags and not entry.is_sampled
        ]

    def find(self, key: Key) -> Entry | None:
        """Return one checklist, or None."""
        return next((entry for entry in self.entries if entry.key == key), None)


@dataclass(frozen=True)
class Draw:
    """How a commune's sample of a day is drawn; `is_kept`: stored with the first decision."""

    seed: str
    percent: int
    minimum: int
    cut: int
    is_kept: bool

    def holds(self, key: Key) -> bool:
        """Say whether a checklist is in the sample."""
        return sampling.score(self.seed, *key) <= self.cut


def seed_of(campaign_id: int, commune_id: int, on: date) -> str:
    """Return the seed of a commune's day: nobody without the database's keys can foresee it, and
    nobody at all can choose it.
    """
    return keyring().blind_index(f"{campaign_id}:{commune_id}:{on}", "review_day.seed").hex()


def draw_of(
    campaign_id: int,
    commune_id: int,
    on: date,
    kept: ReviewDay | None,
    keys: Iterable[Key],
    limits: Thresholds,
) -> Draw:
    """Return a day's draw: as it was kept, its cut raised when the day has grown."""
    seed = kept.seed if kept else seed_of(campaign_id, commune_id, on)
    percent = kept.percent if kept else limits.sample_percent
    minimum = kept.minimum if kept else limits.sample_minimum
    scores = [sampling.score(seed, *key) for key in keys]
    held = kept.cut if kept else sampling.NOBODY
    return Draw(
        seed, percent, minimum, sampling.cut_of(scores, percent, minimum, held), kept is not None
    )


def read_day(campaign: Campaign, communes: Communes, on: date) -> Day:
    """Return a day of communes, whole: three statements, whatever the number of checklists."""
    days, teams = read_days(campaign, communes, on, on)
    return days.get(on) or Day(on, [], teams)


def read_days(
    campaign: Campaign, communes: Communes, first_on: date, last_on: date
) -> tuple[dict[date, Day], Mapping[int, TeamName]]:
    """Return the days of a period on which somebody was visited, and the communes' teams."""
    paths, limits = list(communes), read_thresholds(campaign.settings)
    by_day: dict[date, list[tuple[Place, Fact]]] = {}
    for on, place, fact in day_queries.list_facts(campaign.id, paths, first_on, last_on):
        by_day.setdefault(on, []).append((place, fact))
    reviews = day_queries.list_reviewed(campaign.id, paths, first_on, last_on)
    teams, kept = day_queries.list_teams_and_draws(
        campaign.id, list(communes.values()), first_on, last_on
    )
    strangers = {fact.team_id for found in by_day.values() for _place, fact in found} - set(teams)
    teams |= day_queries.name_teams(strangers)
    days = {}
    for on, found in by_day.items():
        entries = _entries(on, found, communes, reviews)
        _flag(entries, [fact for _place, fact in found], limits)
        day = Day(on, entries, teams)
        for commune_id in communes.values():
            _draw(campaign.id, day, commune_id, kept.get((commune_id, on)), limits)
        entries.sort(key=lambda entry: _place_in_queue(entry, teams))
        days[on] = day
    return days, teams


def _entries(
    on: date,
    found: Sequence[tuple[Place, Fact]],
    communes: Communes,
    reviews: Mapping[DayKey, Reviewed],
) -> list[Entry]:
    """The checklists of a day; results come in the order of their ids."""
    entries: dict[Key, Entry] = {}
    for place, fact in found:
        entry = entries.get(fact.key)
        if entry is None:
            commune_id = next(cid for path, cid in communes.items() if place.path.startswith(path))
            review = reviews.get((on, fact.key))
            entry = entries[fact.key] = Entry(
                on, fact.key, commune_id, place, 0, set(), review, Standing.WAITING
            )
        entry.newest_event_id = fact.event_id
        entry.authors.update((fact.performed_by, fact.recorded_by))
    return list(entries.values())


def _flag(entries: Sequence[Entry], facts: Sequence[Fact], limits: Thresholds) -> None:
    flags, since = find_flags(facts, limits), contradicted_since(facts)
    for entry in entries:
        entry.flags = flags.get(entry.key, ())
        review, at = entry.review, since.get(entry.key)
        entry.standing = standing(
            review.state if review else None,
            review.through_event_id if review else None,
            entry.newest_event_id,
            is_reopened=review is not None and at is not None and at > review.at,
        )


def _draw(
    campaign_id: int, day: Day, commune_id: int, kept: ReviewDay | None, limits: Thresholds
) -> None:
    own = [entry for entry in day.entries if entry.commune_id == commune_id]
    keys = [entry.key for entry in own]
    draw = draw_of(campaign_id, commune_id, day.on, kept, keys, limits)
    day.draws[commune_id] = draw
    for entry in own:
        entry.is_sampled = draw.holds(entry.key)
        if entry.is_sampled and entry.is_bulk:  # drawn since: what is in the sample is looked at
            entry.standing = Standing.WAITING


def _place_in_queue(
    entry: Entry, teams: Mapping[int, TeamName]
) -> tuple[int, tuple[int, int], bool, int, int, Place, Key]:
    """What waits comes first: the flagged ones, the most serious first, the sample, the rest."""
    is_flagged = bool(entry.flags) and entry.waits
    serious = seriousness(entry.flags) if is_flagged else (0, 0)
    return (
        0 if is_flagged else 1 if entry.waits else 2,
        serious,
        not entry.is_sampled,
        ORDER.index(entry.standing),
        teams[entry.team_id].sort_order,
        entry.place,
        entry.key,
    )
