"""Work across borders: who served people of another place, in one statement (section 12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import case, func, literal, select, union_all

from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.models import Flow
from vneid_field.figures.queries import Sums, add
from vneid_field.figures.rules import ACTIVATED, NOT_ACTIVATED, Counter

JUDGED = (Counter.CONFIRMED, Counter.CONTRADICTED)
COLUMNS = tuple(c.value for c in (*ACTIVATED, *JUDGED, Counter.COLLECTED, *NOT_ACTIVATED))


@dataclass(frozen=True)
class Span:
    """Sums of the last day, and from the first day to it."""

    day: Sums = field(default_factory=Sums)
    whole: Sums = field(default_factory=Sums)


NO_SPAN = Span()


@dataclass(frozen=True)
class Across:
    """Where people and doers differ.

    `by_others`: people of the place, served by units outside. `done`: what each performing unit
    inside did, wherever the people live; `elsewhere`: of that, for people of other places.
    """

    by_others: Span = field(default_factory=Span)
    done: dict[int, Span] = field(default_factory=dict)
    elsewhere: dict[int, Span] = field(default_factory=dict)

    @property
    def for_others(self) -> Span:
        """What all units inside did for people of other places."""
        return total(self.elsewhere.values())


def total(spans: Iterable[Span]) -> Span:
    """Return the sum of spans."""
    parts = list(spans)
    return Span(add(one.day for one in parts), add(one.whole for one in parts))


def across(
    campaign_id: int,
    *,
    people: str,
    doers: str,
    first_on: date,
    on: date,
    since: date | None = None,
) -> Across:
    """Return what units below the path `doers` did, and what others did for those of `people`.

    Both are paths: the same for an administrative unit; a team's own and its commune's. `since`:
    the first day of the period that ends with `on`, which then counts as "the last day".
    """
    days = (Flow.campaign_id == campaign_id, Flow.counted_on.between(first_on, on))
    lives_here, done_here = within(Flow.home_path, (people,)), within(Flow.performed_path, (doers,))
    is_away = case((lives_here, 0), else_=1)
    is_day = case((Flow.counted_on >= (since or on), 1), else_=0)
    sums = [func.coalesce(func.sum(getattr(Flow, name)), 0).label(name) for name in COLUMNS]
    inside = (
        select(Flow.performed_key.label("doer"), is_away.label("away"), is_day.label("day"), *sums)
        .where(*days, done_here)
        .group_by(Flow.performed_key, is_away, is_day)
    )
    outside = (
        select(literal(0).label("doer"), literal(0).label("away"), is_day.label("day"), *sums)
        .where(*days, lives_here, Flow.performed_key != 0, ~done_here)
        .group_by(is_day)
    )
    return _gathered(db.session.execute(union_all(inside, outside)))


def _gathered(rows: Iterable[Any]) -> Across:
    found: dict[tuple[int, int], list[tuple[int, Sums]]] = {}
    for doer, away, day, *values in rows:
        sums = Sums({n: int(v) for n, v in zip(COLUMNS, values, strict=True) if v})
        found.setdefault((doer, away), []).append((day, sums))
    spans = {
        key: Span(add(sums for day, sums in parts if day), add(sums for _day, sums in parts))
        for key, parts in found.items()
    }
    done: dict[int, list[Span]] = {}
    for (doer, _away), span in spans.items():
        if doer:
            done.setdefault(doer, []).append(span)
    return Across(
        by_others=spans.get((0, 0), NO_SPAN),
        done={doer: total(parts) for doer, parts in done.items()},
        elsewhere={doer: span for (doer, away), span in spans.items() if away},
    )
