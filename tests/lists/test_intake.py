"""Intake: preview, apply, the same again, interruption, what is never undone or taken away."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.databases import START
from tests.make import messy_list
from tests.make.sheets import TITLES, person_rows, xlsx
from tests.make.world import OTHER_WARD
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.figures.queries import home_days
from vneid_field.jobs.services import run_one, run_waiting
from vneid_field.lists import import_services, tasks
from vneid_field.lists.contributions import contributions
from vneid_field.lists.hand_over_queries import get_hand_over
from vneid_field.lists.household_views import correct
from vneid_field.lists.import_queries import get_import
from vneid_field.lists.kinds import ImportKind, ImportState, ItemState
from vneid_field.lists.models import HamletAlias, ListImport, ListItem
from vneid_field.lists.queries import find_next_household
from vneid_field.lists.services import hand_over
from vneid_field.lists.walk_list import make_walk_list, number_rows
from vneid_field.lists.workbook import IntakeRefused, Limits
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent, Citizen, Household
from vneid_field.people.queries import list_members
from vneid_field.people.services import merge_households, split_household
from vneid_field.recount import check

DAY = date(2023, 7, 4)
HAMLETS = ["Khu vực 1", "KV2", "Khu vực 3"]


def upload(world, content, *, kind=ImportKind.APPROVED_NOT_ACTIVATED, login="commune", unit=None):
    import_services.refuse_unreadable(content, Limits())
    done = import_services.upload(
        actor=world.actor(login),
        campaign=world.campaign,
        unit=unit or world.ward,
        kind=kind,
        as_of_on=DAY,
        content=content,
        extension="xlsx",
    )
    db.session.commit()
    run_waiting()
    return get_import(world.actor(login).scope, world.campaign.id, done.id, with_content=True)


def apply(world, done, login="commune"):
    import_services.apply_import(actor=world.actor(login), done=done)
    db.session.commit()
    run_waiting()
    return get_import(world.actor(login).scope, world.campaign.id, done.id, with_content=True)


def shown(done):
    return {key: done.counts[key] for key in ("new", "changed", "unchanged", "rejected")}


@on_both
def test_a_messy_list_is_previewed_applied_and_the_same_again_changes_nothing(world):
    content = messy_list.FILE.read_bytes()
    done = upload(world, content)
    assert done.state is ImportState.READ
    assert shown(done) == {
        "new": messy_list.GOOD,
        "changed": 0,
        "unchanged": 0,
        "rejected": len(messy_list.WRONG),
    }
    before = db.session.scalar(select(func.count(Citizen.id)))
    done = apply(world, done)
    assert done.state is ImportState.APPLIED
    assert db.session.scalar(select(func.count(Citizen.id))) == before + messy_list.GOOD
    assert check(world.campaign) == []
    events = db.session.scalar(select(func.count(ApplicationEvent.id)))
    again = upload(world, content)
    assert shown(again)["unchanged"] == messy_list.GOOD
    with pytest.raises(DomainError, match="không có gì mới"):
        import_services.apply_import(actor=world.actor("commune"), done=again)
    assert db.session.scalar(select(func.count(ApplicationEvent.id))) == events


@on_both
def test_an_interrupted_storing_goes_on_where_it_stopped(world, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 10)
    done = upload(world, xlsx(person_rows(45, hamlets=HAMLETS)))
    import_services.apply_import(actor=world.actor("commune"), done=done)
    db.session.commit()
    pieces = []
    store = tasks.store_piece

    def stop_at_the_third(reading, rows):
        pieces.append(len(rows))
        if len(pieces) == 3:
            raise RuntimeError("the power went")
        store(reading, rows)

    monkeypatch.setattr(tasks, "store_piece", stop_at_the_third)
    run_one()
    assert db.session.scalar(select(func.count(Citizen.id))) == 24 + 20
    assert check(world.campaign) == []  # nothing half-written
    monkeypatch.setattr(tasks, "store_piece", store)
    found = get_import(world.actor("commune").scope, world.campaign.id, done.id, with_content=True)
    import_services._ask(world.actor("commune"), found, "lists.apply")
    db.session.commit()
    run_waiting()
    found = db.session.get(ListImport, done.id, populate_existing=True)
    assert found.counts["applied"]["new"] == 45
    assert db.session.scalar(select(func.count(Citizen.id))) == 24 + 45
    assert check(world.campaign) == []


@on_both
def test_people_of_one_door_become_one_household(world):
    apply(world, upload(world, xlsx(person_rows(12, hamlets=["Khu vực 2"], households_of=4))))
    homes = db.session.scalars(select(Household).where(Household.unit_id != world.hamlet.id)).all()
    assert sorted(len(list_members(home.id)) for home in homes) == [4, 4, 4]


@on_both
def test_a_changed_phone_and_hamlet_are_taken_over_and_counted(world):
    rows = [list(row) for row in person_rows(6, hamlets=["Khu vực 1"])]
    apply(world, upload(world, xlsx(rows)))
    rows[0][7] = "0988000111"
    rows[1][6] = "Khu vực 2"
    done = upload(world, xlsx(rows))
    assert shown(done) == {"new": 0, "changed": 2, "unchanged": 4, "rejected": 0}
    apply(world, done)
    assert check(world.campaign) == []
    phones = set(db.session.scalars(select(Citizen.phone)))
    assert "0988000111" in phones


@on_both
def test_a_list_of_the_activated_moves_stocks_of_home_and_team(world):
    given = world.hand_over_all()
    people = world.citizens[:3]
    rows = [
        (n, c.full_name, c.birth_on.strftime("%d/%m/%Y"), "", c.citizen_id, "", "", "", "")
        for n, c in enumerate(people, start=1)
    ]
    db.session.commit()
    done = upload(world, xlsx(rows, titles=TITLES), kind=ImportKind.ACTIVATED)
    assert shown(done)["changed"] == 3
    apply(world, done)
    db.session.expire_all()
    assert {c.application_state for c in world.citizens[:3]} == {ApplicationState.ACTIVATED}
    assert check(world.campaign) == []
    items = select(ListItem.done_at).where(ListItem.hand_over_id == given.id)
    assert sum(done_at is not None for done_at in db.session.scalars(items)) == 3
    given = get_hand_over(world.actor("commune").scope, given.id)
    printed = make_walk_list(given, number_rows(given), "")
    assert sum(hamlet.people_count for hamlet in printed.hamlets) == 21
    walked = find_next_household(
        world.actor("volunteer").scope, world.campaign.id, after=None, now=clock.now()
    )
    assert walked.household_id != people[0].household_id


def approved_sum(world):
    scope = world.actor("commune").scope
    return home_days(scope, world.campaign.id, world.ward.path, DAY, DAY).whole_day["approved"]


@on_both
def test_an_approval_taken_back_and_imported_again_counts_once(world):
    content = xlsx(person_rows(3, hamlets=["Khu vực 1"]))
    apply(world, upload(world, content))
    assert approved_sum(world) == 3
    person = db.session.scalars(select(Citizen).order_by(Citizen.id.desc())).first()
    actor = world.actor("commune")
    with clock.frozen(START + timedelta(hours=3)):
        correct(actor=actor, campaign=world.campaign, citizen=person, reason="Duyệt nhầm")
    assert approved_sum(world) == 2
    assert check(world.campaign) == []
    apply(world, upload(world, content))
    assert approved_sum(world) == 3
    assert check(world.campaign) == []


@on_both
def test_a_list_that_takes_an_approval_back_takes_its_count_and_its_item_too(world):
    world.hand_over_all()
    content = xlsx(person_rows(2, hamlets=["Khu vực 1"]))
    apply(world, upload(world, content))
    commune = world.actor("commune")
    people = db.session.scalars(select(Citizen).order_by(Citizen.id.desc()).limit(2)).all()
    hand_over(
        actor=commune,
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.other_team,
        citizens=people,
    )
    apply(world, upload(world, content, kind=ImportKind.NOT_COLLECTED))
    assert approved_sum(world) == 0
    held = select(ListItem.state).where(ListItem.holder_unit_id == world.other_team.id)
    assert set(db.session.scalars(held)) == {ItemState.TAKEN_BACK}
    assert check(world.campaign) == []


@on_both
def test_approvals_of_another_campaigns_days_are_not_recounted_here(world):
    apply(world, upload(world, xlsx(person_rows(2, hamlets=["Khu vực 1"]))))
    person = world.citizens[0]
    before = world.campaign.starts_on - timedelta(days=30)
    db.session.add(
        ApplicationEvent(
            citizen_id=person.id,
            to_state=ApplicationState.APPROVED,
            source="import",
            home_unit_id=person.unit_id,
            counted_on=before,
            at=clock.now(),
        )
    )
    db.session.flush()
    assert check(world.campaign) == []
    rows = [(1, person.full_name, "1968", "", person.citizen_id, "", "", "", "")]
    for kind in (ImportKind.NOT_COLLECTED, ImportKind.APPROVED_NOT_ACTIVATED):
        apply(world, upload(world, xlsx(rows, titles=TITLES), kind=kind))
    assert approved_sum(world) == 3  # approved then, and approved again in this campaign
    assert check(world.campaign) == []
    days = {"first_on": DAY, "last_on": DAY}
    event = ApplicationEvent(
        to_state=ApplicationState.APPROVED, source="import", home_unit_id=1, counted_on=before
    )
    assert contributions([event], **days) == {}


@on_both
def test_a_commune_cannot_take_people_of_another_and_learns_nothing_of_them(world):
    world_rows = list(person_rows(3, hamlets=["Khu vực 1"]))
    apply(world, upload(world, xlsx(world_rows)))
    sibling = world.unit(OTHER_WARD)
    done = upload(world, xlsx(world_rows), login="sibling.commune", unit=sibling)
    assert shown(done)["rejected"] == 3
    text = done.preview
    assert "phường/xã khác" in text
    assert "Khu vực 1, Phường" not in text


@on_both
def test_a_spelling_is_mapped_once_and_remembered(world):
    rows = list(person_rows(3, hamlets=["Xóm Chài"]))
    done = upload(world, xlsx(rows))
    wanted = import_services.preview_of(done)["hamlets"]
    assert [(one["text"], one["count"]) for one in wanted] == [("Xóm Chài", 3)]
    import_services.remember_hamlets(
        actor=world.actor("commune"),
        done=done,
        choices={(world.ward.id, "Xóm Chài"): world.hamlet},
    )
    db.session.commit()
    run_waiting()
    db.session.expire_all()
    again = upload(world, xlsx(rows))
    assert import_services.preview_of(again)["hamlets"] == []
    assert db.session.scalar(select(func.count(HamletAlias.id))) == 1


@on_both
def test_an_import_never_undoes_a_household_split_by_hand(world):
    rows = list(person_rows(4, hamlets=["Khu vực 1"], households_of=4))
    apply(world, upload(world, xlsx(rows)))
    home = db.session.scalars(select(Household).where(Household.address_line == rows[0][5])).one()
    members = list_members(home.id)
    new = split_household(
        actor=world.actor("commune"), household=home, members=members[:1], address_line=""
    )
    db.session.commit()
    done = upload(world, xlsx(rows))
    assert shown(done)["unchanged"] == 4
    assert len(list_members(new.id)) == 1


@on_both
def test_what_was_learnt_at_the_door_stays(world):
    citizen = world.citizens[0]
    citizen.field_phone = "0977000222"
    db.session.commit()
    row = (1, citizen.full_name, "", "", citizen.citizen_id, "", "", "0966000333", "")
    apply(world, upload(world, xlsx([row])))
    db.session.expire_all()
    assert (world.citizens[0].field_phone, world.citizens[0].phone) == ("0977000222", "0966000333")


def test_discarded_and_applied_lists_are_closed(world):
    done = upload(world, xlsx(person_rows(2, hamlets=HAMLETS)))
    import_services.discard(actor=world.actor("commune"), done=done)
    assert done.content is None
    with pytest.raises(Conflict):
        import_services.apply_import(actor=world.actor("commune"), done=done)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 nothing", "wrong_type"),
        ("Họ và tên;Số CCCD\n".encode("utf-16"), "utf16"),
        ("Họ và tên;Số CCCD\n".encode("cp1258", "replace") + b"\xd2\xd3", "not_utf8"),
        (b"PK\x03\x04 broken", "broken"),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_stored(world, content, code):
    with pytest.raises(IntakeRefused) as refused:
        upload(world, content)
    assert refused.value.code == code
    db.session.rollback()
    assert db.session.scalar(select(func.count(ListImport.id))) == 0


def unit_id(pages):
    import re

    return re.search(r'name="unit_id".*?value="(\d+)"', pages.text("/imports/"), re.DOTALL)[1]


@on_both
def test_a_newcomer_to_a_household_merged_twice_lives_where_it_went_at_last(world):
    one, other, last = world.households[:3]
    police = world.actor("commune")
    merge_households(actor=police, household=one, into=other)
    merge_households(actor=police, household=other, into=last)
    row = (1, "Trần Mới", "01/02/1990", "Nam", "092090009999", one.address_line)
    content = xlsx([(*row, world.hamlet.name, "", "27/06/2023")])
    db.session.commit()
    apply(world, upload(world, content))
    db.session.expire_all()
    counts = [len(list_members(household.id)) for household in (one, other, last)]
    assert counts == [0, 0, 7]
