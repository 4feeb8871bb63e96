"""The daily delta: four groups, what absence may confirm, what a naming contradicts, the way back."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.sheets import xlsx
from tests.make.visits import make_visit
from tests.make.world import OTHER_WARD
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.figures.models import Flow, UnitStock
from vneid_field.jobs.services import run_one, run_waiting
from vneid_field.lists import import_services, tasks
from vneid_field.lists.delta_queries import count_delta, page_people, page_rows
from vneid_field.lists.household_views import correct, take_off
from vneid_field.lists.import_queries import get_import
from vneid_field.lists.kinds import DeltaGroup, ImportKind, ImportState, ItemState
from vneid_field.lists.models import ListImport, ListItem, ListVerdict
from vneid_field.lists.queries import find_next_household
from vneid_field.lists.services import hand_over, take_back
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent, Citizen
from vneid_field.recount import check
from vneid_field.visits.checklist import find_checklist
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit

TITLES = ("STT", "Họ và tên", "Số CCCD", "Phường/xã", "Khu vực")
DAY = date(2023, 7, 4)  # the world is founded on its evening
CLAIMED = DAY + timedelta(days=1)
AS_OF = DAY + timedelta(days=2)
LOADED = DAY + timedelta(days=3)


def at(day, hour=8):
    return clock.frozen(clock.at_local(day, time(hour)))


def rows_of(people, *, hamlet=None, ward=None):
    """Rows of a list that names people where they live, or in another place."""
    return [
        (n, c.full_name, c.citizen_id, ward or "", hamlet or "Khu vực 1")
        for n, c in enumerate(people, start=1)
    ]


def new_row(number, name="Trần Văn Mới"):
    return (number, name, f"09209000{number:04d}", "", "Khu vực 1")


def upload(world, rows, *, as_of=AS_OF, login="commune", unit=None, **kinds):
    done = import_services.upload(
        actor=world.actor(login),
        campaign=world.campaign,
        unit=unit or world.ward,
        kind=kinds.get("kind", ImportKind.APPROVED_NOT_ACTIVATED),
        as_of_on=as_of,
        content=xlsx(rows, titles=TITLES),
        extension="xlsx",
    )
    db.session.commit()
    run_waiting()
    return read(world, done.id, login)


def read(world, import_id, login="commune"):
    db.session.expire_all()
    scope = world.actor(login).scope
    return get_import(scope, world.campaign.id, import_id, with_content=True)


def apply(world, done, login="commune"):
    import_services.apply_import(
        actor=world.actor(login), done=done, vanished=count_delta(done).vanished
    )
    db.session.commit()
    run_waiting()
    done = read(world, done.id, login)
    assert done.state is ImportState.APPLIED
    assert check(world.campaign) == []
    return done


def load(world, rows, **options):
    login = options.get("login", "commune")
    return apply(world, upload(world, rows, **options), login)


def undo(world, done, login="commune", reason="Nạp nhầm tệp"):
    import_services.undo_import(actor=world.actor(login), done=done, reason=reason)
    db.session.commit()
    run_waiting()
    done = read(world, done.id, login)
    assert done.state is ImportState.UNDONE
    assert check(world.campaign) == []
    return done


def visit(world, citizen, outcome=Outcome.ACTIVATED_APP, day=CLAIMED, login="volunteer"):
    with at(day, 9):
        recorded = record_visit(
            actor=world.actor(login),
            campaign=world.campaign,
            citizen_id=citizen.id,
            given=make_visit(outcome),
        )
    db.session.commit()
    return recorded


@pytest.fixture
def held(world):
    """The hamlet's 24 people, handed over; the first four claimed as activated the next day."""
    with at(DAY, 18):
        world.hand_over_all()
    people = world.citizens
    for one in people[:4]:
        visit(world, one)
    visit(world, people[4], Outcome.REFUSED)
    with at(LOADED):
        yield people


def states(people):
    db.session.expire_all()
    return [one.application_state for one in people]


def figures():
    """Every number that boards print."""
    flows = {
        (f.home_unit_id, f.performed_key, f.counted_on, c.key): getattr(f, c.key)
        for f in db.session.scalars(select(Flow))
        for c in Flow.__table__.columns
        if c.key not in ("id", "campaign_id", "home_path", "performed_path", "home_unit_id",
                         "performed_by_unit_id", "performed_key", "counted_on")
        and getattr(f, c.key)
    }  # fmt: skip
    stocks = {
        (s.basis, s.unit_id, name): getattr(s, name)
        for s in db.session.scalars(select(UnitStock))
        for name in ("unvisited", "pending", "absent", "not_activated", "activated", "left")
        if getattr(s, name)
    }
    return flows, stocks


def total(name):
    return db.session.scalar(select(func.coalesce(func.sum(getattr(Flow, name)), 0)))


def verdicts():
    query = select(ListVerdict).where(ListVerdict.taken_back_at.is_(None))
    return list(db.session.scalars(query))


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
    assert found[0][0][held.index(mover)][:2] == (ApplicationState.APPROVED, sibling.id)


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
