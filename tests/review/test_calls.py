"""Call-backs: what people say of a claimed activation, who may write it down, what it asks for."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from tests.conftest import on_both
from tests.make.reviews import DAY, day_of, decide, phone, rush, walk, walk_all
from tests.make.visits import make_uuid, make_visit
from vneid_field.audit.models import AuditEvent
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.people.queries import list_members
from vneid_field.review import calls, services
from vneid_field.review.coverage import cover_commune
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.labels import name_remark
from vneid_field.review.models import ReviewCall
from vneid_field.visits.kinds import Outcome


@on_both
@pytest.mark.parametrize("login", ["commune", "beat"])
def test_an_answer_is_kept_with_the_claim_it_speaks_of(world, login):
    (event,) = walk_all(world, 1)
    call = phone(world, event, CallResult.NO_ANSWER, login=login, note="Máy bận")
    assert (call.event_id, call.citizen_id, call.commune_id, call.counted_on, call.note) == (
        event.id,
        event.citizen_id,
        world.ward.id,
        DAY,
        "Máy bận",
    )
    (audit,) = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "review.called"))
    assert audit.data == {"team_id": world.team.id, "call_result": "no_answer"}
    assert audit.subject_id == str(event.citizen_id)


@on_both
def test_a_second_call_is_a_second_row_and_the_last_answer_counts(world):
    (event,) = walk_all(world, 1)
    phone(world, event, CallResult.NO_ANSWER)
    phone(world, event, CallResult.DENIED)
    last = phone(world, event, CallResult.CONFIRMED)
    assert len(list(db.session.scalars(select(ReviewCall)))) == 3
    total = cover_commune(world.campaign, world.ward, DAY, DAY).total
    assert (total.called, total.confirmed, total.denied) == (1, 1, 0)
    assert last.result is CallResult.CONFIRMED


@on_both
def test_the_same_form_twice_is_one_call_and_other_words_under_it_are_refused(world):
    (event,) = walk_all(world, 1)
    uuid = make_uuid()
    one = phone(world, event, uuid=uuid, note="Đã hỏi")
    assert phone(world, event, uuid=uuid, note="Đã hỏi").id == one.id
    for other in ({"result": CallResult.DENIED}, {"note": "Khác"}):
        with pytest.raises(Conflict, match="đã được ghi với nội dung khác"):
            phone(world, event, **{"uuid": uuid, "note": "Đã hỏi"} | other)
    with pytest.raises(Conflict, match="đã được ghi với nội dung khác"):
        phone(world, event, login="beat", uuid=uuid, note="Đã hỏi")
    assert len(list(db.session.scalars(select(ReviewCall)))) == 1


@on_both
def test_only_an_activation_of_that_day_that_stands_can_be_asked_about(world):
    world.hand_over_all()
    refused = walk(world, world.citizens[0], Outcome.REFUSED)
    with pytest.raises(Conflict, match="không còn kết quả kích hoạt"):
        phone(world, refused)
    claimed = walk(world, world.citizens[2], minutes=10)
    services.undo_result(
        actor=world.actor("commune"),
        campaign=world.campaign,
        citizen_id=claimed.citizen_id,
        given=make_visit(None, undoes=claimed.uuid, note="Ghi nhầm"),
    )
    with pytest.raises(Conflict, match="không còn kết quả kích hoạt"):
        phone(world, claimed)
    again = walk(world, world.citizens[2], Outcome.ACTIVATED_WEB, minutes=20)
    assert phone(world, claimed).event_id == again.id
    with pytest.raises(Conflict, match="không còn kết quả kích hoạt"):  # of another household
        phone(world, again, citizen_id=world.citizens[4].id)


@on_both
def test_what_else_is_refused(world):
    (event,) = walk_all(world, 1)
    for login in ("sibling.commune", "sibling.leader"):
        with pytest.raises(NotFound):
            phone(world, event, login=login)
    with pytest.raises(DomainError, match="chọn kết quả cuộc gọi"):
        phone(world, event, None)
    with pytest.raises(DomainError, match="300 ký tự"):
        phone(world, event, note="x" * (calls.NOTE_LIMIT + 1))
    mine = walk(world, world.citizens[2], login="commune", is_typed_in=True)
    with pytest.raises(Conflict, match="chính bạn"):
        phone(world, mine)
    assert db.session.scalars(select(ReviewCall)).all() == []
    assert phone(world, mine, login="beat").result is CallResult.CONFIRMED


@on_both
@pytest.mark.parametrize("change", ["UPDATE review_call SET note = 'x'", "DELETE FROM review_call"])
def test_nobody_changes_what_was_noted(world, change):
    (event,) = walk_all(world, 1)
    phone(world, event)
    with pytest.raises(DatabaseError, match="append-only"), db.session.begin_nested():
        db.session.connection().exec_driver_sql(change)


def test_who_denies_gets_the_checklist_offered_for_return_with_a_remark_without_a_name(world):
    (event,) = walk_all(world, 1)
    for result in set(CallResult) - {CallResult.DENIED}:
        assert calls.remark_after(phone(world, event, result)) == ""
    remark = calls.remark_after(phone(world, event, CallResult.DENIED))
    person = next(one for one in world.citizens if one.id == event.citizen_id)
    assert f"sinh {person.birth_on.year}" in remark
    assert "17h30 ngày 04/7/2023" in remark
    assert person.full_name not in remark
    assert name_remark(remark) == "gọi kiểm tra, người dân nói chưa kích hoạt"
    assert name_remark("Bà Trần Thị Mẫu nói chưa làm") == "lý do khác, ghi trên phiếu"
    done = decide(world, day_of(world).entries[0], ReviewState.RETURNED, remark=remark)
    assert done.returned_for == remark


@pytest.fixture
def called(arrange, login):
    """A visited household: (commune police's pages, the form of a call to its first person)."""
    with arrange() as world:
        walk_all(world)
        event = rush(world)
        fields = {
            "household_id": event.household_id,
            "team_id": world.team.id,
            "citizen_id": event.citizen_id,
        }
    return login("commune"), fields


def test_a_call_is_noted_in_place_and_shown_with_who_and_when(called):
    pages, fields = called
    assert "Ghi cuộc gọi…" in pages.text(f"/review/?on={DAY}")
    sent = {**fields, "uuid": make_uuid(), "result": "confirmed", "note": "Gọi số của con"}
    answer = pages.post(f"/review/call?on={DAY}", 200, htmx=True, **sent).get_data(as_text=True)
    assert "Đã ghi cuộc gọi." in answer
    assert "Gọi: Xác nhận đã kích hoạt" in answer
    assert "“Gọi số của con”" in answer
    assert "Người dùng commune" in answer
    assert 'id="review-more"' not in answer  # it is not decided: nothing has left the tab
    assert pages.post(f"/review/call?on={DAY}", 303, **sent).location.startswith("/review/?on=")
    assert pages.text(f"/review/?on={DAY}").count("Gọi: Xác nhận đã kích hoạt") == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_a_denial_opens_the_return_with_its_sentence_ready(called, htmx):
    pages, fields = called
    sent = {**fields, "uuid": make_uuid(), "result": "denied"}
    answer = pages.post(f"/review/call?on={DAY}", 200, htmx=htmx, **sent).get_data(as_text=True)
    assert "người dân nói chưa kích hoạt. Trả lại tổ" in answer
    assert answer.count('<details class="grow" open>') == 1
    assert 'value="Công an gọi điện lúc 17h30 ngày 04/7/2023: một người sinh' in answer


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refused_call_says_why_on_the_checklist(called, htmx):
    pages, fields = called
    sent = {**fields, "uuid": make_uuid()}
    answer = pages.post(f"/review/call?on={DAY}", 422, htmx=htmx, **sent).get_data(as_text=True)
    assert "Hãy chọn kết quả cuộc gọi." in answer
    assert f'id="checklist-{fields["household_id"]}-{fields["team_id"]}"' in answer
    pages.post(f"/review/call?on={DAY}", 404, **{**sent, "household_id": 999_999})


def test_nobody_without_a_claim_is_offered_a_call(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        event = walk(world, world.citizens[0], Outcome.REFUSED)
        assert len(list_members(event.household_id)) == 2
    assert "Ghi cuộc gọi…" not in login("commune").text(f"/review/?on={DAY}")
