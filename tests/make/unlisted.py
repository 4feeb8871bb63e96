"""People outside the list as a phone sends them; nobody in them exists."""

from tests.make.visits import make_uuid
from vneid_field.unlisted.kinds import Place
from vneid_field.unlisted.services import TakenDown
from vneid_field.visits.kinds import Outcome

NUMBER = "092085000777"  # of nobody in the founded world


def make_taken(outcome: Outcome = Outcome.ACTIVATED_APP, **overrides) -> TakenDown:
    """Return what a phone sends, with a UUID of its own."""
    values = dict(
        uuid=make_uuid(),
        full_name="Trần Thị Chợ",
        citizen_id=NUMBER,
        phone=None,
        place=Place.MARKET,
        outcome=outcome,
    )
    return TakenDown(**values | overrides)
