"""Headings that depend on whose page it is and which days it covers."""

import pytest
from sqlalchemy import update

from tests.make.visits import make_visit
from tests.make.world import DAY
from tests.reporting.test_commune_and_points import NINE
from tests.reporting.test_life import send
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.reporting.kinds import ObligationState
from vneid_field.reporting.models import Obligation
from vneid_field.visits.services import record_visit


@pytest.mark.parametrize(
    ("who", "head"),
    [("city", "Phường, xã đã gửi"), ("district", "Tổ đã gửi"), ("commune", "")],
)
def test_a_desk_counts_whom_its_rows_wait_for(login, who, head):
    text = login(who).text("/reports/?on=2023-07-04")
    heads = [one for one in ("Phường, xã đã gửi", "Tổ đã gửi") if f">{one}</th>" in text]
    assert heads == ([head] if head else [])


def test_a_week_counts_people_met_and_not_persons(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        record_visit(
            actor=world.actor("volunteer"),
            campaign=world.campaign,
            citizen_id=world.citizens[0].id,
            given=make_visit(),
        )
        at = f"/reports/{world.team.id}"
    leader = login("leader")
    assert ">Người đã gặp hoặc ghi nhận</th>" in leader.text(f"{at}/daily/2023-07-04")
    # Whoever was met on two days of a week counts twice.
    assert ">Lượt người đã gặp hoặc ghi nhận</th>" in leader.text(f"{at}/weekly/2023-07-04")


def test_nobody_is_reminded_when_who_has_not_sent_is_excused(arrange, login):
    at, button = f"/reports/?on={DAY.isoformat()}", "Nhắc đơn vị chưa gửi"
    police = login("commune")
    assert button in police.text(at)
    with arrange() as world:
        teams = [team.id for team in world.teams_of(world.ward)]
        which = (Obligation.unit_id.in_(teams), Obligation.period_end_on == DAY)
        db.session.execute(update(Obligation).where(*which).values(state=ObligationState.EXCUSED))
    assert button not in police.text(at)


def test_what_was_written_in_paragraphs_is_read_in_paragraphs(arrange, login):
    with clock.frozen(NINE):
        with arrange() as world:
            send(world, difficulties="Sóng yếu.\r\n\r\nThiếu máy.")
            at = f"/reports/{world.team.id}/daily/{DAY.isoformat()}"
        text = login("commune").text(at)
    assert "<h2>Khó khăn, vướng mắc</h2><p>Sóng yếu.</p><p>Thiếu máy.</p>" in text
