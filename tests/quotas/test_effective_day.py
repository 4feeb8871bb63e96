"""A revision applies from its day on; what was asked before stays what it was."""

from datetime import date, timedelta

from tests.conftest import on_both
from tests.make.flows import make_flow
from vneid_field.boards.queries import list_standings
from vneid_field.boards.services import Standing, own_standing
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import family_with_targets
from vneid_field.quotas.services import save_split
from vneid_field.reporting.summary import summarise
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind

FROM = date(2023, 7, 5)


def split(world, amounts, effective_on):
    ward, teams = world.ward, list_children(world.ward, (UnitKind.TEAM,))
    first, second = teams[0], teams[1]
    given = {first.id: amounts[0], second.id: amounts[1]}
    wanted = {
        team.id: {QuotaKind.ACTIVATION: given.get(team.id, 0), QuotaKind.COLLECTION: 0}
        for team in teams
    }
    save_split(
        actor=None,
        campaign=world.campaign,
        parent=ward,
        children=teams,
        amounts=wanted,
        effective_on=effective_on,
        is_checked=False,
    )
    return first.id


def activation_on(world, team_id, on):
    _own, children = family_with_targets(world.campaign.id, world.ward, (UnitKind.TEAM,), on)
    return next(targets for unit, targets in children if unit.id == team_id)[QuotaKind.ACTIVATION]


@on_both
def test_a_later_revision_does_not_rewrite_the_days_before_it(world):
    team_id = split(world, (100, 50), world.campaign.starts_on)
    split(world, (60, 90), FROM)
    assert activation_on(world, team_id, FROM - timedelta(days=1)) == 100
    assert activation_on(world, team_id, FROM) == 60


@on_both
def test_before_every_revision_the_first_one_stands(world):
    team_id = split(world, (100, 50), FROM)
    assert activation_on(world, team_id, world.campaign.starts_on) == 100


@on_both
def test_a_days_rank_goes_by_that_days_targets_on_every_board_and_in_proposals(world):
    split(world, (100, 50), world.campaign.starts_on)
    split(world, (50, 100), FROM)
    for team in (world.team, world.other_team):
        make_flow(world.hamlet, FROM - timedelta(days=1), 40, team)
    for on, wanted in ((FROM - timedelta(days=1), [2, 1]), (FROM, [1, 2])):
        lines = summarise(world.campaign, world.ward, on).lines
        proposed = list_standings(world.campaign, world.ward, UnitKind.TEAM, on)
        ranks = {one.unit.id: one.rank for one in proposed}
        for team, rank in zip((world.team, world.other_team), wanted, strict=True):
            assert next(line.rank for line in lines if line.unit.id == team.id) == rank
            assert own_standing(world.campaign, team, on) == Standing(rank, 2)
            assert ranks[team.id] == rank
