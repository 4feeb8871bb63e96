"""The daily delta goes on when interrupted, comes in pieces, and is taken back whole."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.delta import (
    LOADED,
    at,
    figures,
    load,
    new_row,
    read,
    rows_of,
    states,
    total,
    undo,
    upload,
    verdicts,
    visit,
)
from tests.make.world import OTHER_WARD
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.jobs.services import run_one, run_waiting
from vneid_field.lists import import_services, tasks
from vneid_field.lists.delta_queries import page_rows
from vneid_field.lists.household_views import take_off
from vneid_field.lists.kinds import DeltaGroup, ImportState, ItemState
from vneid_field.lists.models import ListImport, ListItem
from vneid_field.lists.services import hand_over, take_back
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.units.models import Unit
from vneid_field.visits.kinds import Outcome


@on_both
def test_an_interrupted_delta_goes_on(world, held, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 3)
    done = upload(world, rows_of(held[10:]))
    import_services.apply_import(actor=world.actor("commune"), done=done, vanished=10)
    db.session.commit()
    confirm, calls = tasks.confirm, []

    def stop(judging, ids, effects):
        calls.append(ids)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        return confirm(judging, ids, effects)

    monkeypatch.setattr(tasks, "confirm", stop)
    run_one()
    assert check(world.campaign) == []
    assert total("confirmed") == 3
    monkeypatch.setattr(tasks, "confirm", confirm)
    import_services.apply_import(actor=world.actor("commune"), done=read(world, done.id))
    db.session.commit()
    run_waiting()
    done = read(world, done.id)
    assert (done.state, done.counts["applied"]["confirmed"]) == (ImportState.APPLIED, 10)
    assert check(world.campaign) == []


@on_both
def test_one_file_of_the_district_or_one_file_each_come_to_the_same(world, held):
    """City police load An Hòa and Cái Khế: together, and one after the other in both orders."""
    sibling = world.unit(OTHER_WARD)
    mover = held[8]
    home = [*rows_of(held[2:8], ward=world.ward.name), *rows_of(held[9:], ward=world.ward.name)]
    there = rows_of([mover], ward=sibling.name)
    plans = (
        [(home + there, world.unit("916"))],
        [(home, world.ward), (there, sibling)],
        [(there, sibling), (home, world.ward)],
    )
    found = []
    for plan in plans:
        done = [load(world, rows, login="city", unit=unit) for rows, unit in plan]
        db.session.expire_all()
        people = [
            (c.application_state, c.unit_id, c.visit_status, c.refuted_until)
            for c in db.session.scalars(select(Citizen).order_by(Citizen.id))
        ]
        items = [
            (i.citizen_id, i.state, i.holder_unit_id)
            for i in db.session.scalars(select(ListItem).order_by(ListItem.id))
        ]
        found.append((people, items, figures()))
        for one in reversed(done):
            undo(world, one, "city")
    assert found[0] == found[1] == found[2]
    state, home_id, *_rest = found[0][0][held.index(mover)]
    assert state is ApplicationState.APPROVED
    assert db.session.get_one(Unit, home_id).parent_id == sibling.id


@on_both
def test_a_later_list_taken_back_gives_the_confirmation_back_that_it_took(world, held):
    """An Hòa no longer names the mover, Cái Khế does; then Cái Khế's list proves wrong."""
    mover = held[8]
    load(world, rows_of([*held[4:8], *held[9:]]))
    before = (states([mover]), figures(), len(verdicts()))
    there = load(
        world,
        rows_of([mover], ward=world.unit(OTHER_WARD).name),
        login="city",
        unit=world.unit(OTHER_WARD),
    )
    assert len(verdicts()) == before[2] - 1
    undo(world, there, "city")
    assert (states([mover]), figures(), len(verdicts())) == before
    item = select(ListItem).where(ListItem.citizen_id == mover.id)
    assert db.session.scalars(item).one().state is ItemState.CLOSED


@on_both
def test_who_moves_to_another_commune_leaves_the_team_who_moves_inside_stays(world, held):
    other = next(h for h in world.ward_hamlets if h.id != world.hamlet.id)
    away, near = held[10], held[11]
    sibling = world.unit(OTHER_WARD)
    rows = [
        *rows_of([*held[:10], *held[12:]], ward=world.ward.name),
        *rows_of([near], ward=world.ward.name, hamlet=other.name),
        *rows_of([away], ward=sibling.name),
    ]
    done = load(world, rows, login="city", unit=world.unit("916"))
    assert (done.counts["moved"], done.counts["moved_away"]) == (2, 1)
    items = {
        one: db.session.scalars(select(ListItem).where(ListItem.citizen_id == one.id)).one()
        for one in (away, near)
    }
    assert (items[away].state, items[away].end_reason) == (
        ItemState.TAKEN_BACK,
        "chuyển phường, xã",
    )
    db.session.expire_all()
    assert items[near].state is ItemState.OPEN
    assert items[near].household_id == near.household_id
    assert near.unit_id == other.id


@on_both
def test_undone_whole_the_figures_are_what_they_were(world, held):
    before, people = figures(), db.session.scalar(select(func.count(Citizen.id)))
    other = next(h for h in world.ward_hamlets if h.id != world.hamlet.id)
    rows = [*rows_of(held[2:22]), *rows_of([held[22]], hamlet=other.name), new_row(1), new_row(2)]
    rows[6] = (*rows[6][:1], "Nguyễn Tên Khác", *rows[6][2:])
    name = held[8].full_name
    done = load(world, rows)
    assert (total("confirmed"), total("contradicted")) == (3, 2)
    done = undo(world, done)
    assert figures() == before
    assert db.session.scalar(select(func.count(Citizen.id))) == people
    db.session.expire_all()
    assert held[8].full_name == name
    assert held[22].unit_id == world.hamlet.id
    assert set(states(held)) == {ApplicationState.APPROVED}
    assert [one.visit_status for one in held[:4]] == ["activated_app"] * 4
    open_items = select(func.count()).where(ListItem.state == ItemState.OPEN)
    assert db.session.scalar(open_items) == 24
    again = load(world, rows)  # and it can be loaded anew
    assert again.counts["applied"]["confirmed"] == 3


@on_both
def test_visits_made_since_win_over_an_undo(world, held):
    done = load(world, rows_of(held[1:]))
    visit(world, held[1], Outcome.REFUSED, LOADED)
    done = undo(world, done)
    db.session.expire_all()
    assert held[1].visit_status == "refused"  # contradicted still
    assert held[2].visit_status == "activated_app"
    assert (total("contradicted"), total("confirmed")) == (1, 0)
    assert done.counts["undo"]["kept"] == 1


@on_both
def test_new_people_handed_over_meanwhile_leave_the_team_visited_ones_stay(world, held):
    done = load(world, [*rows_of(held[4:]), new_row(1), new_row(2)])
    new = db.session.scalars(select(Citizen).order_by(Citizen.id.desc()).limit(2)).all()
    hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.other_team,
        citizens=new,
    )
    with at(LOADED, 9):
        from vneid_field.lists.models import HandOver
        from vneid_field.lists.services import receive

        given = db.session.scalars(select(HandOver).order_by(HandOver.id.desc())).first()
        receive(actor=world.actor("other.leader"), given=given)
    visit(world, new[0], Outcome.REFUSED, LOADED, "other.leader")
    done = undo(world, done)
    db.session.expire_all()
    assert [one.application_state for one in new] == ["approved", "not_collected"]
    assert done.counts["undo"]["kept"] == 1


@on_both
def test_an_undo_is_refused_once_a_later_list_was_applied(world, held):
    first = load(world, rows_of(held[1:]))
    with at(LOADED + timedelta(days=1)):
        load(world, rows_of(held[2:]), as_of=LOADED, login="city", unit=world.unit("916"))
        with pytest.raises(Conflict, match="Người dùng city đã áp dụng lúc 08h00 ngày 08/7/2023"):
            import_services.undo_import(
                actor=world.actor("commune"), done=read(world, first.id), reason="Nhầm"
            )


@on_both
def test_an_undo_needs_a_reason_and_a_second_click_is_harmless(world, held):
    done = load(world, rows_of(held[1:]))
    commune = world.actor("commune")
    with pytest.raises(DomainError, match="lý do"):
        import_services.undo_import(actor=commune, done=done, reason="  ")
    undo(world, done)
    import_services.undo_import(actor=commune, done=read(world, done.id), reason="lại")
    assert run_waiting() == 0


@on_both
def test_decisions_of_police_since_win_over_an_undo(world, held):
    done = load(world, rows_of(held[1:]))
    db.session.expire_all()
    take_off(
        actor=world.actor("commune"),
        campaign=world.campaign,
        citizen=held[0],
        to=ApplicationState.DECEASED,
        reason="Giấy chứng tử",
    )
    done = undo(world, done)
    assert states([held[0]]) == [ApplicationState.DECEASED]
    assert done.counts["undo"]["kept"] == 1


@on_both
def test_a_list_ended_meanwhile_is_not_opened_again_by_an_undo(world, held):
    done = load(world, rows_of(held[1:]))
    given = db.session.scalars(select(ListItem)).first().hand_over_id
    from vneid_field.lists.hand_over_queries import get_hand_over

    commune = world.actor("commune")
    take_back(actor=commune, campaign=world.campaign, given=get_hand_over(commune.scope, given))
    undo(world, done)
    item = db.session.scalars(select(ListItem).where(ListItem.citizen_id == held[0].id)).one()
    assert item.state is ItemState.CLOSED
    assert states([held[0]]) == [ApplicationState.APPROVED]


def test_a_discarded_list_leaves_no_names(world, held):
    done = upload(world, [*rows_of(held[1:]), new_row(1)])
    import_services.discard(actor=world.actor("commune"), done=done)
    assert page_rows(done, DeltaGroup.NEW, 1, 1).items == []
    assert db.session.get(ListImport, done.id).state is ImportState.DISCARDED


@on_both
def test_an_undo_takes_people_from_the_team_they_had_been_moved_to(world, held):
    """Moved to Cái Khế by a list, handed over there; the list is undone, An Hòa's team has them."""
    mover, sibling = held[8], world.unit(OTHER_WARD)
    moved = load(world, rows_of([mover], ward=sibling.name), login="city", unit=sibling)
    there = world.teams_of(sibling)[0]
    hand_over(
        actor=world.actor("sibling.commune"),
        campaign=world.campaign,
        from_unit=sibling,
        team=there,
        citizens=[db.session.get_one(Citizen, mover.id)],
    )
    db.session.commit()
    undo(world, moved, "city")
    query = select(ListItem.holder_unit_id).where(
        ListItem.citizen_id == mover.id, ListItem.state == ItemState.OPEN
    )
    assert db.session.scalars(query).all() == [world.team.id]
