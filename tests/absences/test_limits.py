"""The campaign's numbers for the loop: who changes them, within what, and what follows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.absences import hop_of
from vneid_field.absences import services
from vneid_field.absences.labels import LIMIT_LABELS
from vneid_field.absences.limits import SECTION, tries_of, work_days_of
from vneid_field.audit.models import AuditEvent
from vneid_field.campaigns.thresholds import change_values, list_lines
from vneid_field.core import clock
from vneid_field.core.errors import WrongField
from vneid_field.extensions import db

HELD = dict(SECTION.defaults)
URL = "/absences/limits"


def change(world, **values):
    return change_values(
        actor=world.actor("city"), campaign=world.campaign, section=SECTION, values=values
    )


@on_both
def test_a_change_is_kept_with_who_and_when_and_audited(world):
    assert (tries_of(world.campaign), work_days_of(world.campaign)) == (3, 3)
    assert change(world, absence_tries=5, absence_work_days=3) == 1
    assert (tries_of(world.campaign), work_days_of(world.campaign)) == (5, 3)
    lines = {line.name: line for line in list_lines(world.campaign, SECTION)}
    assert (lines["absence_tries"].value, lines["absence_tries"].by) == (5, "Người dùng city")
    assert lines["absence_work_days"].at is None
    query = select(AuditEvent).where(AuditEvent.event == "absence.threshold_changed")
    (audit,) = db.session.scalars(query)
    assert audit.data == {"threshold": "absence_tries", "from": 3, "to": 5}
    assert change(world, absence_work_days=4) == 1
    assert tries_of(world.campaign) == 5  # the other one stays


@on_both
@pytest.mark.parametrize("name", list(HELD))
def test_what_is_out_of_range_changes_nothing(world, name):
    bounds = SECTION.bounds[name]
    for value in (bounds.least - 1, bounds.most + 1):
        with pytest.raises(WrongField, match="nhập từ 1 đến"):
            change(world, **HELD | {name: value})
    assert SECTION.values(world.campaign.settings) == HELD
    assert change(world, **HELD) == 0


@on_both
def test_the_days_are_those_of_the_setting_and_a_given_case_keeps_its_time(loop):
    services.send_found(actor=loop.leader, campaign=loop.campaign)
    services.send_up(actor=loop.commune, campaign=loop.campaign, case_ids=loop.ids)

    def assign(case):
        services.assign(
            actor=loop.district,
            campaign=loop.campaign,
            case_ids=[case.id],
            team_id=loop.support.id,
        )
        return clock.to_local(hop_of(case).due_at).date() - clock.today()

    assert assign(loop.cases[0]) == timedelta(days=3)
    change(loop.world, absence_work_days=7)
    assert assign(loop.cases[1]) == timedelta(days=7)
    assert clock.to_local(hop_of(loop.cases[0]).due_at).date() == clock.today() + timedelta(days=3)


def test_police_read_them_behind_the_list_and_the_city_sets_them(login):
    city, commune = login("city"), login("commune")
    assert f'href="{URL}"' in commune.text("/absences/")
    page = commune.text(URL)
    for label, _measure, meaning in LIMIT_LABELS.values():
        assert label in page
        assert meaning in page
    assert 'name="absence_tries"' not in page
    assert "Công an thành phố đặt các ngưỡng này" in page
    commune.post(URL, 404, **HELD)
    login("district").post(URL, 404, **HELD)
    login("leader").get(URL, 404)
    assert 'name="absence_tries"' in city.text(URL)
    answer = city.post(URL, **HELD | {"absence_tries": 4})
    assert "Đã lưu" in city.text(answer.location)
    shown = re.sub(r"<[^>]+>|\s+", " ", commune.text(URL))
    assert re.search(r"4\s+lần\s+3\s+lần\s+Người dùng city, 17h30 ngày 04/7/2023", shown), shown
    answer = city.post(URL, **HELD | {"absence_tries": 4})
    assert "Không có ngưỡng nào thay đổi" in city.text(answer.location)
    log = re.sub(r"<[^>]+>|\s+", " ", login("admin").text("/audit/"))
    assert "Đổi ngưỡng vắng mặt" in log
    assert "ngưỡng: không liên lạc được sau" in log


@pytest.mark.parametrize("value", ["0", "15", "-1", "", "abc", "9" * 30])
def test_a_wrong_number_is_marked_where_it_was_typed(login, value):
    page = login("city").post(URL, 422, **HELD | {"absence_work_days": value})
    html = page.get_data(as_text=True)
    field = re.search(r'<input[^>]*name="absence_work_days"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field
    assert html.count('aria-invalid="true"') == 1
