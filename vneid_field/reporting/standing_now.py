"""Who is not activated at this moment, by reason: for the papers of a week and of the drive.

A cumulative of non-activation is the current stock, never a sum of days (domain.md section 12).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from vneid_field.campaigns.models import Campaign
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.opening import list_only_opening
from vneid_field.figures.queries import child_path
from vneid_field.figures.rules import NOT_ACTIVATED, NOT_ACTIVATED_OTHER, Counter
from vneid_field.lists.kinds import ItemState, Purpose
from vneid_field.lists.models import ListItem
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.reporting.lines import Line, RestKind
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind

# A person's status is the outcome's value; the counter of a day puts "out_" before it.
_STATUSES = {counter.value.removeprefix("out_"): counter for counter in NOT_ACTIVATED}
Counts = dict[Any, dict[Counter, int]]


def not_activated_now(
    campaign: Campaign,
    unit: Unit,
    lines: Sequence[Line],
    rows: Iterable[dict[str, Any]],
    rests: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """Return `not_activated`, `lines` and `rests` of a unit as `figures_json` has them.

    People of an administrative unit by where they live, of a team those it holds. `rows` are the
    lines as JSON, in the order of `lines`; rows and rests add up to the unit's own.
    """
    team_ids = [line.unit.id for line in lines if line.unit.kind is UnitKind.TEAM]
    if unit.kind is UnitKind.TEAM:
        team_ids = [unit.id]
    held = _held(campaign.id, team_ids) if team_ids else {}
    lived: Counts = {} if unit.kind is UnitKind.TEAM else _lived(unit.path)
    parts = held.values() if unit.kind is UnitKind.TEAM else lived.values()
    own = {c: sum(part.get(c, 0) for part in parts) for c in NOT_ACTIVATED}
    changed = []
    for line, row in zip(lines, rows, strict=True):
        is_team = line.unit.kind is UnitKind.TEAM
        part = held.get(line.unit.id, {}) if is_team else lived.get(line.unit.path, {})
        other = sum(part.get(c, 0) for c in NOT_ACTIVATED_OTHER)
        changed.append(row | {"absent": part.get(Counter.OUT_ABSENT, 0), "other": other})
    values = _json(own)
    left = _left(values, changed)
    kind = RestKind.BESIDES_TEAMS if team_ids else RestKind.UNPLACED
    return {
        "not_activated": values,
        "lines": changed,
        "rests": _rests(kind, left, rests) if lines else [],
    }


def names_without_lists(campaign: Campaign, unit: Unit) -> list[str]:
    """Return who has opening figures only, and so stands in no number of `not_activated_now`.

    Names of communes, on a commune's own paper of its places, on a team's the team's.
    """
    places = list_only_opening(campaign.id, unit)
    if unit.kind in (UnitKind.COMMUNE, UnitKind.TEAM):
        return [place.name for place in places]
    ends = range(SEGMENT, max((len(place.path) for place in places), default=0) + 1, SEGMENT)
    paths = {place.path[:end] for place in places for end in ends}
    query = select(Unit).where(Unit.kind == UnitKind.COMMUNE, Unit.path.in_(paths))
    communes = {commune.path: commune.name for commune in db.session.scalars(query)}
    names = (
        next((communes[p] for p in communes if place.path.startswith(p)), place.name)
        for place in places
    )
    return list(dict.fromkeys(names))


def _left(own: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return whom the rows lack to make the unit's own."""
    absent, total = own["absent"], own["total"]
    return {
        "absent": absent - sum(row["absent"] for row in rows),
        "other": total - absent - sum(row["other"] for row in rows),
    }


def _rests(
    kind: RestKind, left: dict[str, int], rests: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rests with the people of now: those that are left stand in the one of `kind`."""
    nobody, none = {"absent": 0, "other": 0}, {"in_day": 0, "cumulative": 0}
    empty = {"kind": kind.value, "activation": none, "collection": none}
    found = {kind.value: empty} | {rest["kind"]: rest for rest in rests}
    changed = [rest | (left if name == kind.value else nobody) for name, rest in found.items()]
    return [rest for rest in changed if _says_something(rest)]


def _says_something(rest: dict[str, Any]) -> bool:
    results = (*rest["activation"].values(), *rest["collection"].values())
    return any((*results, rest["absent"], rest["other"]))


def _json(own: dict[Counter, int]) -> dict[str, Any]:
    reasons = {c.value: own[c] for c in NOT_ACTIVATED_OTHER if own[c]}
    return {
        "total": sum(own.values()),
        "absent": own[Counter.OUT_ABSENT],
        "by_reason": dict(sorted(reasons.items(), key=lambda item: -item[1])),
    }


def _lived(path: str) -> Counts:
    """Count the people of a subtree by its child and status."""
    child = child_path(path, Citizen.unit_path).label("child")
    query = (
        select(child, Citizen.visit_status, func.count())
        .where(
            within(Citizen.unit_path, (path,)),
            Citizen.application_state == ApplicationState.APPROVED,
            Citizen.visit_status.in_(_STATUSES),
        )
        .group_by(child, Citizen.visit_status)
    )
    return _gathered(db.session.execute(query))


def _held(campaign_id: int, team_ids: Sequence[int]) -> Counts:
    """Count the people on the open lists of teams by team and status."""
    query = (
        select(ListItem.holder_unit_id, Citizen.visit_status, func.count())
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.holder_unit_id.in_(team_ids),
            ListItem.state == ItemState.OPEN,
            ListItem.purpose == Purpose.ACTIVATE,
            Citizen.application_state == ApplicationState.APPROVED,
            Citizen.visit_status.in_(_STATUSES),
        )
        .group_by(ListItem.holder_unit_id, Citizen.visit_status)
    )
    return _gathered(db.session.execute(query))


def _gathered(rows: Iterable[Any]) -> Counts:
    found: Counts = {}
    for key, status, count in rows:
        found.setdefault(key, {})[_STATUSES[status]] = count
    return found
