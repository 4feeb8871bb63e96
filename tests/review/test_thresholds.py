"""Thresholds are settings of the campaign: who changes them, within what, and what follows."""

import re

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.reviews import day_of, rush, walk_all
from vneid_field.audit.models import AuditEvent
from vneid_field.core.errors import WrongField
from vneid_field.extensions import db
from vneid_field.review.kinds import FlagKind
from vneid_field.review.labels import THRESHOLD_LABELS
from vneid_field.review.threshold_services import list_thresholds, set_thresholds
from vneid_field.review.thresholds import BOUNDS, DEFAULTS, NAMES, read_thresholds

HELD = {name: getattr(DEFAULTS, name) for name in NAMES}


def change(world, login="city", **values):
    return set_thresholds(actor=world.actor(login), campaign=world.campaign, values=values)


@on_both
def test_a_change_is_kept_with_who_and_when_audited_and_flags_follow_at_once(world):
    walk_all(world)
    rush(world)
    assert [flag.kind for flag in day_of(world).entries[0].flags] == [FlagKind.PACE]
    assert change(world, **HELD | {"pace_seconds": 12}) == 1
    assert day_of(world).entries[0].flags == ()
    lines = {line.name: line for line in list_thresholds(world.campaign)}
    pace = lines["pace_seconds"]
    assert (pace.value, pace.default, pace.by) == (12, 60, "Người dùng city")
    assert [line.name for line in lines.values() if line.at is not None] == ["pace_seconds"]
    query = select(AuditEvent).where(AuditEvent.event == "review.threshold_changed")
    (audit,) = db.session.scalars(query)
    assert audit.data == {"threshold": "pace_seconds", "from": 60, "to": 12}
    assert change(world, skew_minutes=9) == 1
    assert read_thresholds(world.campaign.settings).pace_seconds == 12  # that one stays
    assert change(world, pace_seconds=13) == 1
    assert [flag.found for flag in day_of(world).entries[0].flags] == [12]


@on_both
def test_what_is_out_of_bounds_changes_nothing_and_the_same_again_is_no_change(world):
    for name in NAMES:
        for value in (BOUNDS[name].least - 1, BOUNDS[name].most + 1):
            with pytest.raises(WrongField, match="nhập từ") as refused:
                change(world, **HELD | {"skew_minutes": 9, name: value})
            assert refused.value.field == name
    assert read_thresholds(world.campaign.settings) == DEFAULTS
    assert change(world, **HELD) == 0
    assert "review" not in world.campaign.settings or not world.campaign.settings["review"]


def test_other_settings_of_the_campaign_stay(world):
    world.campaign.settings = {"week_ends_on": 1}
    change(world, sample_percent=20)
    assert world.campaign.settings["week_ends_on"] == 1
    assert read_thresholds(world.campaign.settings).sample_percent == 20


def test_who_sets_them_finds_them_behind_the_menu(login):
    for who, home in (
        ("city", "/review/day"),
        ("district", "/review/day"),
        ("commune", "/review/"),
    ):
        pages = login(who)
        assert f'href="{home}"' in pages.text("/reports/")
        assert 'href="/review/thresholds"' in pages.text(home)
        assert 'href="/review/rates' in pages.text(home)


def test_everybody_who_is_asked_about_reads_them_and_the_city_sets_them(login):
    city, commune = login("city"), login("commune")
    page = commune.text("/review/thresholds")
    for name in NAMES:
        label, _measure, meaning = THRESHOLD_LABELS[name]
        assert label in page
        assert meaning in page
    assert "không phải kết luận tổ làm sai" in page
    assert 'name="pace_seconds"' not in page
    commune.post("/review/thresholds", 404, **HELD)
    login("leader").get("/review/thresholds", 404)

    assert 'name="pace_seconds"' in city.text("/review/thresholds")
    answer = city.post("/review/thresholds", **HELD | {"burst_activations": 8})
    assert "Đã lưu" in city.text(answer.location)
    shown = re.sub(r"<[^>]+>|\s+", " ", commune.text("/review/thresholds"))
    assert re.search(r"8\s+kết quả\s+5\s+kết quả\s+Người dùng city, 17h30 ngày 04/7/2023", shown), (
        shown
    )
    answer = city.post("/review/thresholds", **HELD | {"burst_activations": 8})
    assert "Không có ngưỡng nào thay đổi" in city.text(answer.location)


@pytest.mark.parametrize("value", ["901", "-1", "", "abc", "9" * 30])
def test_a_wrong_number_is_marked_where_it_was_typed(login, value):
    city = login("city")
    page = city.post("/review/thresholds", 422, **HELD | {"pace_seconds": value})
    html = page.get_data(as_text=True)
    field = re.search(r'<input[^>]*name="pace_seconds"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field
    assert html.count('aria-invalid="true"') == 1
    assert 'id="pace_seconds-error"' in html
