"""The commune's report names who is missing; a point's 17h00 result is one per day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.databases import START
from tests.make.results import explained
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.figures.queries import home_days, performed_days
from vneid_field.recount import check
from vneid_field.reporting import services
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import CollectionResult
from vneid_field.reporting.queries import find_collection_result, get_obligation
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit

FIVE = datetime(2023, 7, 4, 10, tzinfo=UTC)  # 17h00
NINE = datetime(2023, 7, 5, 2, tzinfo=UTC)  # 09h00 of the next day


def team_sends(world, login, team):
    scope = world.actor(login).scope
    return services.send_report(
        actor=world.actor(login),
        obligation=get_obligation(scope, world.campaign.id, team.id, ReportKind.DAILY, DAY),
        figures=draft_figures(world.campaign, team, DAY),
        texts={"explanation": "Chưa nhận danh sách."},
        is_no_list=True,
    )


@on_both
def test_the_communes_report_goes_up_naming_who_is_missing_and_who_was_late(world):
    world.hand_over_all()
    record_visit(
        actor=world.actor("leader"),
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=make_visit(Outcome.ACTIVATED_APP),
    )
    team_sends(world, "leader", world.team)
    with clock.frozen(NINE):
        team_sends(world, "other.leader", world.other_team)
        figures = draft_figures(world.campaign, world.ward, DAY)
        teams = world.teams_of(world.ward)
        assert figures["late_units"] == [world.other_team.name]
        assert figures["notes"][world.other_team.code] == "late:60"
        assert world.team.code not in figures["notes"]
        assert sorted(figures["missing_units"]) == sorted(team.name for team in teams[2:])
        report = services.send_report(
            actor=world.actor("commune"),
            obligation=get_obligation(
                world.actor("commune").scope,
                world.campaign.id,
                world.ward.id,
                ReportKind.DAILY,
                DAY,
            ),
            figures=figures,
            texts={"explanation": "Còn tổ chưa gửi."},
        )
    assert not report.is_late
    assert report.figures["activation"]["in_day"] == 1


def test_the_commune_cannot_send_before_the_day_is_over(world):
    obligation = get_obligation(
        world.actor("commune").scope, world.campaign.id, world.ward.id, ReportKind.DAILY, DAY
    )
    with pytest.raises(DomainError, match="00h00 ngày 05/7/2023"):
        services.send_report(
            actor=world.actor("commune"),
            obligation=obligation,
            figures=draft_figures(world.campaign, world.ward, DAY),
            texts={},
        )


def announce(world, collected, *, on=DAY, quota=10, reason="Mất điện", at=START):
    with clock.frozen(at):
        return enter_collection_result(
            actor=world.actor("point"),
            campaign=world.campaign,
            point=world.unit_of("point"),
            collected_on=on,
            collected=collected,
            quota=quota,
            reason=reason,
            **explained(quota - collected, on),
        )


@on_both
def test_a_point_announces_one_number_a_day_and_a_correction_replaces_it(world):
    point = world.unit_of("point")
    announce(world, 7)
    announce(world, 12)
    announce(world, 9)
    newest = find_collection_result(world.campaign.id, point.id, DAY)
    assert (newest.collected, newest.version) == (9, 3)
    kept = db.session.scalars(select(CollectionResult).order_by(CollectionResult.version))
    assert [(row.collected, row.is_newest) for row in kept] == [
        (7, False),
        (12, False),
        (9, True),
    ]
    scope = world.actor("commune").scope
    by_home = home_days(scope, world.campaign.id, world.ward.path, DAY, DAY).whole_day
    by_point = performed_days(scope, world.campaign.id, [point], DAY, DAY).day_of(point.id)
    assert by_home["collected"] == by_point["collected"] == 9
    assert check(world.campaign) == []


@on_both
def test_the_communes_figures_follow_a_points_correction(world):
    announce(world, 4)
    announce(world, 6)
    figures = draft_figures(world.campaign, world.ward, DAY)
    assert figures["collection"]["in_day"] == 6
    assert [(p["collected"], p["reason"]) for p in figures["points"]] == [
        (6, "Thiết bị, đường truyền, mất điện 4; Mất điện")
    ]


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, ObligationState.SENT_ON_TIME), (1, ObligationState.SENT_LATE)]
)
def test_17h00_sharp_is_on_time_and_a_correction_does_not_change_the_standing(
    world, seconds, state
):
    announce(world, 12, at=FIVE + timedelta(seconds=seconds))
    announce(world, 13, at=FIVE + timedelta(hours=2))
    point = world.unit_of("point")
    obligation = get_obligation(
        world.actor("point").scope, world.campaign.id, point.id, ReportKind.COLLECTION, DAY
    )
    assert obligation.state is state
    assert obligation.received_at == FIVE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"collected": 12, "on": DAY + timedelta(days=1)}, "Chưa đến ngày"),
        ({"collected": 12, "on": date(2023, 6, 14)}, "ngoài đợt"),
        ({"collected": -1}, "từ 0"),
    ],
)
def test_a_result_that_cannot_be_is_refused(world, values, words):
    with pytest.raises(DomainError, match=words):
        announce(world, **values)
