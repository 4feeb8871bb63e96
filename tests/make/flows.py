"""Rows of flows without the events behind them: who lives where, served by whom."""

from datetime import date
from random import Random

from vneid_field.figures.rules import Counter, FlowKey
from vneid_field.figures.services import apply_flows
from vneid_field.units.models import Unit

ADDED = (
    Counter.ACTIVATED_APP,
    Counter.ACTIVATED_WEB,
    Counter.ACTIVATED_SELF,
    Counter.COLLECTED,
    Counter.OUT_ABSENT,
    Counter.OUT_REFUSED,
)


def make_flow(
    home: Unit,
    on: date,
    value: int,
    by: Unit | None = None,
    counter: Counter = ADDED[0],
    campaign_id: int = 1,
) -> None:
    """Count something for the people of a unit, done by a unit."""
    apply_flows(campaign_id, {(FlowKey(home.id, by.id if by else None, on), counter): value})


def scatter_flows(homes: list[Unit], doers: list[Unit | None], days: list[date], seed: int) -> None:
    """Count at random: any counter, any home, any doer, corrections included."""
    rng = Random(seed)
    for _ in range(120):
        make_flow(
            rng.choice(homes),
            rng.choice(days),
            rng.randint(-2, 30),
            rng.choice(doers),
            rng.choice(ADDED),
        )
