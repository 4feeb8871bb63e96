"""Coverage: how far the checklists of each team were looked at, counted once for page and paper."""

import io
from datetime import date

import pdfplumber
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.documents import make
from tests.make.reviews import DAY, contradict, day_of, decide, phone, rush, walk, walk_all
from tests.reporting.test_commune_and_points import NINE
from vneid_field.core import clock
from vneid_field.documents.render import render_paper
from vneid_field.extensions import db
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.queries import list_members
from vneid_field.recount import check
from vneid_field.reporting.drafting import draft_figures, period_figures
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.papers import daily_report, review_part
from vneid_field.reporting.period_papers import final_report
from vneid_field.reporting.rules import Period
from vneid_field.review import bulk, services
from vneid_field.review.coverage import Coverage, add_up, cover_commune, cover_units
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.models import ReviewDay
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent

TOLD = "Kết quả đã báo và đối chiếu danh sách quốc gia"


def covered(world):
    return cover_commune(world.campaign, world.ward, DAY, DAY)


def accept_rest(world):
    return bulk.accept_rest(
        actor=world.actor("commune"),
        campaign=world.campaign,
        on=DAY,
        through_event_id=day_of(world).newest_event_id,
    )


def see_sample(world):
    for entry in day_of(world).sample:
        if entry.waits:
            decide(world, entry)


@on_both
def test_each_number_counts_what_it_says(world):
    events = walk_all(world)
    rush(world)
    assert covered(world).total == Coverage(12, sampled=5, flagged=1, flags_open=1)
    sampled = day_of(world).sample
    decide(world, sampled[0], ReviewState.RETURNED)
    see_sample(world)
    phone(world, events[0], CallResult.DENIED)
    phone(world, events[1], CallResult.CONFIRMED)
    phone(world, events[2], CallResult.NO_ANSWER)
    done = accept_rest(world)
    assert done.accepted == 6
    total = covered(world).total
    assert total == Coverage(
        checklists=12,
        accepted=4,
        with_team=1,
        bulk=6,
        returned=1,
        sampled=5,
        sampled_seen=5,
        flagged=1,
        flags_open=1,
        called=3,
        confirmed=1,
        denied=1,
    )
    assert (total.checked, total.reviewed) == (5, 11)
    assert check(world.campaign) == []


@on_both
def test_an_answered_return_was_a_return_and_waits(world):
    walk_all(world, 3)
    entry = day_of(world).entries[0]
    decide(world, entry, ReviewState.RETURNED)
    person = next(p for p in list_members(entry.key[0]) if p.visit_status is None)
    services.note_correction(walk(world, person, Outcome.REFUSED, minutes=70))
    total = covered(world).total
    assert (total.returned, total.with_team, total.accepted, total.sampled_seen) == (1, 0, 0, 0)
    decide(world, day_of(world).find(entry.key))
    total = covered(world).total
    assert (total.returned, total.with_team, total.accepted, total.sampled_seen) == (1, 0, 1, 1)


def give(world, team, people, leader):
    """Hand people over to a team that receives them."""
    given = hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=team,
        citizens=people,
    )
    receive(actor=world.actor(leader), given=given)


@pytest.fixture
def two_teams(world):
    """Two teams at work: three households of one, two of the other; all of them looked at."""
    give(world, world.team, world.citizens[:6], "leader")
    give(world, world.other_team, world.citizens[6:10], "other.leader")
    for number, one in enumerate(world.citizens[:10:2]):
        walk(world, one, minutes=5 * number, login="leader" if number < 3 else "other.leader")
    first, *others = day_of(world).entries
    decide(world, first, ReviewState.RETURNED)
    for entry in others:
        decide(world, entry)
    return world


@on_both
def test_teams_are_apart_in_their_order_and_add_up(two_teams):
    world = two_teams
    found = covered(world)
    assert [name for name, _part in found.lines] == [world.team.name, world.other_team.name]
    assert [(part.checklists, part.checked, part.returned) for _name, part in found.lines] == [
        (3, 3, 1),
        (2, 2, 0),
    ]
    assert add_up(part for _name, part in found.lines) == found.total


@on_both
def test_a_district_counts_what_its_communes_count_but_no_flags(two_teams):
    world = two_teams
    phone(world, db.session.scalars(select(VisitEvent)).first(), CallResult.DENIED)
    commune = covered(world).total
    for code in ("916", "92"):
        district = cover_units(world.campaign, world.unit(code), DAY, DAY)
        assert district.total == commune._replace(flagged=None, flags_open=None)
        ((name, part),) = district.lines
        assert part == district.total
        assert name == (world.ward.name if code == "916" else world.unit("916").name)
    empty = cover_units(world.campaign, world.unit("916"), date(2023, 7, 3), date(2023, 7, 3))
    assert (empty.total.checklists, empty.lines) == (0, [])


@on_both
def test_a_district_knows_of_a_sample_once_it_is_drawn(world):
    walk_all(world, 6)
    district = world.unit("916")
    assert cover_units(world.campaign, district, DAY, DAY).total.sampled == 0
    assert covered(world).total.sampled == 5
    decide(world, day_of(world).sample[0])
    assert cover_units(world.campaign, district, DAY, DAY).total.sampled == 5
    assert db.session.scalars(select(ReviewDay)).one().sampled == 5


@on_both
def test_the_communes_report_says_it_by_team_and_in_its_annex(two_teams):
    world = two_teams
    with clock.frozen(NINE):
        daily = draft_figures(world.campaign, world.ward, DAY)
        part = review_part(daily["review"])
        assert (part.reviewed, part.returned, part.checklists, part.accepted) == (5, 1, 5, 4)
        assert [(row.name, row.checklists, row.returned) for row in part.rows] == [
            (world.team.name, 3, 1),
            (world.other_team.name, 2, 0),
        ]
        paper = render_paper(
            daily_report(
                world.campaign, world.ward, world.unit("916"), DAY, daily, {}, clock.now(), 0
            ),
            make.make_footer(),
        )
    with pdfplumber.open(io.BytesIO(paper)) as pdf:
        body, *annex = (" ".join(page.extract_text().split()) for page in pdf.pages)
    assert "Đã kiểm tra 05/05 phiếu kết quả trong ngày của các Tổ: duyệt 04, trả lại 01." in body
    assert "Mẫu ngẫu nhiên: đã xem 05/05 phiếu." in body
    annex = " ".join(annex)
    assert "Kiểm tra phiếu kết quả trong ngày" in annex
    assert "Khu vực 1 3 3 0 1 3/3 0 0 0 0 0" in annex
    assert "Khu vực 2 2 2 0 0 2/2 0 0 0 0 0" in annex


@on_both
@pytest.mark.parametrize("kind", [ReportKind.WEEKLY, ReportKind.FINAL])
def test_weeks_and_the_drive_say_it_at_every_level(two_teams, kind):
    world, week = two_teams, Period(date(2023, 6, 28), DAY)
    below = {"31120": [world.team.name, world.other_team.name]}
    below |= {"916": [world.ward.name], "92": [world.unit("916").name]}
    with clock.frozen(NINE):
        for code, names in below.items():
            unit = world.unit(code)
            review = period_figures(world.campaign, unit, week, kind)["review"]
            assert (review["checklists"], review["reviewed"], review["returned"]) == (5, 5, 1)
            assert [line["name"] for line in review["lines"]] == names
            assert sum(line["checked"] for line in review["lines"]) == 5
            # Flags are the commune's to answer: nobody above counts them.
            assert (review["total"]["flagged"] is None) is (code != "31120")


@pytest.mark.parametrize("code", ["31120", "916", "92"])
def test_the_report_on_the_drive_prints_coverage_and_the_three_figures_by_unit(two_teams, code):
    world, drive = two_teams, Period(date(2023, 6, 15), date(2023, 8, 5))
    unit = world.unit(code)

    def print_it():
        with clock.frozen(NINE):
            figures = period_figures(world.campaign, unit, drive, ReportKind.FINAL)
            paper = final_report(world.campaign, unit, None, figures, {}, clock.now())
            content = render_paper(paper, make.make_footer())
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            return paper, " ".join(" ".join(p.extract_text().split()) for p in pdf.pages)

    _paper, body = print_it()
    assert "Đã kiểm tra 05/05 phiếu kết quả cả đợt của các Tổ: duyệt 04, trả lại 01." in body
    assert ("Kiểm tra phiếu kết quả cả đợt" in body) is (code == "31120")  # by unit, when several
    assert TOLD not in body  # no list has spoken
    contradict(world)
    paper, body = print_it()
    assert TOLD in body
    rows = [row for row in paper.table.rows if row.verdicts.contradicted]
    assert len(rows) == (2 if code == "31120" else 1)
    assert paper.table.total.verdicts.contradicted == 5
    assert sum(row.verdicts.contradicted for row in rows) == 5
    for row in (*rows, paper.table.total):
        claimed, said = row.activation.cumulative, row.verdicts
        assert (said.rate, claimed) == (100, said.contradicted)
        assert f"{row.name} {claimed} 0 {said.contradicted} 100,0" in body


def test_a_report_frozen_before_coverage_was_counted_reads_as_it_did():
    part = review_part({"reviewed": 31, "returned": 4, "checklists": 96})
    assert (part.accepted, part.total, part.rows, part.has_flags) == (27, None, (), False)
    assert review_part(None) is None
    assert review_part({"reviewed": 0, "returned": 0, "checklists": 0}) is None
