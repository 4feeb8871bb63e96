"""What a team learnt and the application says otherwise: both values, done or refused."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.lists.test_intake import apply, upload
from tests.make.sheets import xlsx
from tests.make.visits import make_uuid, make_visit
from vneid_field.audit.models import AuditEvent
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.lists import holders
from vneid_field.people import field_corrections
from vneid_field.people.kinds import CorrectedField, CorrectionState
from vneid_field.people.models import Citizen, FieldCorrection, Household
from vneid_field.recount import check
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.learnt_phones import find_untold
from vneid_field.visits.services import record_visit

NEW, NEWER = "0977000111", "0977000222"
SHEET = ("Họ và tên", "Ngày sinh", "Số CCCD", "Địa chỉ", "Khu vực", "SĐT", "Ngày phê duyệt")


def visit(world, given, login="volunteer"):
    return record_visit(
        actor=world.actor(login),
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=given,
    )


def learn(world, number=NEW):
    given = make_visit(Outcome.PHONE_MISMATCH, new_phone=number)
    visit(world, given)
    return given


def tell(world, value, field=CorrectedField.ADDRESS, uuid=None):
    person = world.citizens[0]
    home = db.session.get_one(Household, person.household_id)
    return field_corrections.tell(
        actor=world.actor("volunteer"),
        citizen=person,
        address_line=home.address_line,
        field=field,
        value=value,
        uuid=uuid or make_uuid(),
    )


def states():
    rows = db.session.scalars(select(FieldCorrection).order_by(FieldCorrection.id))
    return [(row.value, row.state.value) for row in rows]


def found(world, row_id, login="commune"):
    return field_corrections.get_correction(world.actor(login).scope, row_id, to_write=True)


def only(world, login="commune"):
    page = field_corrections.page_corrections(
        world.actor(login).scope, CorrectionState.OPEN, number=1
    )
    assert page.total == 1
    return found(world, page.items[0].row.id, login)


def bring_list(world, **cells):
    """Import what a list says of the first person: only the named cells differ."""
    person = world.citizens[0]
    home = db.session.get_one(Household, person.household_id)
    row = {
        "phone": person.phone,
        "address": home.address_line,
    } | cells
    rows = [
        (
            person.full_name,
            person.birth_on.strftime("%d/%m/%Y"),
            person.citizen_id,
            row["address"],
            world.hamlet.name,
            row["phone"],
            "27/06/2023",
        )
    ]
    done = upload(world, xlsx(rows, titles=SHEET))
    return apply(world, done) if done.counts["changed"] else done


@on_both
def test_a_number_learnt_at_the_door_waits_in_the_queue_of_the_home_only(world):
    world.hand_over_all()
    learn(world)
    row = only(world)
    assert (row.field, row.value) == (CorrectedField.PHONE, NEW)
    assert row.citizen.phone != NEW  # both stand
    for login in ("sibling.commune", "volunteer"):
        scope = world.actor(login).scope
        assert field_corrections.page_corrections(scope, row.state, number=1).total == 0
        with pytest.raises(NoResultFound):
            found(world, row.id, login)


@on_both
def test_a_newer_number_replaces_it_and_an_undo_brings_the_earlier_one_back(world):
    world.hand_over_all()
    first = learn(world)
    second = learn(world, NEWER)
    assert states() == [(NEW, "replaced"), (NEWER, "open")]
    visit(world, make_visit(None, undoes=second.uuid))
    assert [state for _value, state in states()] == ["open", "replaced"]
    visit(world, make_visit(None, undoes=first.uuid))
    assert not any(state == "open" for _value, state in states())
    assert world.citizens[0].field_phone is None


@on_both
def test_done_takes_the_lists_place_and_no_import_brings_the_old_number_back(world):
    world.hand_over_all()
    old = world.citizens[0].phone
    learn(world)
    row = only(world)
    assert field_corrections.set_done(actor=world.actor("commune"), row=row)
    assert not field_corrections.set_done(actor=world.actor("commune"), row=row)  # twice
    person = world.citizens[0]
    assert (person.phone, person.field_phone, row.before) == (NEW, None, old)
    bring_list(world, phone=old)
    assert db.session.get_one(Citizen, person.id).phone == NEW
    with pytest.raises(Conflict, match="đã được cập nhật lúc"):
        field_corrections.refuse(actor=world.actor("commune"), row=row, reason="sai")


@on_both
def test_an_import_never_overwrites_an_open_one(world):
    world.hand_over_all()
    learn(world)
    tell(world, "99 Trần Phú")
    bring_list(world, phone="0966000333", address="55 Trần Phú")
    assert states() == [(NEW, "open"), ("99 Trần Phú", "open")]
    person = world.citizens[0]
    assert (person.phone, person.field_phone) == ("0966000333", NEW)
    assert db.session.get_one(Household, person.household_id).address_line == "55 Trần Phú"
    assert check(world.campaign) == []


@on_both
def test_refused_keeps_the_application_and_is_not_asked_again(world):
    world.hand_over_all()
    given = learn(world)
    old, row = world.citizens[0].phone, only(world)
    with pytest.raises(DomainError, match="vì sao"):
        field_corrections.refuse(actor=world.actor("commune"), row=row, reason="  ")
    field_corrections.refuse(actor=world.actor("commune"), row=row, reason="Số người khác")
    person = world.citizens[0]
    assert (person.phone, person.field_phone) == (old, None)
    later = make_visit(Outcome.PHONE_MISMATCH, new_phone=NEWER)
    visit(world, later)
    visit(world, make_visit(None, undoes=later.uuid))  # the refused number is the newest again
    assert (NEW, "refused") in states()
    assert world.citizens[0].field_phone is None
    assert not any(state == "open" for _value, state in states())
    assert given.new_phone == NEW


@on_both
def test_an_address_is_told_once_per_tap_and_a_newer_word_replaces_it(world):
    world.hand_over_all()
    uuid = make_uuid()
    first = tell(world, "99 Trần Phú", uuid=uuid)
    assert tell(world, "99 Trần Phú", uuid=uuid).id == first.id
    with pytest.raises(Conflict, match="nội dung khác"):
        tell(world, "98 Trần Phú", uuid=uuid)
    tell(world, "98 Trần Phú")
    tell(world, "ở với hộ số 12", CorrectedField.HOUSEHOLD)
    assert [state for _value, state in states()] == ["replaced", "open", "open"]
    home = db.session.get_one(Household, world.citizens[0].household_id)
    for value, words in (("", "cần sửa"), ("x" * 201, "dài quá"), (home.address_line, "giống")):
        with pytest.raises(DomainError, match=words):
            tell(world, value)
    with pytest.raises(DomainError, match="cùng kết quả"):
        tell(world, NEW, CorrectedField.PHONE)


@on_both
def test_numbers_learnt_before_there_were_corrections_get_their_place(world):
    world.hand_over_all()
    learn(world)
    db.session.execute(FieldCorrection.__table__.delete())
    assert find_untold(world.campaign.id) == 1
    assert states() == [(NEW, "open")]
    assert find_untold(world.campaign.id) == 0


@on_both
def test_values_are_sealed_and_the_log_holds_none(world):
    world.hand_over_all()
    learn(world)
    row = only(world)
    field_corrections.set_done(actor=world.actor("commune"), row=row)
    raw = db.session.connection().exec_driver_sql("SELECT value, before FROM field_correction")
    for sealed in raw.one():
        assert NEW.encode() not in bytes(sealed)
    query = select(AuditEvent).where(AuditEvent.event.startswith("correction."))
    assert [one.data for one in db.session.scalars(query)] == [{"field": "phone"}]


def test_the_phone_tells_and_the_desk_decides(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        person = world.citizens[0]
        person_id, home_id = person.id, person.household_id
        address = db.session.get_one(Household, home_id).address_line
    volunteer, police = login("volunteer"), login("commune")
    assert "Không có gì chờ cập nhật" in police.text("/people/corrections/")
    assert f"/citizens/{person_id}/correction" in volunteer.text(f"/households/{home_id}")
    url = f"/citizens/{person_id}/correction"
    assert address in volunteer.text(url)
    refused = volunteer.post(url, 422, field="address", value="  ").get_data(as_text=True)
    assert "Hãy ghi điều cần sửa." in refused
    volunteer.post(url, field="address", value="99/1 Trần Phú")
    assert "chờ Công an cập nhật" in volunteer.text(url)
    login("sibling.leader").get(url, 404)
    page = police.text("/people/corrections/")
    assert address in page
    assert "99/1 Trần Phú" in page
    assert "Cần cập nhật hồ sơ · 1" in police.text("/people/")
    with arrange() as world:
        row_id = only(world).id
    login("sibling.commune").post(f"/people/corrections/{row_id}/done", 404)
    failed = police.post(f"/people/corrections/{row_id}/refuse", 422, reason=" ")
    assert "Hãy ghi vì sao không sửa." in failed.get_data(as_text=True)
    police.post(f"/people/corrections/{row_id}/done")
    with arrange() as world:
        person = db.session.get_one(Citizen, person_id)
        home = db.session.get_one(Household, person.household_id)
        assert (home.address_line, home.is_manual) == ("99/1 Trần Phú", True)
        assert home.id != home_id  # only this person: the other member stays
        assert holders.check(world.campaign) == []
    assert "Đã ghi là đã cập nhật" in police.text("/people/corrections/")
    assert "99/1 Trần Phú" in police.text("/people/corrections/?show=done")


def test_the_whole_household_moves_when_it_is_ticked(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        home_id = world.citizens[0].household_id
        row_id = tell(world, "99/1 Trần Phú").id
    login("commune").post(f"/people/corrections/{row_id}/done", is_whole="1")
    with arrange() as world:
        home = db.session.get_one(Household, home_id)
        assert (home.address_line, home.alley) == ("99/1 Trần Phú", "Hẻm 99 Trần Phú")
        assert world.citizens[0].household_id == world.citizens[1].household_id == home_id
        bring_list(world, address="3 Mậu Thân")
        assert db.session.get_one(Household, home_id).address_line == "99/1 Trần Phú"


def test_phones_are_masked_in_the_queue_until_somebody_asks(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        learn(world)
        person = world.citizens[0]
        person_id, old = person.id, person.phone
    police = login("commune")
    page = police.text("/people/corrections/")
    assert NEW not in page
    assert old not in page
    shown = police.post(f"/people/{person_id}/reveal", 200, htmx=True, field="field_phone")
    assert NEW in shown.get_data(as_text=True)
