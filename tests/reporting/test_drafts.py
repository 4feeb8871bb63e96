"""Drafts: what was written meanwhile, here and elsewhere, is neither lost nor overwritten."""

import pytest

from tests.reporting.test_desk_home import NINE
from tests.reporting.test_life import decide, owed, send, sent_page
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
