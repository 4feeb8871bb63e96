"""What a page says when a report may not be sent: in the words of its period, beside the field."""

import re
from datetime import time, timedelta

import pytest
from sqlalchemy import delete

from tests.make.quotas import make_quota
from tests.make.world import DAY
from vneid_field.campaigns.models import ReportRule
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.reporting.kinds import ReportKind, ShortfallReason
from vneid_field.reporting.words import WORDS

NINE = clock.at_local(DAY + timedelta(days=1), time(9))


def described(html, field):
    """Return the attributes of a field, and the text that describes it."""
    attributes = re.search(rf'<(?:textarea|input) [^>]*id="{field}"[^>]*>', html)[0]
    ids = re.search(r'aria-describedby="([^"]+)"', attributes)
    told = [re.search(rf'id="{one}">([^<]*)<', html)[1] for one in ids[1].split()] if ids else []
    return attributes, " ".join(told)


@pytest.mark.parametrize(("kind", "words"), [("daily", "trong ngày"), ("weekly", "trong tuần")])
def test_an_empty_report_is_refused_in_the_words_of_its_period(arrange, login, kind, words):
    with arrange() as world:
        make_quota(world.team, 100)
        at = f"/reports/{world.team.id}/{kind}/{DAY}"
    with clock.frozen(NINE):
        pages = login("leader")
        assert f"<span>Không nhận được danh sách {words}</span>" in pages.text(at)
        html = pages.post(at, 422, act="send", difficulties="Mưa cả ngày").get_data(as_text=True)
    attributes, told = described(html, "is_no_list")
    assert 'aria-invalid="true"' in attributes
    assert told.startswith(f"T{words[1:]} chưa có kết quả nào.")
    assert f"“Không nhận được danh sách {words}”" in told
    assert "Mưa cả ngày</textarea>" in html


def test_a_report_of_the_drive_speaks_of_the_drive():
    assert WORDS[ReportKind.FINAL].no_list == "Không nhận được danh sách trong đợt"


def test_a_missing_explanation_is_told_at_its_field_and_what_was_typed_stays(arrange, login):
    with arrange() as world:
        make_quota(world.ward, 100)
        at = f"/reports/{world.ward.id}/daily/{DAY}"
    with clock.frozen(NINE):
        pages = login("commune")
        html = pages.post(at, 422, act="send", proposals="Thêm 02 máy").get_data(as_text=True)
    attributes, told = described(html, "explanation")
    assert 'aria-invalid="true"' in attributes
    assert told == "Chưa đạt: kích hoạt 0, chỉ tiêu ngày là 2. Hãy ghi giải trình trước khi gửi."
    assert "Thêm 02 máy</textarea>" in html
    assert 'data-focus="field"' in html  # the script goes on to the first wrong field


def test_a_point_below_its_quota_is_asked_for_reasons_and_a_remedy_at_their_fields(arrange, login):
    with arrange() as world:
        make_quota(world.unit_of("point"), 40, QuotaKind.POINT_DAY)
    point = login("point")
    said = {"on": str(DAY), "collected": "3"}
    html = point.post("/reports/point", 422, **said).get_data(as_text=True)
    first = f"why_{next(iter(ShortfallReason)).value}"
    attributes, told = described(html, first)
    assert 'aria-invalid="true"' in attributes
    assert "37" in told
    said[first] = "37"
    html = point.post("/reports/point", 422, **said).get_data(as_text=True)
    assert "hãy chọn biện pháp khắc phục" in html
    assert f'id="{first}"' in html
    assert 'value="37"' in html  # what was typed stays


def test_kinds_of_report_that_the_campaign_does_not_ask_for_are_not_offered(arrange, login):
    kinds = re.compile(r'class="chip" href="/reports/\?kind=(\w+)"')
    assert kinds.findall(login("commune").text("/reports/")) == ["daily", "weekly", "final"]
    with arrange() as world:
        mine = ReportRule.campaign_id == world.campaign.id
        db.session.execute(delete(ReportRule).where(mine, ReportRule.report_kind == "final"))
    pages = login("commune")
    assert kinds.findall(pages.text("/reports/")) == ["daily", "weekly"]
    gone = pages.get("/reports/?kind=final", 404).get_data(as_text=True)
    assert "Chiến dịch này không có báo cáo tổng kết." in gone
    with arrange() as world:
        db.session.execute(delete(ReportRule).where(ReportRule.report_kind == "weekly"))
    assert kinds.findall(login("commune").text("/reports/")) == []  # a choice of one is none


@pytest.mark.parametrize("on", ["2023-13-45", "hom-nay", "2022-01-01", "2030-01-01", "0000-00-00"])
def test_a_report_of_an_odd_day_is_not_found_in_a_sentence(arrange, login, on):
    with arrange() as world:
        ward = world.ward.id
    html = login("commune").get(f"/reports/{ward}/daily/{on}", 404).get_data(as_text=True)
    assert "Không tìm thấy" in html
    login("commune").get(f"/reports/?on={on}")
