"""The desk's home: everything owed, and which target wants an explanation."""

import re
from datetime import UTC, datetime, timedelta

from tests.make.flows import make_flow
from tests.make.quotas import make_quota
from tests.make.world import DAY
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.figures.rules import Counter
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.reporting import overview, services
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.queries import get_obligation

NINE = datetime(2023, 7, 5, 2, tzinfo=UTC)  # 09h00 of the next day


def test_every_report_that_a_unit_owes_is_listed_with_its_minutes(world):
    scope = world.actor("commune").scope
    with clock.frozen(NINE):
        owed = overview.gather(scope, world.campaign, world.ward, DAY).owed
    assert len(owed) == 24  # the days 15/6 to 05/7 and the weeks to 20/6, 27/6 and 04/7, none sent
    # What is due next, then the overdue from the newest, then what may not be sent yet.
    assert [one.minutes_left for one in owed[:2]] == [60, 60]
    overdue = [-one.minutes_left for one in owed[2:-1]]
    assert overdue == sorted(overdue)
    assert overdue[0] == 23 * 60
    assert (owed[-1].minutes_left, owed[-1].is_open) == (60 + 24 * 60, False)


def test_what_can_still_be_in_time_comes_before_what_was_missed_shortly_ago(world):
    scope = world.actor("district").scope
    with clock.frozen(datetime(2023, 7, 5, 17, 10, tzinfo=UTC)):  # 00h10 of 06/7
        owed = overview.gather(scope, world.campaign, world.unit("916"), DAY).owed
    assert [one.minutes_left for one in owed[:2]] == [13 * 60 + 50, -(10 * 60 + 10)]


def test_what_is_owed_stands_above_all_with_the_minutes_left_and_the_script_keeps_them(login):
    with clock.frozen(datetime(2023, 7, 5, 2, 55, tzinfo=UTC)):  # 09h55
        page = login("commune").text("/reports/")
    first = page.index('id="owed-title"')
    assert first < page.index('aria-label="Loại báo cáo"')
    pills = re.findall(r'data-due="(\d+)" data-now="\d+">([^<]+)<', page[first:])
    assert pills[0][1] == "còn 5 phút"
    assert int(pills[0][0]) == datetime(2023, 7, 5, 3, tzinfo=UTC).timestamp() * 1000
    assert "Soạn và gửi, ngày 04/7" in page


def test_a_sent_report_says_who_locked_it_and_how_to_change_it(arrange, login):
    with arrange() as world:
        at = f"/reports/{world.ward.id}/daily/{DAY}"
    with clock.frozen(NINE):
        pages = login("commune")
        assert ">còn 1 giờ 00</strong>" in pages.text(at)
        pages.post(at, act="send")
        assert "hãy đề nghị cấp trên trả lại báo cáo" in pages.text(at)
        login("district").post(f"{at}/decide", step="accepted", version=1)
        locked = pages.text(at)
        assert "Người dùng district (Công an quận Ninh Kiều), 09h00 ngày 05/7/2023" in locked
        assert "hãy đề nghị cấp trên mở khóa" in locked
        again = pages.post(at, 409, act="send").get_data(as_text=True)
    assert "duyệt và khóa lúc 09h00 ngày 05/7/2023 (Người dùng district)" in again


def test_answering_a_return_is_not_called_late(arrange, login):
    with arrange() as world:
        at = f"/reports/{world.ward.id}/daily/{DAY}"
    with clock.frozen(NINE):
        pages = login("commune")
        pages.post(at, act="send")
        login("district").post(f"{at}/decide", step="returned", version=1, remark="Kiểm tra lại")
    with clock.frozen(NINE + timedelta(hours=3)):
        page = pages.text(at)
        assert "gửi lại không bị ghi trễ" in page
        assert '<div class="notice notice-warn">Bản trước đã gửi' in page
        assert "ghi là trễ" not in page


def test_the_page_lists_the_newest_and_folds_the_older(login):
    page = login("commune").text("/reports/")
    assert "Còn phải gửi 23 báo cáo" in page
    assert "20 báo cáo khác" in page
    assert page.count("/daily/2023-06-15") == 1


def send(world, texts):
    scope = world.actor("commune").scope
    with clock.frozen(NINE):
        return services.send_report(
            actor=world.actor("commune"),
            obligation=get_obligation(
                scope, world.campaign.id, world.ward.id, ReportKind.DAILY, DAY
            ),
            figures=draft_figures(world.campaign, world.ward, DAY),
            texts=texts,
        )


def refusal(world):
    try:
        send(world, {})
    except DomainError as error:
        return error.message
    return ""


def test_police_explain_the_target_that_is_short_and_are_told_which(world):
    make_quota(world.ward, 100)  # 2 a day
    make_quota(world.ward, 200, QuotaKind.COLLECTION)  # 4 a day
    assert refusal(world) == (
        "Chưa đạt: kích hoạt 0, chỉ tiêu ngày là 2; thu nhận 0, chỉ tiêu ngày là 4. "
        "Hãy ghi giải trình trước khi gửi."
    )
    make_flow(world.hamlet, DAY, 2, world.team)
    assert refusal(world).startswith("Chưa đạt: thu nhận 0, chỉ tiêu ngày là 4.")
    make_flow(world.ward, DAY, 4, world.unit_of("point"), Counter.COLLECTED)
    assert send(world, {}).explanation == ""


def test_the_form_says_before_sending_what_must_be_explained(arrange, login):
    with arrange() as world:
        make_quota(world.ward, 200, QuotaKind.COLLECTION)
        ward_id = world.ward.id
    page = login("commune").text(f"/reports/{ward_id}/daily/{DAY}")
    assert "Cần giải trình:</strong> thu nhận 0, chỉ tiêu ngày 4." in page
