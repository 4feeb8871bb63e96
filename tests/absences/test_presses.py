"""Presses that come twice, late or from somewhere else: a sentence each, and one step at most."""

import re

import pytest

from tests.absences.test_pages import stage_of
from tests.make.absences import RETURN, hop_of
from tests.make.visits import make_uuid, make_visit
from vneid_field.absences import services
from vneid_field.absences.kinds import Stage
from vneid_field.absences.models import AbsenceCase, AbsenceContact
from vneid_field.core.errors import Conflict, NotFound
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.recount import check
from vneid_field.visits.corrections import undo_result
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit

MOVED = "vừa được chuyển hoặc đã kết thúc"


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', page)[1]


def said(response) -> str:
    return response.get_data(as_text=True)


def test_a_second_press_of_fetch_does_not_send_the_case_a_step_further(app, ids, login):
    first, second = ids["cases"]
    commune, district = login("commune"), login("district")
    page = commune.text("/absences/?show=below")
    fields = {"case_id": [first, second], "show": "below", "seen": seen_on(page)}
    for _twice in range(2):
        commune.post("/absences/send", **fields)
        assert stage_of(app, first) is Stage.COMMUNE
    fields["seen"] = seen_on(district.text("/absences/?show=below"))
    for _twice in range(2):
        district.post("/absences/send", **fields)
        assert stage_of(app, first) is Stage.DISTRICT
    # A colleague whose page is older than the step reads that it moved.
    late = commune.post("/absences/give-back", 409, **fields, back_on="2023-07-20")
    assert "đang do" in said(late)
    assert stage_of(app, first) is Stage.DISTRICT
    late = district.post("/absences/assign", 409, **fields, team_id=ids["support"])
    assert MOVED in said(late)
    assert stage_of(app, second) is Stage.DISTRICT


def test_an_answer_to_an_offer_that_is_gone_is_told_and_not_a_missing_page(app, ids, login):
    first = ids["cases"][0]
    commune, other = login("commune"), login("sibling.commune")
    commune.post("/absences/send", case_id=first)
    other.post(f"/absences/{first}/decline", 404, note="chưa thấy bao giờ")
    commune.post("/absences/offer", case_id=first, place_id=ids["other"], note="ở trọ")
    other.post(f"/absences/{first}/decline", note="không có")
    assert MOVED in said(other.post(f"/absences/{first}/decline", 409, note="không có"))
    late = other.post("/absences/receive", 409, case_id=first, back=first)
    assert MOVED in said(late)
    other.post("/absences/receive", 404, case_id=ids["cases"][1])  # never seen there
    commune.post("/absences/close", case_id=first, reason="outside", note="Bình Dương")
    again = commune.post("/absences/close", 409, case_id=first, reason="outside", note="Bình Dương")
    assert MOVED in said(again)


def work(app, ids, login):
    cases = ids["cases"]
    commune, district = login("commune"), login("district")
    for _step in range(2):
        commune.post("/absences/send", case_id=cases)
    district.post("/absences/assign", case_id=cases, team_id=ids["support"])
    return login("caller")


@pytest.mark.parametrize("unit_id", ["²", "１２x", "1" * 5000, "-1", "\x00", ""])
def test_a_place_that_is_no_number_is_no_fault_of_ours(app, ids, login, unit_id):
    caller, first = work(app, ids, login), ids["cases"][0]
    caller.post(f"/calls/{first}/contact", 404, outcome="elsewhere", unit_id=unit_id, note="trọ")
    assert stage_of(app, first) is Stage.WORK


def test_a_taps_uuid_with_another_content_person_or_caller_is_refused(app, ids, login):
    caller, (first, second), uuid = work(app, ids, login), ids["cases"], make_uuid()
    url, again = f"/calls/{first}/contact", "đã được lưu với nội dung khác"
    for _twice in range(2):
        caller.post(url, outcome="no_answer", uuid=uuid)
    for fields in ({"outcome": "wrong_number"}, {"outcome": "activated_app"}):
        assert again in said(caller.post(url, 409, uuid=uuid, **fields))
    assert again in said(caller.post(url, 409, outcome="no_answer", uuid=uuid, note="khác"))
    elsewhere = caller.post(f"/calls/{second}/contact", 409, outcome="no_answer", uuid=uuid)
    assert again in said(elsewhere)
    with app.app_context():
        assert db.session.query(AbsenceContact).count() == 1
        assert db.session.get_one(AbsenceCase, first).tries == 1
    caller.post(f"/calls/{second}/contact", outcome="activated_app", uuid=(uuid := make_uuid()))
    caller.post(f"/calls/{second}/contact", outcome="activated_app", uuid=uuid)
    other = caller.post(f"/calls/{second}/contact", 409, outcome="activated_web", uuid=uuid)
    assert again in said(other)
    late = caller.post(f"/calls/{second}/contact", 409, outcome="no_answer", uuid=make_uuid())
    assert MOVED in said(late)


def test_a_printing_page_opens_its_own_kind_of_work_only(app, ids, login):
    commune = login("commune")
    url = commune.post("/absences/paper").headers["Location"]
    with app.app_context():
        run_waiting()
    assert "đã sẵn sàng" in commune.text(url)
    commune.get(url.replace("absences", "lists"), 404)


def offer(loop, actor, case, unit, note="ở trọ"):
    services.offer_elsewhere(
        actor=actor, campaign=loop.campaign, case_ids=[case.id], unit_id=unit.id, note=note
    )


def decline(loop, actor, case):
    services.decline(actor=actor, campaign=loop.campaign, case_id=case.id, note="không có")


def test_an_accepted_case_that_was_offered_on_and_declined_is_no_new_offer(loop):
    case, there = loop.cases[0], loop.world.unit("31117")
    services.send_up(actor=loop.commune, campaign=loop.campaign, case_ids=[case.id])
    offer(loop, loop.commune, case, there)
    services.receive(actor=loop.other, campaign=loop.campaign, case_ids=[case.id])
    offer(loop, loop.other, case, loop.district_unit)
    decline(loop, loop.district, case)
    hop = hop_of(case)
    assert (hop.stage, hop.unit_id) == (Stage.ELSEWHERE, there.id)
    assert hop.received_at is not None
    with pytest.raises(Conflict):  # it is theirs: they may offer it on, not refuse it
        decline(loop, loop.other, case)
    assert check(loop.campaign) == []


def test_an_offer_opened_again_after_an_undone_activation_goes_back_where_it_came_from(loop):
    case, there = loop.cases[0], loop.world.unit("31117")
    services.send_up(actor=loop.commune, campaign=loop.campaign, case_ids=[case.id])
    offer(loop, loop.commune, case, there)
    who = {"campaign": loop.campaign, "citizen_id": case.citizen_id}
    given = make_visit(Outcome.ACTIVATED_APP)
    record_visit(actor=loop.world.actor("volunteer"), given=given, **who)
    assert hop_of(case) is None
    undo = make_visit(None, undoes=given.uuid, note="nhầm người")
    undo_result(actor=loop.commune, given=undo, **who)
    assert hop_of(case).unit_id == there.id
    decline(loop, loop.other, case)
    hop = hop_of(case)
    assert (hop.stage, hop.unit_id) == (Stage.COMMUNE, loop.world.ward.id)
    assert hop.note == "không có"
    assert check(loop.campaign) == []


def test_a_case_does_not_go_to_a_team_that_was_closed(loop):
    case, team = loop.cases[0], loop.world.team
    who = {"campaign": loop.campaign, "case_ids": [case.id]}
    services.send_up(actor=loop.commune, **who)
    services.send_up(actor=loop.commune, **who)
    team.is_active = loop.support.is_active = False
    with pytest.raises(Conflict, match=f"{team.name} đã giải thể"):
        services.give_back(actor=loop.district, back_on=RETURN, note="", **who)
    with pytest.raises(NotFound):
        services.assign(actor=loop.district, team_id=loop.support.id, **who)
    assert hop_of(case).stage is Stage.DISTRICT
