"""17h00: reasons that add up, a remedial action, only the unnamed part counted (ADR 021)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.make.events import happen, invite
from tests.make.results import explained
from tests.make.world import DAY
from vneid_field.collection.kinds import EventKind
from vneid_field.core import clock
from vneid_field.core.errors import DomainError, WrongField
from vneid_field.extensions import db
from vneid_field.figures.queries import home_days
from vneid_field.figures.services import apply_flows
from vneid_field.recount import check
from vneid_field.reporting import queries
from vneid_field.reporting.collection_services import enter_collection_result, mark_remedy
from vneid_field.reporting.contributions import contributions
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import RemedyKind, ShortfallReason
from vneid_field.reporting.models import CollectionResult
from vneid_field.reporting.shortfalls import RemedyGiven, counts_of, lacking

ACTION = RemedyGiven(RemedyKind.HOME_PERSUASION, "Trung úy Lê Văn A", DAY + timedelta(days=1))
NAMED = (EventKind.CHECKED_IN, EventKind.COLLECTED)


def announce(world, collected, *, quota=0, on=DAY, **given):
    return enter_collection_result(
        actor=world.actor("point"),
        campaign=world.campaign,
        point=world.unit_of("point"),
        collected_on=on,
        collected=collected,
        quota=quota,
        **given,
    )


def flow(world):
    scope = world.actor("commune").scope
    days = home_days(scope, world.campaign.id, world.ward.path, DAY, DAY)
    return days.whole_day["collected"]


@pytest.mark.parametrize(
    ("collected", "invited", "quota", "lack"),
    [(7, 0, 10, 3), (7, 12, 10, 5), (12, 12, 10, 0), (15, 12, 10, 0), (0, 0, 0, 0)],
)
def test_a_result_lacks_what_is_below_the_larger_of_list_and_quota(collected, invited, quota, lack):
    assert lacking(collected, invited, quota) == lack


@on_both
@pytest.mark.parametrize("counts", [(2, 0), (2, 2), (0, 0)])
def test_reasons_must_add_up_exactly_to_the_shortfall(world, counts):
    reasons = dict(zip((ShortfallReason.REFUSED, ShortfallReason.AWAY), counts, strict=True))
    with pytest.raises(
        DomainError, match=f"Thiếu 3 hồ sơ nhưng các lý do cộng lại là {sum(counts)}"
    ):
        announce(world, 7, quota=10, reasons=reasons, remedy=ACTION)
    reasons[ShortfallReason.DID_NOT_COME] = 3 - sum(counts)
    if sum(counts) < 3:
        stored = announce(world, 7, quota=10, reasons=reasons, remedy=ACTION)
        assert sum(counts_of(stored).values()) == 3


def test_nothing_is_explained_where_nothing_lacks_and_nothing_below_nought(world):
    with pytest.raises(DomainError, match="hãy bỏ 1 ở các lý do"):
        announce(world, 10, quota=10, reasons={ShortfallReason.AWAY: 1})
    reasons = {ShortfallReason.AWAY: -1, ShortfallReason.REFUSED: 2}
    with pytest.raises(DomainError, match="từ 0 trở lên"):
        announce(world, 9, quota=10, reasons=reasons, remedy=ACTION)


@on_both
def test_the_invitation_list_counts_where_it_is_longer_than_the_quota(world):
    for person in world.citizens[:5]:
        invite(world, person)
    with pytest.raises(DomainError, match="Thiếu 2 hồ sơ"):
        announce(world, 3, quota=1)
    stored = announce(world, 3, quota=1, **explained(2, DAY))
    assert (stored.invited, stored.named) == (5, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"remedy": None}, "hãy chọn biện pháp"),
        ({"remedy": RemedyGiven(RemedyKind.INVITE_AGAIN, "", DAY)}, "người chịu trách nhiệm"),
        ({"remedy": RemedyGiven(RemedyKind.OTHER, "A", DAY)}, "ghi rõ biện pháp"),
        (
            {"remedy": RemedyGiven(RemedyKind.INVITE_AGAIN, "A", DAY - timedelta(days=1))},
            "phải từ 04/7/2023 đến",
        ),
        ({"reasons": {ShortfallReason.OTHER: 3}}, "ghi rõ lý do đó"),
    ],
)
def test_a_shortfall_needs_an_action_with_a_person_and_a_day(world, change, words):
    given = {"reasons": {ShortfallReason.AWAY: 3}, "remedy": ACTION} | change
    with pytest.raises(WrongField, match=words):
        announce(world, 7, quota=10, **given)


@on_both
def test_only_what_no_event_names_is_counted_from_the_result(world):
    for person in world.citizens[:3]:
        for kind in NAMED:
            happen(world, person, kind)
    stored = announce(world, 8)
    assert (stored.collected, stored.named) == (8, 3)
    assert flow(world) == 5  # the three count by their own events
    announce(world, 6)
    assert flow(world) == 3
    with pytest.raises(WrongField, match="đã ghi tên 3 người"):
        announce(world, 2)
    announce(world, 3)
    assert flow(world) == 0


@on_both
def test_an_undone_event_no_longer_names_anybody_and_recount_agrees(world):
    events = [happen(world, person, EventKind.COLLECTED) for person in world.citizens[:2]]
    announce(world, 5)
    assert flow(world) == 3
    for person, event in zip(world.citizens, events, strict=False):
        happen(world, person, EventKind.UNDO, undoes=event)
    announce(world, 5, reason="Ghi nhầm hai người.")
    assert flow(world) == 5
    assert check(world.campaign) == []


@on_both
def test_results_of_before_count_whole_and_stay_readable(world):
    point = world.unit_of("point")
    old = dict(
        campaign_id=world.campaign.id,
        point_id=point.id,
        home_unit_id=world.ward.id,
        collected_on=DAY,
        quota=10,
        reason="Mất điện",
        remedy="Thu lưu động",
        entered_at=clock.now(),
    )
    row = CollectionResult(**old, collected=4, version=1)
    db.session.add(row)
    db.session.flush()
    apply_flows(world.campaign.id, contributions([row]))
    assert check(world.campaign) == []
    figures = draft_figures(world.campaign, world.ward, DAY)
    assert [(p["reason"], p["remedy"]) for p in figures["points"]] == [("Mất điện", "Thu lưu động")]
    announce(world, 12, quota=10)
    assert flow(world) == 12
    assert check(world.campaign) == []


@on_both
def test_the_same_words_twice_are_one_version(world):
    given = {"quota": 10, "reasons": {ShortfallReason.AWAY: 3}, "remedy": ACTION}
    first, again = announce(world, 7, **given), announce(world, 7, **given)
    assert first.id == again.id
    assert db.session.scalar(select(func.count()).select_from(CollectionResult)) == 1
    given["reasons"] = {ShortfallReason.REFUSED: 3}
    assert announce(world, 7, **given).version == 2


@on_both
def test_an_action_is_marked_done_and_a_new_version_keeps_it(world):
    given = {"quota": 10, "reasons": {ShortfallReason.AWAY: 3}, "remedy": ACTION}
    announce(world, 7, **given)
    actor, point = world.actor("point"), world.unit_of("point")
    (mine,) = queries.list_remedies(actor.scope, world.campaign.id, point, DAY)
    mark_remedy(actor=actor, remedy=mine, is_done=True, note="Gặp 3 hộ")
    announce(world, 7, **given | {"reasons": {ShortfallReason.REFUSED: 3}})
    (kept,) = queries.list_remedies(actor.scope, world.campaign.id, point, DAY)
    assert (kept.id != mine.id, kept.done_at is not None, kept.done_note) == (
        True,
        True,
        "Gặp 3 hộ",
    )
    mark_remedy(actor=actor, remedy=kept, is_done=False, note="Chưa gặp ai")
    assert (kept.done_at, kept.done_note) == (None, "Chưa gặp ai")


@on_both
def test_actions_not_done_stay_on_top_the_longest_due_first(world):
    for days in (3, 2, 1):
        on = DAY - timedelta(days=days)
        due = DAY - timedelta(days=days - 1)
        action = RemedyGiven(RemedyKind.INVITE_AGAIN, f"Người {days}", due)
        announce(world, 0, quota=1, on=on, reasons={ShortfallReason.WEATHER: 1}, remedy=action)
    actor, point = world.actor("point"), world.unit_of("point")

    def names():
        since = DAY - timedelta(days=1)
        found = queries.list_remedies(actor.scope, world.campaign.id, point, since)
        return [one.responsible for one in found]

    assert names() == ["Người 3", "Người 2", "Người 1"]
    for one in queries.list_remedies(actor.scope, world.campaign.id, point, DAY):
        if one.responsible != "Người 2":
            mark_remedy(actor=actor, remedy=one, is_done=True)
    assert names() == ["Người 2", "Người 1"]  # yesterday's stays to be read


def test_nobody_marks_another_points_action(world):
    announce(world, 0, quota=1, **explained(1, DAY))
    scope, point = world.actor("point").scope, world.unit_of("point")
    (mine,) = queries.list_remedies(scope, world.campaign.id, point, DAY)
    with pytest.raises(NoResultFound):
        queries.get_remedy(world.actor("sibling.commune").scope, mine.id)


def test_the_page_asks_for_reasons_keeps_what_was_typed_and_shows_the_action(arrange, login):
    with arrange() as world:
        for person in world.citizens[:2]:
            happen(world, person, EventKind.COLLECTED)
        for person in world.citizens[2:6]:
            invite(world, person)
    pages = login("point")
    page = pages.text("/reports/point")
    assert re.search(r'name="collected"[^>]*value="2"', page)
    assert "2 thu nhận xong" in page
    assert "Danh sách mời 4 người" in page
    fields = {"on": DAY.isoformat(), "collected": "2", "why_away": "1"}
    action = {"remedy_kind": "home_collection", "responsible": "Lê Văn A", "due_on": "2023-07-05"}
    page = pages.post("/reports/point", 422, **fields, **action).get_data(as_text=True)
    assert "Thiếu 2 hồ sơ nhưng các lý do cộng lại là 1" in page
    assert 'value="Lê Văn A"' in page
    pages.post("/reports/point", **fields | {"why_away": "2"}, **action)
    page = pages.text("/reports/point")
    assert "Thu nhận lưu động tại nhà" in page
    assert "Vắng mặt tại địa phương 2" in page
    with arrange() as world:
        actor = world.actor("point")
        (mine,) = queries.list_remedies(actor.scope, world.campaign.id, world.unit_of("point"), DAY)
        at = f"/reports/point/remedies/{mine.id}"
    with clock.frozen(datetime(2023, 7, 6, 2, tzinfo=UTC)):
        pages = login("point")
        assert "quá hạn, chưa làm" in pages.text("/reports/point")
        pages.post(at, done="yes", note="Đã đến nhà")
        pages.post(at, done="yes", note="Đã đến nhà")
        assert "quá hạn, chưa làm" not in pages.text("/reports/point")
