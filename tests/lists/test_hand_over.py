"""Hand-over: one holder, received by a person, taken back."""

import pytest

from tests.conftest import on_both
from vneid_field.core.errors import Conflict
from vneid_field.lists.services import hand_over, take_back


@on_both
def test_a_second_hand_over_is_refused_naming_the_holder(world):
    world.hand_over_all()
    with pytest.raises(Conflict, match=world.team.name):
        hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.other_team,
            citizens=world.citizens[:1],
        )


@on_both
def test_people_taken_back_can_be_given_to_another_team(world):
    given = world.hand_over_all()
    assert take_back(actor=world.actor("commune"), campaign=world.campaign, given=given) == 24
    again = hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.other_team,
        citizens=world.citizens,
    )
    assert again.to_unit_id == world.other_team.id


def test_a_leader_opens_today_over_http(login):
    assert "Hôm nay" in login("leader").text("/today")
