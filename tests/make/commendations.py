"""A district with figures, and the form of a proposal of commendation as somebody sends it."""

from sqlalchemy import select

from tests.boards.test_board_papers import pages_of
from tests.documents.test_stored_papers import pdfs_of
from tests.make.flows import make_flow
from tests.make.quotas import make_quota
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.documents.models import Document
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def visit(world, citizen, outcome, who="leader", **more):
    """Record a result of the team's leader, or of somebody else."""
    return record_visit(
        actor=world.actor(who),
        campaign=world.campaign,
        citizen_id=citizen.id,
        given=make_visit(outcome, **more),
    )


def set_the_scene(world):
    """Two wards of the district with figures, a team whose leader activated two people."""
    make_quota(world.ward, 200)
    make_quota(world.unit("31117"), 100)
    make_quota(world.team, 10)
    make_flow(world.unit("31117"), DAY, 120)
    make_flow(world.hamlet, DAY, 30)
    world.hand_over_all()
    for citizen in world.citizens[:2]:
        visit(world, citizen, Outcome.ACTIVATED_APP)
    return world.unit("916").id, str(world.ward.id), str(world.unit("31117").id)


def proposed(pages, unit_id, status=303, act="make", seen=0, **fields):
    """Send the form; what is not given stays as the page proposes it."""
    sent = {
        "on": DAY.isoformat(),
        "seen": seen,
        "act": act,
        "addressees": "Công an thành phố Cần Thơ",
        "reward": "",
        "remarks": "",
    }
    return pages.post(f"/commendations/{unit_id}", status, **{**sent, **fields})


def stored():
    """Return all papers, the oldest first."""
    return list(db.session.scalars(select(Document).order_by(Document.id)))


def text_of(document):
    """Return the words of a paper's newest PDF."""
    pages = pages_of(read_rendition(pdfs_of(document.id)[-1]))
    return " ".join(" ".join(text.split()) for _wide, text, _table in pages)
