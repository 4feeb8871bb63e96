"""Drafts: what was written meanwhile, here and elsewhere, is neither lost nor overwritten."""

import re
from datetime import timedelta

import pytest

from tests.reporting.test_desk_home import NINE
from tests.reporting.test_life import AT, decide, owed, send, sent_page
from vneid_field.core import clock
from vneid_field.core.errors import Conflict
from vneid_field.reporting import services
from vneid_field.reporting.kinds import ReportState, Step
from vneid_field.reporting.queries import find_draft


def test_a_draft_is_no_longer_kept_once_the_report_is_sent_or_accepted(world):
    with clock.frozen(NINE):
        send(world)
        for match in (r"đã gửi lúc 09h00 ngày [\d/]+ \(Người dùng \w+\)", "được cấp trên duyệt"):
            with pytest.raises(Conflict, match=match):
                services.save_draft(
                    obligation=owed(world, world.team), texts={"proposals": "x"}, is_no_list=False
                )
            if owed(world, world.team).report_state is ReportState.SENT:
                decide(world, Step.ACCEPTED)
        assert find_draft(owed(world, world.team).id) is None


def test_a_refused_draft_keeps_its_words_on_the_page_and_a_sent_page_tells_of_no_draft(
    arrange, login
):
    at = sent_page(arrange)
    leader = login("leader")
    page = leader.post(at, 409, proposals="Thêm 02 máy.", explanation="Mưa lớn.").get_data(
        as_text=True
    )
    assert "số liệu đã chốt" in page
    typed = page.split("chưa được lưu</h2>")[1].split("</section>")[0]
    assert "Thêm 02 máy." in typed
    assert "Mưa lớn." not in typed  # as it was sent
    assert "Đã lưu nháp" not in leader.text(f"{at}?saved=1")
    assert "chưa được lưu" not in leader.text(at)


SEEN = re.compile(r'name="seen" value="([^"]*)"')


def seen_at(pages, at):
    return SEEN.search(pages.text(at))[1]


def test_a_second_tab_does_not_overwrite_what_the_first_saved(arrange, login):
    with arrange() as world:
        at = f"/reports/{world.team.id}/{AT}"
    with clock.frozen(NINE):
        leader, deputy = login("leader"), login("commune")
        first = second = seen_at(leader, at)
        leader.post(at, explanation="Mưa lớn.", seen=first)
        leader.post(at, explanation="Mưa lớn.", seen=first)  # pressed twice
    with clock.frozen(NINE + timedelta(minutes=5)):
        for act in ("draft", "send"):
            page = deputy.post(
                at, 409, act=act, explanation="Mất điện.", seen=second, is_no_list="y"
            ).get_data(as_text=True)
            assert "bản nháp đã được lưu ở trang khác lúc 09h00 ngày 05/7/2023" in page
            other, form = page.split("Bản đã lưu viết khác</h2>")[1].split("</section>")[:2]
            assert "Mưa lớn." in other
            assert "Mất điện." in form
        assert "Mưa lớn." in leader.text(at)
        # A refusal for another reason shows nothing of the other's words, and so knows of none.
        page = deputy.post(at, 422, explanation="x" * 2001, seen=second).get_data(as_text=True)
        assert SEEN.search(page)[1] == second
        known = seen_at(deputy, at)
        deputy.post(at, explanation="Mất điện.", seen=known)
        assert "Mất điện." in leader.text(at)


def test_an_old_tab_sends_nothing_over_a_return_whose_reason_it_never_showed(arrange, login):
    with arrange() as world:
        at = f"/reports/{world.team.id}/{AT}"
    with clock.frozen(NINE):
        leader = login("leader")
        old = seen_at(leader, at)
        with arrange() as world:
            send(world)
            decide(world, Step.ACCEPTED)
            decide(world, Step.UNLOCKED, remark="Thiếu danh sách vắng mặt.")
        given = {"act": "send", "explanation": "Bão.", "is_no_list": "y"}
        page = leader.post(at, 409, **given, seen=old).get_data(as_text=True)
        assert "bản 1 đã được gửi rồi trả lại" in page
        assert "Thiếu danh sách vắng mặt." in page
        assert "Bão." in page
        leader.post(at, **given, seen=SEEN.search(page)[1])
        assert "bản 2, thay bản 1" in leader.text(at)
