"""How units kept the hours over the campaign: one count for the desk's page and the papers."""

from datetime import date, time, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from tests.conftest import on_both
from tests.make.world import DAY, OTHER_WARD
from tests.statements import counted
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.extensions import db
from vneid_field.reporting.drafting import period_figures
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.papers import timeliness
from vneid_field.reporting.rules import Period, Standing, standing
from vneid_field.reporting.timeliness import Asked, By, gather_timeliness
from vneid_field.reporting.timeliness_queries import Kept, count_kept
from vneid_field.units.rules import UnitKind

WEEK = Period(date(2023, 6, 28), DAY)
NINE = clock.at_local(DAY + timedelta(days=1), time(9))  # teams are due, communes are not


def mark(unit, state, *days, kind=ReportKind.DAILY):
    """Set the state of a unit's obligations of these days."""
    query = update(Obligation).where(Obligation.unit_id == unit.id, Obligation.report_kind == kind)
    db.session.execute(query.where(Obligation.period_end_on.in_(days)).values(state=state))


def scatter(world):
    """Give the ward and its teams every standing."""
    teams = world.teams_of(world.ward)
    days = [WEEK.first_on + timedelta(days=n) for n in range(7)]
    mark(teams[0], ObligationState.SENT_ON_TIME, *days)
    mark(teams[1], ObligationState.SENT_LATE, *days[:3])
    mark(teams[1], ObligationState.EXCUSED, *days[3:5])
    mark(world.ward, ObligationState.SENT_ON_TIME, *days[:4])
    mark(world.ward, ObligationState.SENT_LATE, days[6])


def whole(world, **asked):
    return Asked(world.campaign.starts_on, world.campaign.ends_on, **asked)


def page_of(world, unit, asked, who="commune"):
    return gather_timeliness(world.actor(who).scope, world.campaign, unit, asked)


@on_both
def test_every_obligation_stands_in_exactly_one_column_as_the_desks_standing_says(world):
    scatter(world)
    words = {
        Standing.SENT_ON_TIME: "on_time",
        Standing.SENT_LATE: "late",
        Standing.MISSING: "missing",
        Standing.EXCUSED: "excused",
        Standing.EXPECTED: "pending",
    }
    root = world.unit("92")
    for now in (NINE, clock.at_local(DAY + timedelta(days=1), time(8))):  # 08h00 sharp is no miss
        first, last = world.campaign.starts_on, world.campaign.ends_on
        counts = count_kept(EVERYTHING, world.campaign.id, root, first, last, now)
        expected = {}
        for row in db.session.scalars(select(Obligation)):
            key = (row.unit_path, row.report_kind)
            name = words[standing(row.state.value, row.due_at, now)]
            expected[key] = expected.get(key, Kept()) + Kept(**{name: 1})
        assert {
            (p, k): kept for p, kinds in counts.items() for k, kept in kinds.items()
        } == expected


@on_both
def test_the_page_and_the_papers_of_a_week_say_the_same(world):
    scatter(world)
    with clock.frozen(NINE):
        view = page_of(world, world.ward, Asked(WEEK.first_on, WEEK.last_on))
        figures = period_figures(world.campaign, world.ward, WEEK, ReportKind.WEEKLY)
    assert view.level.kind is UnitKind.TEAM
    for row in view.rows:
        paper = timeliness(figures, row.unit.code)
        assert (paper.on_time, paper.late, paper.missing, paper.excused, paper.rate) == (
            row.kept.on_time, row.kept.late, row.kept.missing, row.kept.excused, row.kept.rate,
        )  # fmt: skip
    paper = timeliness(figures, world.ward.code)
    assert (paper.on_time, paper.late, paper.missing) == (4, 1, 2)
    assert (view.own.on_time, view.own.late, view.own.missing, view.own.pending) == (4, 1, 2, 1)


def test_the_page_and_the_paper_of_the_drive_say_the_same(world):
    scatter(world)
    drive = Period(world.campaign.starts_on, world.campaign.ends_on)
    with clock.frozen(clock.at_local(drive.last_on + timedelta(days=3), time(9))):
        view = page_of(world, world.unit("916"), whole(world), "district")
        figures = period_figures(world.campaign, world.unit("916"), drive, ReportKind.FINAL)
    assert [row.unit.kind for row in view.rows] == [UnitKind.COMMUNE] * 11
    for row in view.rows:
        assert timeliness(figures, row.unit.code).due == row.kept.due == 52 + 7 + 1
        assert timeliness(figures, row.unit.code).on_time == row.kept.on_time
    assert view.level.kept.due == 11 * 60
    assert view.level.kept.on_time == 4


def test_levels_stand_apart_and_the_points_are_in_no_other_sum(world):
    scatter(world)
    point = world.unit_of("point")
    mark(point, ObligationState.SENT_LATE, DAY, kind=ReportKind.COLLECTION)
    with clock.frozen(NINE):
        view = page_of(world, world.ward, whole(world))
        points = page_of(world, world.ward, whole(world, level=UnitKind.COLLECTION_POINT))
        daily = page_of(world, world.ward, whole(world, kind=ReportKind.DAILY))
    assert [level.kind for level in view.levels] == [UnitKind.TEAM, UnitKind.COLLECTION_POINT]
    assert view.levels[1].kept == points.level.kept
    assert points.level.kept.late == 1
    assert points.level.kept.total == 52 * points.level.units
    assert [level.kind for level in daily.levels] == [UnitKind.TEAM]
    assert view.levels[0].kept.total == (52 + 7) * view.levels[0].units
    assert daily.levels[0].kept.total == 52 * view.levels[0].units


def test_a_city_sees_districts_communes_teams_and_points_and_every_obligation_once(world):
    every = db.session.scalar(select(func.count()).select_from(Obligation))
    view = page_of(world, world.unit("92"), whole(world), "city")
    assert [(level.kind, level.units) for level in view.levels] == [
        (UnitKind.DISTRICT, 9),
        (UnitKind.COMMUNE, 83),
        (UnitKind.TEAM, 607),
        (UnitKind.COLLECTION_POINT, 100),
    ]
    assert sum(level.kept.total for level in view.levels) + view.own.total == every
    assert all(0 <= (level.kept.rate or 0) <= 100 for level in view.levels)


def test_a_closed_unit_keeps_what_it_missed(world):
    world.team.is_active = False
    db.session.flush()
    with clock.frozen(NINE):
        view = page_of(world, world.ward, whole(world, by=By.UNIT))
    row = next(row for row in view.rows if row.unit.id == world.team.id)
    assert not row.unit.is_active
    assert row.kept.missing == 20 + 3  # 15/6 to 04/7, three weeks


@pytest.mark.parametrize(
    ("by", "first"), [(By.RATE, 2), (By.MISSING, 2), (By.ON_TIME, 0), (By.LATE, 1), (By.EXCUSED, 1)]
)
def test_the_order_puts_first_whom_it_asks_for(world, by, first):
    scatter(world)
    mark(world.teams_of(world.ward)[1], ObligationState.SENT_ON_TIME, date(2023, 6, 15))
    with clock.frozen(NINE):
        view = page_of(world, world.ward, whole(world, by=by))
    assert view.rows[0].unit.id == world.teams_of(world.ward)[first].id


def test_the_page_names_its_denominator_and_leads_down_and_back(arrange, login):
    with arrange() as world:
        scatter(world)
        ward, district, team = world.ward.id, world.unit("916").id, world.team.name
    with clock.frozen(NINE):
        pages = login("district")
        assert f'href="/reports/timeliness/{district}"' in pages.text("/reports/")
        text = pages.text(f"/reports/timeliness/{district}")
        assert "đúng hạn ÷ phải gửi đến nay" in text
        assert f"/reports/timeliness/{ward}?" in text
        below = pages.text(f"/reports/timeliness/{ward}?kind=daily")
    assert team in below
    assert "Phải gửi đến nay 20: <strong>đúng hạn 4 (20,0%)</strong>, trễ 1, thiếu 15" in below
    assert f"/reports/timeliness/{district}?" in below  # the way up


def test_who_stands_elsewhere_finds_nothing(arrange, login):
    with arrange() as world:
        sibling, own = world.unit(OTHER_WARD).id, world.ward.id
    login("commune").get(f"/reports/timeliness/{sibling}", 404)
    login("commune.ubnd").get(f"/reports/timeliness/{own}")
    login("leader").get(f"/reports/timeliness/{own}", 404)


def test_odd_addresses_show_the_page(arrange, login):
    with arrange() as world:
        ward = world.ward.id
    odd = "from=2023-13-45&to=abc&kind=x&level=y&sort=z&page=99"
    pages = login("commune")
    text = pages.text(f"/reports/timeliness/{ward}?{odd}")
    assert 'value="2023-06-15"' in text
    assert 'value="2023-08-05"' in text
    outside = pages.text(f"/reports/timeliness/{ward}?from=2022-01-01&to=2030-01-01")
    assert "từ 15/6/2023 đến 05/8/2023" in outside
    turned = pages.text(f"/reports/timeliness/{ward}?from=2023-07-04&to=2023-07-01")
    assert "từ 01/7/2023 đến 04/7/2023" in turned


def test_the_sheet_has_every_row_of_the_level_and_the_page_a_hundred(app, arrange, login):
    with arrange() as world:
        city = world.unit("92").id
    pages = login("city")
    text = pages.text(f"/reports/timeliness/{city}?level=team")
    assert "1–100 trong 607" in text
    content = pages.post(f"/reports/timeliness/{city}/sheet", 200, level="team").data
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[2][:4] == ["Đơn vị", "Trực thuộc", "Phải gửi đến nay", "Đúng hạn"]
    totals = next(row for row in rows if row[0] == "Cộng")
    units = rows[3 : rows.index(totals)]
    assert len(units) == 607
    assert totals[2] == sum(row[2] for row in units) > 0


def test_the_citys_page_takes_few_statements(app, arrange, login):
    with arrange() as world:
        city = world.unit("92").id
    pages = login("city")
    with counted(app) as seen:
        pages.get(f"/reports/timeliness/{city}?level=team")
    assert len(seen) <= 12, "\n".join(seen)
