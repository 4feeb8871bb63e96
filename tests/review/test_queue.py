"""The queue of a day: flagged first, then the drawn, then the rest; what reloading cannot change."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.conftest import on_both
from tests.databases import START
from tests.make.reviews import (
    DAY,
    contradict,
    day_of,
    decide,
    more_homes,
    phone,
    rush,
    walk,
    walk_all,
)
from tests.make.visits import make_visit
from tests.statements import counted
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db
from vneid_field.lists.models import HandOver
from vneid_field.people.models import Household
from vneid_field.people.queries import list_members
from vneid_field.review import bulk, day_queries, sampling
from vneid_field.review.coverage import cover_commune
from vneid_field.review.days import seed_of
from vneid_field.review.kinds import FlagKind, ReviewState
from vneid_field.review.models import ChecklistReview, ReviewDay
from vneid_field.review.rules import Standing
from vneid_field.review.services import note_correction
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def accept_rest(world, login="commune", **more):
    day = day_of(world, login)
    values = {"through_event_id": day.newest_event_id, **more}
    return bulk.accept_rest(actor=world.actor(login), campaign=world.campaign, on=DAY, **values)


def see_sample(world):
    for entry in day_of(world).sample:
        if entry.waits:
            decide(world, entry)


@on_both
def test_flagged_ones_come_first_then_the_sample_then_the_rest(world):
    events = walk_all(world)
    hasty = rush(world)
    day = day_of(world)
    first, *others = day.entries
    assert first.key[0] == hasty.household_id
    assert [flag.kind for flag in first.flags] == [FlagKind.PACE]
    assert len(day.entries) == len(events)
    assert len(day.sample) == 5
    rest = [entry for entry in others if not entry.is_sampled]
    assert others[: len(others) - len(rest)] == [e for e in others if e.is_sampled]
    decide(world, first)
    assert day_of(world).entries[-1].key == first.key


@on_both
def test_a_sample_is_kept_with_the_first_decision_and_late_results_only_add_to_it(world):
    walk_all(world)
    foreseen = {entry.key for entry in day_of(world).sample}
    assert foreseen == {entry.key for entry in day_of(world).sample}
    assert db.session.scalar(select(func.count()).select_from(ReviewDay)) == 0
    decide(world, day_of(world).entries[0])
    kept = db.session.scalars(select(ReviewDay)).one()
    assert (kept.commune_id, kept.counted_on, kept.checklists, kept.sampled) == (
        world.ward.id,
        DAY,
        12,
        5,
    )
    more_homes(world, 30)
    for number, one in enumerate(world.citizens[-30:]):
        walk(world, one, minutes=200 + 5 * number)
        assert foreseen <= {entry.key for entry in day_of(world).sample}
    seed, cut = kept.seed, kept.cut
    decide(world, day_of(world).entries[0])
    db.session.refresh(kept)
    assert (kept.seed, kept.checklists) == (seed, 42)
    assert kept.cut >= cut
    assert kept.sampled >= 5
    kept.cut = sampling.NOBODY  # as if the day had been empty at its first decision
    db.session.flush()
    raised = day_of(world).sample
    decide(world, day_of(world).entries[0])
    db.session.refresh(kept)
    assert kept.cut == max(sampling.score(seed, *entry.key) for entry in raised)


@on_both
def test_other_settings_change_no_draw_that_is_kept(world):
    walk_all(world)
    decide(world, day_of(world).entries[0])
    drawn = {entry.key for entry in day_of(world).sample}
    at = {"by": 1, "at": "2023-07-04T10:00:00+00:00"}
    world.campaign.settings = {"review": {"sample_percent": {"value": 100, **at}}}
    assert {entry.key for entry in day_of(world).sample} == drawn


@on_both
def test_what_was_accepted_with_the_rest_and_is_drawn_later_is_looked_at(world):
    walk_all(world)
    see_sample(world)
    accept_rest(world)
    assert not any(entry.waits for entry in day_of(world).entries)
    kept = db.session.scalars(select(ReviewDay)).one()
    bulk_ones = [entry.key for entry in day_of(world).entries if entry.is_bulk]
    kept.cut = 2**48  # as a day does that has grown
    db.session.flush()
    waiting = [entry for entry in day_of(world).entries if entry.waits]
    assert {entry.key for entry in waiting} == set(bulk_ones)
    total = cover_commune(world.campaign, world.ward, DAY, DAY).total
    assert (total.sampled, total.sampled_seen, total.bulk) == (12, 5, 0)
    for entry in waiting:
        decide(world, entry)
        decide(world, entry)  # pressed twice
    total = cover_commune(world.campaign, world.ward, DAY, DAY).total
    assert (total.sampled_seen, total.checked, total.bulk) == (12, 12, 0)
    query = select(func.count()).select_from(ChecklistReview)
    assert db.session.scalar(query) == 12 + len(bulk_ones)


def test_another_commune_another_day_another_draw(world):
    seeds = {seed_of(1, commune, DAY + timedelta(days=n)) for commune in (5, 6) for n in (0, 1)}
    assert len(seeds) == 4


def test_a_beat_officer_sees_the_communes_sample_in_the_own_hamlets(world):
    walk_all(world)
    db.session.flush()
    own, whole = day_of(world, "beat"), day_of(world)
    assert {e.key for e in own.sample} == {e.key for e in whole.sample}
    db.session.execute(
        update(Household)
        .where(Household.id == whole.sample[0].key[0])
        .values(unit_path=world.ward.path)
    )
    assert len(day_of(world, "beat").entries) == len(whole.entries) - 1
    assert {e.key for e in day_of(world, "beat").sample} < {e.key for e in whole.sample}


@on_both
def test_the_rest_is_accepted_together_once_the_sample_is_seen_and_never_what_is_flagged(world):
    walk_all(world)
    rush(world)
    with pytest.raises(Conflict, match="phiếu trong mẫu ngẫu nhiên chưa xem"):
        accept_rest(world)
    see_sample(world)
    before = day_of(world)
    (flagged,) = before.open_flags
    done = accept_rest(world)
    after = day_of(world)
    assert (done.accepted, done.flagged) == (len(before.rest), 1)
    assert [entry.key for entry in after.entries if entry.waits] == [flagged.key]
    assert sum(entry.is_bulk for entry in after.entries) == done.accepted
    assert sum(entry.is_checked for entry in after.entries) == len(before.sample)
    assert accept_rest(world).accepted == 0  # a second click


@on_both
def test_what_came_after_the_page_was_drawn_is_not_accepted_unseen(world):
    walk_all(world)
    see_sample(world)
    seen = day_of(world)
    late = seen.rest[0]
    walk(world, list_members(late.key[0])[1], Outcome.REFUSED, minutes=70)
    done = accept_rest(world, through_event_id=seen.newest_event_id)
    assert (done.accepted, done.newer) == (len(seen.rest) - 1, 1)
    assert day_of(world).find(late.key).standing is Standing.WAITING


@on_both
def test_nobody_accepts_their_own_work_with_the_rest(world):
    walk_all(world)
    see_sample(world)
    mine = day_of(world).rest[0]
    one = list_members(mine.key[0])[1]
    walk(world, one, Outcome.REFUSED, minutes=300, login="commune", is_typed_in=True)
    done = accept_rest(world)
    assert done.own == 1
    assert day_of(world).find(mine.key).standing is Standing.WAITING
    with pytest.raises(Conflict, match="chính bạn"):
        accept_rest(world)


@on_both
def test_an_accepted_checklist_asks_again_when_a_later_list_contradicts_it(world):
    events = walk_all(world, 3)
    entry = day_of(world).find((events[0].household_id, world.team.id))
    decide(world, entry)
    assert day_of(world).find(entry.key).flags == ()
    contradict(world)
    again = day_of(world).find(entry.key)
    assert again.standing is Standing.WAITING
    assert [flag.kind for flag in again.flags] == [FlagKind.CONTRADICTED]
    assert day_of(world).entries[0].flags[0].kind is FlagKind.CONTRADICTED
    with clock.frozen(START + timedelta(days=3)):
        assert decide(world, again).standing is Standing.ACCEPTED
    after = day_of(world).find(entry.key)
    assert (after.standing, after.flags) == (Standing.ACCEPTED, again.flags)


def test_results_of_a_paper_and_taken_back_ones_stand_without_a_flag(world):
    world.hand_over_all()
    for number, one in enumerate(world.citizens[:10]):
        walk(
            world,
            one,
            minutes=number / 60,
            login="leader",
            is_typed_in=True,
        )
    assert [entry.flags for entry in day_of(world).entries] == [()] * 5


@pytest.fixture
def evening(arrange):
    with arrange() as world:
        walk_all(world)
        return rush(world).household_id


def test_the_page_says_why_and_counts_the_sample(evening, login):
    html = login("commune").text(f"/review/?on={DAY}")
    assert "giây sau kết quả ở hộ khác (ngưỡng 60 giây)" in html
    assert "Đã xem 0 trong 5 phiếu mẫu" in html
    assert "mẫu dự kiến" in html
    assert "1 phiếu có dấu hiệu chưa trả lời" in html
    first = re.search(r'id="checklist-(\d+)-\d+"', html)[1]
    assert int(first) == evening
    flagged = login("commune").text(f"/review/?on={DAY}&show=flagged")
    assert flagged.count("<article") == 1
    assert login("commune").text(f"/review/?on={DAY}&show=sample").count("<article") == 5


def test_the_rest_is_accepted_from_the_page(evening, login, arrange):
    pages = login("commune")
    through = re.compile(r'name="through" value="(\d+)"')
    assert not through.search(pages.text(f"/review/?on={DAY}"))
    refused = pages.post(f"/review/accept-rest?on={DAY}", 409, through="999999")
    assert "chưa xem" in refused.get_data(as_text=True)
    with arrange() as world:
        see_sample(world)
    html = pages.text(f"/review/?on={DAY}")
    assert "không gồm phiếu có dấu hiệu" in html
    answer = pages.post(f"/review/accept-rest?on={DAY}", through=through.search(html)[1])
    assert "Đã duyệt chung" in pages.text(answer.location)


@pytest.mark.parametrize("show", ["waiting", "sample", "returned"])
def test_a_queue_costs_at_most_twelve_statements(evening, app, login, arrange, show):
    with arrange() as world:
        for entry in day_of(world).entries[:3]:
            decide(world, entry, ReviewState.RETURNED)
    pages = login("commune")
    pages.get("/review/")
    with counted(app) as seen:
        pages.get(f"/review/?show={show}")
    assert 5 < len(seen) <= 12, "\n".join(seen)


@on_both
def test_the_number_of_statements_does_not_grow_with_the_checklists(app, login, arrange):
    """Flags, calls and answers of many households are read at once, and so is the act on the rest."""

    def cost(url):
        with counted(app) as seen:
            pages.get(url)
        return len(seen)

    pages = login("commune")
    with arrange() as world:
        walk_all(world, 3)
        decide(world, day_of(world).entries[0], ReviewState.RETURNED)
    pages.get("/review/")
    urls = ["/review/", f"/review/?on={DAY}&show=returned", f"/review/day?on={DAY}"]
    few = [cost(url) for url in urls]
    with arrange() as world:
        more_homes(world, 30)
        for number, one in enumerate(world.citizens[-30:]):
            event = walk(world, one, minutes=20 + number / 6)
            phone(world, event)
        for entry in day_of(world).entries[:9]:
            decide(world, entry, ReviewState.RETURNED)
    assert [cost(url) for url in urls] == few


def test_a_late_answer_still_keeps_the_mark_of_the_sample(world):
    walk_all(world)
    entry = day_of(world).sample[0]
    decide(world, entry, ReviewState.RETURNED)
    one = list_members(entry.key[0])[1]
    note_correction(walk(world, one, Outcome.REFUSED, minutes=300))
    rows = db.session.scalars(
        select(ChecklistReview).where(ChecklistReview.household_id == entry.key[0])
    )
    assert [(row.state, row.is_sampled) for row in rows] == [
        (ReviewState.RETURNED, True),
        (ReviewState.CORRECTED, True),
    ]
    assert day_of(world).find(entry.key).standing is Standing.CORRECTED


def test_the_facts_of_a_day_are_those_of_its_checklists(world):
    """What the light statement reads and what the checklists hold are the same results."""
    walk_all(world, 4)
    found = day_queries.list_facts(world.campaign.id, [world.ward.path], DAY, DAY)
    assert {fact.household_id for _on, _place, fact in found} == {
        entry.key[0] for entry in day_of(world).entries
    }
    assert db.session.scalar(select(func.count()).select_from(HandOver)) == 1
    with clock.frozen(START):
        again = record_visit(
            actor=world.actor("volunteer"),
            campaign=world.campaign,
            citizen_id=world.citizens[0].id,
            given=make_visit(Outcome.PHONE_MISMATCH, new_phone="0912345678"),
        )
    assert again.event.id in {
        fact.event_id
        for _on, _place, fact in day_queries.list_facts(
            world.campaign.id, EVERYTHING.paths, DAY, DAY
        )
    }
