"""What a day brought at a point: the list, who came, who was collected, who could not be."""

from datetime import UTC, datetime, timedelta

from tests.conftest import on_both
from tests.make.events import happen, invite
from tests.make.world import DAY
from tests.statements import counted
from vneid_field.collection.day_counts import count_days
from vneid_field.collection.kinds import CouldNot, EventKind, InvitationEnd

EIGHT = datetime(2023, 7, 4, 1, tzinfo=UTC)


def day_of(world, on=DAY):
    point = world.unit_of("point").id
    return count_days(world.campaign.id, [point], on)[point]


@on_both
def test_the_list_is_whoever_was_invited_and_not_asked_back(world):
    ends = [None, *InvitationEnd]
    for citizen, end in zip(world.citizens, ends, strict=False):
        invite(world, citizen, ended_as=end)
    invite(world, world.citizens[20], on=DAY - timedelta(days=1))
    assert day_of(world).invited == len(ends) - 2  # withdrawn, another day


@on_both
def test_the_last_event_of_a_person_that_nobody_undid_counts(world):
    one, two, three, four, five = world.citizens[:5]
    for person in (one, two, three, five):
        invitation = invite(world, person)
        happen(world, person, EventKind.CHECKED_IN, invitation_id=invitation.id)
    done = happen(world, one, EventKind.COLLECTED)
    happen(world, two, EventKind.COULD_NOT, reason=CouldNot.FINGERPRINT)
    undone = happen(world, three, EventKind.COLLECTED)
    happen(world, three, EventKind.UNDO, undoes=undone)
    happen(world, four, EventKind.COLLECTED)
    day = day_of(world)
    assert (day.invited, day.came, day.collected) == (4, 5, 2)
    assert day.could_not == {CouldNot.FINGERPRINT: 1}
    happen(world, one, EventKind.UNDO, undoes=done, on=DAY + timedelta(days=1))
    assert day_of(world).collected == 1


@on_both
def test_who_came_without_an_invitation_is_a_walk_in(world):
    one, two = world.citizens[:2]
    invitation = invite(world, one)
    happen(world, one, EventKind.COLLECTED, invitation_id=invitation.id)
    happen(world, two, EventKind.COLLECTED)
    assert day_of(world).walk_ins == 1


@on_both
def test_a_check_in_that_arrives_late_takes_nothing_back(world):
    person = world.citizens[0]
    happen(world, person, EventKind.COLLECTED, at=EIGHT + timedelta(hours=1))
    happen(world, person, EventKind.CHECKED_IN, at=EIGHT)
    assert day_of(world).collected == 1


def test_two_statements_whatever_the_number_of_points(app, arrange):
    with arrange() as world:
        points = [world.unit_of("point").id, world.team.id, world.ward.id]
        campaign_id = world.campaign.id
        with counted(app) as seen:
            found = count_days(campaign_id, points, DAY)
    assert len(seen) == 2
    assert [found[one].came for one in points] == [0, 0, 0]
