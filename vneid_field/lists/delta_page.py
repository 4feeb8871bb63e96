"""What the pages of a daily delta show: the four groups with numbers, and their names."""

from dataclasses import dataclass
from typing import Any

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.extensions import db
from vneid_field.lists import delta_queries as queries
from vneid_field.lists.delta_queries import NO_DELTA, DeltaCounts
from vneid_field.lists.import_services import has_work, needs_number
from vneid_field.lists.kinds import DeltaGroup, ImportKind, ImportState
from vneid_field.lists.labels import (
    GROUP_LABELS,
    GROUP_PILLS,
    GROUP_WORDS,
    KIND_LABELS,
    REFUTED_WORDS,
    missing_sentence,
)
from vneid_field.lists.models import ListImport
from vneid_field.people.rules import mask_citizen_id
from vneid_field.web.pagination import page_number

JUDGED = (DeltaGroup.VANISHED, DeltaGroup.CONTRADICTED)


@dataclass(frozen=True)
class Group:
    """One of the four groups on the page of a list."""

    key: DeltaGroup
    label: str
    words: str
    pill: str
    count: int


def groups_of(done: ListImport, delta: DeltaCounts = NO_DELTA) -> list[Group]:
    """Return the groups with their numbers: what would happen, or what an applied list did."""
    counts = done.counts
    applied = counts.get("applied", {})
    judged = {DeltaGroup.VANISHED: delta.vanished, DeltaGroup.CONTRADICTED: delta.contradicted}
    if done.kind is ImportKind.ACTIVATED:
        judged[DeltaGroup.VANISHED] = counts.get("restated", 0)
    if applied:
        judged[DeltaGroup.VANISHED] = applied.get("confirmed", 0)
        judged[DeltaGroup.CONTRADICTED] = applied.get("contradicted", 0)
    numbers = judged | {
        DeltaGroup.NEW: (applied or counts).get("new", 0),
        DeltaGroup.MOVED: (applied or counts).get("moved", 0),
    }
    return [
        Group(key, _label(done, key), _words(done, key), GROUP_PILLS[key], numbers[key])
        for key in GROUP_LABELS
        if done.kind is ImportKind.APPROVED_NOT_ACTIVATED or key not in JUDGED or numbers[key]
    ]


def _words(done: ListImport, key: DeltaGroup) -> str:
    is_new = done.kind is not ImportKind.APPROVED_NOT_ACTIVATED and key is DeltaGroup.NEW
    return f"thêm vào, {KIND_LABELS[done.kind].lower()}" if is_new else GROUP_WORDS[key]


def _label(done: ListImport, key: DeltaGroup) -> str:
    is_named = done.kind is ImportKind.ACTIVATED and key is DeltaGroup.VANISHED
    return "Được xác nhận đã kích hoạt" if is_named else GROUP_LABELS[key]


def delta_context(campaign: Campaign, done: ListImport) -> dict[str, Any]:
    """Return what the page of a list says of its delta; live numbers until it is applied."""
    is_read = done.state is ImportState.READ
    delta = queries.count_delta(done) if is_read else NO_DELTA
    later = queries.find_later(done) if done.state is ImportState.APPLIED else None
    undone_by = db.session.get(User, done.undone_by) if done.undone_by else None
    return {
        "groups": groups_of(done, delta),
        "delta": delta,
        "has_work": has_work(done, delta),
        "missing": missing_sentence(delta.vanished, delta.held, delta.share)
        if is_read and needs_number(campaign, delta)
        else "",
        "later": later,
        "undone_by": undone_by.display_name if undone_by else "",
    }


def group_context(scope: Scope, done: ListImport, group: DeltaGroup) -> dict[str, Any]:
    """Return a page of the names of a group: a list's rows, or people of the scope; ids masked."""
    # A list of the activated names those it confirms: before it is applied they are its rows.
    is_named = done.kind is ImportKind.ACTIVATED and done.state is ImportState.READ
    is_judged = group in JUDGED and not is_named
    shown: dict[str, Any] = {
        "done": done,
        "group": group,
        "label": _label(done, group),
        "words": _words(done, group),
        "refuted_words": REFUTED_WORDS,
        "is_judged": is_judged,
        "mask": mask_citizen_id,
        "to_local": clock.to_local,
    }
    if is_judged:
        page = queries.page_people(scope, done, group, page_number())
        claims = queries.claims_of(done, page.items)
        places = [citizen.unit_id for citizen in page.items]
        names = queries.unit_names([*places, *(claim.team_id for claim in claims.values())])
        return shown | {"page": page, "names": names, "claims": claims}
    counted = "restated" if group is DeltaGroup.VANISHED else group.value
    total = int(done.counts.get(counted, 0))
    rows = queries.page_rows(done, group, total, page_number())
    ids = [one.get(name, 0) for one in rows.items for name in ("unit_id", "from_id")]
    return shown | {"page": rows, "names": queries.unit_names(ids)}
