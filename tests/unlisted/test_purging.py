"""After the campaign: who was met outside the lists, and what was told, is blanked; figures stay."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from tests.conftest import on_both
from tests.databases import START
from tests.make.people import make_citizen, make_household
from tests.make.unlisted import NUMBER, make_taken
from tests.make.visits import make_uuid, make_visit
from vneid_field.audit.models import AuditEvent
from vneid_field.campaigns.rules import kept_days, people_purge_on
from vneid_field.campaigns.services import set_kept
from vneid_field.commands.papers import purge
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.lists import holders
from vneid_field.people import field_corrections
from vneid_field.people.intake import id_index
from vneid_field.people.kinds import CorrectedField, CorrectionState
from vneid_field.people.models import FieldCorrection, Household
from vneid_field.people.purging import purge_corrections, purge_told
from vneid_field.recount import check, count_flows
from vneid_field.unlisted import queries, services
from vneid_field.unlisted.kinds import UnlistedState
from vneid_field.unlisted.models import UnlistedPerson
from vneid_field.unlisted.purging import purge_met, purge_unlisted
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.learnt_phones import find_untold
from vneid_field.visits.services import record_visit

PHONE, NEWER, OTHER = "0977000111", "0977000222", "092085000888"


def take(world, **values):
    row, _visit = services.take_down(
        actor=world.actor("volunteer"), campaign=world.campaign, given=make_taken(**values)
    )
    return row


def visit(world, given):
    return record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=given,
    )


def learn(world):
    """Somebody of the list is told by a new number, by visit, and by a new address."""
    world.hand_over_all()
    person = world.citizens[0]
    visit(world, make_visit(Outcome.PHONE_MISMATCH, new_phone=PHONE))
    home = db.session.get_one(Household, person.household_id)
    field_corrections.tell(
        actor=world.actor("volunteer"),
        citizen=person,
        address_line=home.address_line,
        field=CorrectedField.ADDRESS,
        value="99 Nguyễn Trãi",
        uuid=make_uuid(),
    )


def at_the_end(world, days=0):
    """The clock some days after the purge day."""
    over = people_purge_on(world.campaign) + timedelta(days=days)
    return clock.frozen(clock.day_bounds(over)[0] + timedelta(hours=2))


def corrections():
    return list(db.session.scalars(select(FieldCorrection).order_by(FieldCorrection.id)))


@on_both
def test_who_was_met_is_forgotten_on_the_day_and_the_figures_stay(world):
    waiting = take(world, citizen_id=OTHER, phone="0912345678", note="bán vé số")
    counted = take(world)
    home = make_household(world.hamlet, address_line="40 Lê Lai")
    make_citizen(home, citizen_id=NUMBER, full_name="Trần Thị Chợ")
    services.match(actor=world.actor("commune"), campaign=world.campaign, unlisted_id=counted.id)
    before = count_flows(world.campaign)
    indexes = {bytes(row.citizen_id_index) for row in (waiting, counted)}
    with at_the_end(world, -1):
        assert purge_unlisted(world.campaign) == 0
        assert waiting.full_name == "Trần Thị Chợ"
    with at_the_end(world):
        assert purge_unlisted(world.campaign) == 2
        assert purge_unlisted(world.campaign) == 0
    db.session.expire_all()
    for row in (waiting, counted):
        said = (row.full_name, row.citizen_id, row.phone, row.phone_index, row.note, row.reason)
        assert said == ("", "", None, None, "", "")
        assert (row.household_id, row.body_digest) == (None, "")
        assert row.state is UnlistedState.PURGED
        assert (row.team_id, row.outcome) == (world.team.id, Outcome.ACTIVATED_APP)
    after = {bytes(row.citizen_id_index) for row in (waiting, counted)}
    assert len(after) == 2
    assert not after & indexes
    assert count_flows(world.campaign) == before
    assert check(world.campaign) == []
    assert holders.check(world.campaign) == []
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.event == "unlisted.purged")
    ).one()
    assert (event.data, event.actor_id) == ({"count": 2}, None)
    scope = world.actor("commune").scope
    assert set(queries.count_tabs(scope, world.campaign.id).values()) == {0}
    scope = world.actor("volunteer").scope
    assert queries.page_of_team(scope, world.campaign.id, number=1).total == 0
    with pytest.raises(Conflict, match="đã xóa theo hạn"):
        services.reject(
            actor=world.actor("commune"),
            campaign=world.campaign,
            unlisted_id=waiting.id,
            reason="không có",
        )


@on_both
def test_what_was_told_is_blanked_is_not_told_again_and_nothing_is_decided_on_it(world):
    learn(world)
    newer = make_visit(Outcome.PHONE_MISMATCH, new_phone=NEWER)
    visit(world, newer)
    scope = world.actor("commune").scope
    replaced, address, number = (
        field_corrections.get_correction(scope, row.id) for row in corrections()
    )
    field_corrections.refuse(actor=world.actor("commune"), row=address, reason="nhầm số nhà 99")
    with at_the_end(world, -1):
        assert purge_corrections(world.campaign) == 0
    with at_the_end(world):
        assert purge_corrections(world.campaign) == 3
        assert purge_corrections(world.campaign) == 0
        db.session.expire_all()
        for row in (replaced, number, address):
            said = (row.value, row.before, row.reason, row.state)
            assert said == ("", "", "", CorrectionState.PURGED)
            assert row.told_by_unit_id == world.team.id
        assert find_untold(world.campaign.id) == 0
        with pytest.raises(Conflict, match="đã xóa theo hạn"):
            field_corrections.set_done(actor=world.actor("commune"), row=number)
        with clock.frozen(START + timedelta(hours=1)):
            visit(world, make_visit(None, undoes=newer.uuid))  # the earlier number would stand
        assert replaced.state is CorrectionState.PURGED
        assert number.state is CorrectionState.PURGED
        assert set(field_corrections.count_corrections(scope).values()) == {0}
    assert check(world.campaign) == []


@on_both
def test_no_byte_of_what_was_told_is_left_in_the_two_tables(world):
    take(world, citizen_id=OTHER, phone="0912345678", note="bán vé số")
    learn(world)

    def sealed(table, *columns):
        rows = db.session.execute(text(f"SELECT {', '.join(columns)} FROM {table}"))
        return {bytes(value) for row in rows for value in row if value is not None}

    def all_sealed():
        return sealed(
            "unlisted_person", "citizen_id", "citizen_id_index", "phone", "phone_index"
        ) | sealed("field_correction", "value")

    before = all_sealed()
    assert id_index(OTHER) in before
    with at_the_end(world):
        purge_met()
        purge_told()
    assert not before & all_sealed()


@on_both
def test_the_setting_moves_the_day(world):
    take(world)
    admin = world.actor("admin")
    assert kept_days(world.campaign) == 90
    set_kept(actor=admin, campaign=world.campaign, days=10)
    assert people_purge_on(world.campaign) == world.campaign.ends_on + timedelta(days=10)
    for days in (0, 366):
        with pytest.raises(DomainError, match="từ 1 đến 365"):
            set_kept(actor=admin, campaign=world.campaign, days=days)
    with at_the_end(world, -1):
        purge_met()
        assert db.session.scalars(select(UnlistedPerson.state)).one() is UnlistedState.WAITING
    with at_the_end(world):
        purge_met()
        assert db.session.scalars(select(UnlistedPerson.state)).one() is UnlistedState.PURGED


def test_the_command_counts_first_and_blanks_when_told_to(app, arrange):
    with arrange() as world:
        take(world)
        learn(world)
        day = people_purge_on(world.campaign)
    with app.app_context(), clock.frozen(clock.day_bounds(day)[0] + timedelta(hours=3)):
        said = CliRunner().invoke(purge, []).output
        assert "Có 1 người ngoài danh sách, 2 báo sửa hồ sơ đến hạn xóa." in said
        said = CliRunner().invoke(purge, ["--now"]).output
        assert "Đã xóa 1 người ngoài danh sách, 2 báo sửa hồ sơ đến hạn." in said
        said = CliRunner().invoke(purge, []).output
        assert "Có 0 người ngoài danh sách, 0 báo sửa hồ sơ đến hạn xóa." in said


def test_the_administrator_sets_the_days_on_the_campaigns_page(login):
    admin = login("admin")
    fields = {"name": "Cao điểm", "plan_title": "Kế hoạch 128", "expire_untouched_days": "0"}
    assert re.search(r'name="keep_people_days"[^>]*value="90"', admin.text("/campaign/"))
    admin.post("/campaign/", 422, **fields, keep_people_days="0")
    admin.post("/campaign/", 422, **fields, keep_people_days="")
    admin.post("/campaign/", **fields, keep_people_days="120")
    assert re.search(r'name="keep_people_days"[^>]*value="120"', admin.text("/campaign/"))
    assert "số ngày giữ dữ liệu" in admin.text("/audit/")
