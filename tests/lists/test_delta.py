"""The daily delta: four groups, what absence may confirm, what a naming contradicts."""

from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.delta import (
    AS_OF,
    CLAIMED,
    LOADED,
    apply,
    at,
    figures,
    load,
    new_row,
    rows_of,
    states,
    total,
    upload,
    verdicts,
    visit,
)
from tests.make.world import OTHER_WARD
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.figures.models import Flow
from vneid_field.lists import import_services
from vneid_field.lists.delta_page import groups_of
from vneid_field.lists.delta_queries import count_delta, page_people, page_rows
from vneid_field.lists.household_views import correct
from vneid_field.lists.kinds import DeltaGroup, ImportKind, ItemState
from vneid_field.lists.models import ListItem
from vneid_field.lists.queries import find_next_household
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent
from vneid_field.recount import check
from vneid_field.visits.checklist import find_checklist
from vneid_field.visits.kinds import Outcome


@on_both
def test_the_importer_reads_four_groups_before_and_after(world, held):
    other = next(h for h in world.ward_hamlets if h.id != world.hamlet.id)
    named = held[2:24]
    rows = [*rows_of(named[:-1]), *rows_of(named[-1:], hamlet=other.name), new_row(1)]
    done = upload(world, rows)
    delta = done.counts["delta"]
    assert (done.counts["new"], delta["vanished"], delta["contradicted"], done.counts["moved"]) == (
        1, 2, 2, 1,
    )  # fmt: skip
    scope = world.actor("commune").scope
    gone = page_people(scope, done, DeltaGroup.VANISHED, 1)
    assert {one.id for one in gone.items} == {one.id for one in held[:2]}
    assert gone.total == 2
    assert page_rows(done, DeltaGroup.NEW, 1, 1).items[0]["name"] == "Trần Văn Mới"
    (moved,) = page_rows(done, DeltaGroup.MOVED, 1, 1).items
    assert (moved["from_id"], moved["unit_id"]) == (world.hamlet.id, other.id)
    assert moved["citizen_id"] not in {one.citizen_id for one in held}
    assert (
        page_people(world.actor("sibling.commune").scope, done, DeltaGroup.VANISHED, 1).total == 0
    )
    done = apply(world, done)
    applied = done.counts["applied"]
    assert (applied["new"], applied["confirmed"], applied["contradicted"], applied["moved"]) == (
        1, 2, 2, 1,
    )  # fmt: skip
    gone = page_people(scope, done, DeltaGroup.VANISHED, 1)
    assert {one.id for one in gone.items} == {one.id for one in held[:2]}


@on_both
def test_who_vanished_is_confirmed_and_their_item_closes(world, held):
    load(world, rows_of(held[1:]))
    assert states(held[:2]) == [ApplicationState.ACTIVATED, ApplicationState.APPROVED]
    (verdict,) = [one for one in verdicts() if one.kind == "confirmed"]
    assert (verdict.citizen_id, verdict.performed_by_unit_id) == (held[0].id, world.team.id)
    assert verdict.performed_by == world.user("volunteer").id
    item = db.session.scalars(select(ListItem).where(ListItem.citizen_id == held[0].id)).one()
    assert item.state is ItemState.CLOSED
    event = db.session.scalars(
        select(ApplicationEvent)
        .where(ApplicationEvent.citizen_id == held[0].id)
        .order_by(ApplicationEvent.id.desc())
    ).first()
    assert (event.from_state, event.to_state) == ("approved", "activated")
    flow = db.session.scalars(select(Flow).where(Flow.confirmed > 0)).one()
    assert (flow.counted_on, flow.performed_by_unit_id) == (AS_OF, world.team.id)


@on_both
def test_who_activated_alone_is_confirmed_for_nobody(world, held):
    load(world, [*rows_of(held[:5]), *rows_of(held[6:])])
    assert states([held[5]]) == [ApplicationState.ACTIVATED]
    flow = db.session.scalars(select(Flow).where(Flow.confirmed > 0)).one()
    assert flow.performed_by_unit_id is None


@on_both
def test_a_contradicted_person_returns_to_the_team_with_a_mark(world, held):
    claimed = total("activated_app")
    load(world, rows_of(held))
    db.session.expire_all()
    person = held[0]
    assert (person.visit_status, person.application_state) == (None, ApplicationState.APPROVED)
    assert clock.to_local(person.refuted_until).date() == AS_OF
    assert (total("contradicted"), total("activated_app")) == (4, claimed)  # the claim stays
    item = db.session.scalars(select(ListItem).where(ListItem.citizen_id == person.id)).one()
    assert (item.state, item.done_at) == (ItemState.OPEN, None)
    actor = world.actor("volunteer")
    checklist = find_checklist(actor, world.campaign, person.household_id)
    shown = next(one for one in checklist.people if one.citizen.id == person.id)
    assert not shown.is_done
    assert find_next_household(actor.scope, world.campaign.id, after=None, now=clock.now())
    visit(world, person, Outcome.REFUSED, LOADED)
    assert check(world.campaign) == []
    db.session.expire_all()
    assert person.visit_status == "refused"
    assert total("out_refused") == 2
    visit(world, person, Outcome.ACTIVATED_WEB, LOADED + timedelta(days=1))
    assert check(world.campaign) == []
    db.session.expire_all()
    assert person.visit_status == "activated_web"
    assert total("activated_web") == 0  # once per person, at the first claim


@on_both
def test_a_second_claim_is_judged_by_the_next_list(world, held):
    load(world, rows_of(held))
    visit(world, held[0], day=LOADED)
    with at(LOADED + timedelta(days=2)):
        load(world, rows_of(held), as_of=LOADED + timedelta(days=1))
        assert total("contradicted") == 5
    visit(world, held[0], day=LOADED + timedelta(days=3))
    with at(LOADED + timedelta(days=5)):
        load(world, rows_of(held[1:]), as_of=LOADED + timedelta(days=4))
        assert total("confirmed") == 1


@on_both
def test_the_same_file_again_changes_nothing(world, held):
    rows = [*rows_of(held[2:]), new_row(1)]
    load(world, rows)
    before, count = figures(), len(verdicts())
    again = upload(world, rows)
    assert count_delta(again).vanished == count_delta(again).contradicted == 0
    with pytest.raises(DomainError, match="không có gì mới"):
        import_services.apply_import(actor=world.actor("commune"), done=again)
    assert (figures(), len(verdicts())) == (before, count)


@on_both
def test_the_same_file_later_the_same_day_does_not_judge_a_new_claim(world, held):
    rows = rows_of(held)
    load(world, rows, as_of=LOADED)
    visit(world, held[0], day=LOADED)  # an hour after the upload
    with at(LOADED, 11):
        again = upload(world, rows, as_of=LOADED)
        assert count_delta(again).contradicted == 0
        other = upload(world, rows[:-1], as_of=LOADED)
        assert count_delta(other).contradicted == 1


@on_both
def test_only_whom_the_day_allows_can_vanish(world, held):
    late, added, claimed, left = held[5:9]
    late.approved_on = AS_OF + timedelta(days=1)
    added.application_state_at = clock.at_local(AS_OF, time())
    visit(world, claimed, day=LOADED - timedelta(days=0))
    visit(world, left, Outcome.MOVED_OUT, CLAIMED)
    db.session.commit()
    done = upload(world, rows_of([*held[:5], *held[9:]]))
    delta = count_delta(done)
    assert (delta.vanished, delta.left) == (0, 1)


@on_both
def test_a_claim_after_the_lists_day_is_neither_confirmed_nor_contradicted(world, held):
    visit(world, held[5], day=LOADED)
    visit(world, held[6], day=LOADED)
    done = upload(world, [*rows_of(held[4:6]), *rows_of(held[7:])])
    load_ = apply(world, done)
    assert load_.counts["applied"]["contradicted"] == 0
    assert {one.citizen_id for one in verdicts()} == {one.id for one in held[:4]}
    db.session.expire_all()
    assert held[5].visit_status == held[6].visit_status == "activated_app"


@on_both
def test_people_of_another_unit_never_vanish(world, held):
    sibling = world.unit(OTHER_WARD)
    done = upload(world, [new_row(1)], login="sibling.commune", unit=sibling)
    assert count_delta(done).vanished == 0


@on_both
def test_a_rejected_row_still_names_its_person(world, held):
    rows = rows_of(held)
    rows[5] = (6, "", held[5].citizen_id, "", "Khu vực 1")  # no name
    rows[6] = (7, held[6].full_name, held[6].citizen_id[1:], "", "Khu vực 1")  # a lost zero
    done = upload(world, rows)
    assert (done.counts["rejected"], count_delta(done).vanished) == (2, 0)
    rows[7] = (8, held[7].full_name, "không rõ", "", "Khu vực 1")
    done = upload(world, rows)
    assert (done.counts["unnamed"], count_delta(done).vanished) == (1, 1)


@on_both
def test_a_second_file_of_the_same_day_does_not_confirm_whom_the_first_names(world, held):
    load(world, rows_of(held[:20]))
    assert total("confirmed") == 4  # the others of the unit: missing
    done = upload(world, rows_of(held[20:]))
    assert count_delta(done).vanished == 0
    apply(world, done)
    assert total("confirmed") == 0  # named after all
    assert set(states(held)) == {ApplicationState.APPROVED}
    opened = select(func.count()).where(ListItem.state == ItemState.OPEN)
    assert db.session.scalar(opened) == 24


@on_both
def test_an_older_list_confirms_nobody_whom_a_newer_one_names(world, held):
    newer = LOADED + timedelta(days=1)
    with at(newer + timedelta(days=1)):
        load(world, rows_of(held), as_of=newer)
        done = upload(world, rows_of(held[5:]))
        assert count_delta(done).vanished == 0


@on_both
def test_a_wildly_short_file_asks_for_the_number(world, held):
    done = upload(world, rows_of(held[10:]))
    actor = world.actor("commune")
    for typed in (None, 9):
        with pytest.raises(import_services.Unconfirmed, match="10 trong 24"):
            import_services.apply_import(actor=actor, done=done, vanished=typed)
    apply(world, done)
    assert total("confirmed") == 10


@on_both
def test_the_limit_is_the_campaigns(world, held):
    world.campaign.settings = {"vanished_limit_percent": 50}
    db.session.commit()
    done = upload(world, rows_of(held[10:]))
    import_services.apply_import(actor=world.actor("commune"), done=done)


@on_both
def test_before_a_list_of_the_activated_is_applied_whom_it_confirms_is_shown(world, held):
    done = upload(world, [*rows_of(held[:3]), new_row(1)], kind=ImportKind.ACTIVATED)
    shown = {one.key: (one.label, one.words, one.count) for one in groups_of(done)}
    assert shown[DeltaGroup.VANISHED][0] == "Được xác nhận đã kích hoạt"
    assert shown[DeltaGroup.VANISHED][2] == 3
    assert "chờ giao" not in shown[DeltaGroup.NEW][1]  # they come in activated
    rows = page_rows(done, DeltaGroup.VANISHED, 3, 1).items
    assert [one["name"] for one in rows] == [one.full_name for one in held[:3]]
    done = apply(world, done)
    people = page_people(world.actor("commune").scope, done, DeltaGroup.VANISHED, 1)
    assert {one.id for one in people.items} == {one.id for one in held[:3]}


@on_both
def test_a_list_of_the_activated_confirms_whom_it_names(world, held):
    rows = rows_of([held[0], held[5]])
    load(world, rows, kind=ImportKind.ACTIVATED)
    assert total("confirmed") == 2
    assert states(held[:2]) == [ApplicationState.ACTIVATED, ApplicationState.APPROVED]
    again = upload(world, rows, kind=ImportKind.ACTIVATED)
    assert again.counts["changed"] == 0


@on_both
def test_whom_a_later_list_names_again_is_confirmed_no_more(world, held):
    load(world, rows_of(held[1:]))
    with at(LOADED + timedelta(days=1)):
        load(world, rows_of(held), as_of=LOADED)
        assert total("confirmed") == 0
        db.session.expire_all()
        assert held[0].application_state is ApplicationState.APPROVED
        assert held[0].visit_status is None  # and the claim is contradicted
        item = select(ListItem).where(ListItem.citizen_id == held[0].id)
        assert db.session.scalars(item).one().state is ItemState.OPEN


@on_both
def test_police_who_set_a_confirmed_person_back_take_the_confirmation_back(world, held):
    load(world, rows_of(held[1:]))
    commune = world.actor("commune")
    db.session.expire_all()
    correct(actor=commune, campaign=world.campaign, citizen=held[0], reason="Nhầm người")
    assert check(world.campaign) == []
    assert total("confirmed") == 0
    item = select(ListItem).where(ListItem.citizen_id == held[0].id)
    assert db.session.scalars(item).one().state is ItemState.OPEN
