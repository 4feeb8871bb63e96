"""Who reports to whom follows the campaign's rules and the tree: no level is assumed."""

import io

import pdfplumber
import pytest

from tests.documents.make import make_footer
from tests.make.chains import make_flat, silence_districts
from tests.make.flows import make_flow
from tests.make.world import DAY
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.errors import NotFound
from vneid_field.documents.render import render_paper
from vneid_field.extensions import db
from vneid_field.quotas.overview import children_of, gather_plan, gather_split
from vneid_field.quotas.papers import child_head, plan_paper
from vneid_field.reporting import overview
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.papers import daily_report
from vneid_field.units.rules import UnitKind


@pytest.fixture
def flat(world):
    """A city whose communes report to it, as after 01/7/2025: there are no districts."""
    made = make_flat()
    return made.campaign, made.city, made.communes


def test_a_city_of_communes_reads_their_reports_and_counts_their_teams(flat):
    campaign, city, communes = flat
    view = overview.gather(EVERYTHING, campaign, city, DAY)
    assert [row.obligation.unit_id for row in view.below] == [one.id for one in communes]
    assert all(row.line is not None for row in view.below)
    assert view.below_kind is UnitKind.COMMUNE
    assert view.counts_below == {one.path: (0, 1) for one in communes}
    assert view.may_make_paper
    assert not overview.gather(EVERYTHING, campaign, communes[0], DAY).may_make_paper


def test_the_paper_of_a_city_of_communes_names_them_and_its_table_is_theirs(flat):
    campaign, city, communes = flat
    figures = draft_figures(campaign, city, DAY)
    assert figures["notes"] == {one.code: "missing" for one in communes}
    table = daily_report(campaign, city, None, DAY, figures, {}, clock.now(), 0).table
    assert table.title == "KẾT QUẢ THEO PHƯỜNG, XÃ, THỊ TRẤN"
    assert [(row.name, row.note) for row in table.rows] == [
        (one.name, "chưa báo cáo") for one in communes
    ]


def test_the_targets_of_a_city_of_communes_are_its_table_and_they_split_over_teams(flat):
    campaign, city, communes = flat
    plan = gather_plan(campaign, city)
    assert [unit.id for unit, _row in plan.rows] == [one.id for one in communes]
    assert plan.total.quota_total == 200
    assert plan_paper(campaign, plan).letterhead.number is None  # its clerk gives it
    with pytest.raises(NotFound):
        children_of(campaign, city)
    view = gather_split(campaign, communes[0], {})
    assert [line.unit.kind for line in view.lines] == [UnitKind.TEAM]
    assert child_head(view) == "Tên tổ"


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("92", (UnitKind.DISTRICT,)),
        ("916", (UnitKind.COMMUNE,)),
        ("31120", (UnitKind.TEAM,)),
        ("31120.1", ()),
    ],
)
def test_the_plans_own_rules_say_whose_reports_a_unit_reads(world, code, kinds):
    assert chain_of(world.campaign.id).below(world.unit(code)) == kinds


def test_a_hamlet_reads_no_reports(world):
    assert chain_of(world.campaign.id).below(world.hamlet) == ()


def test_the_citys_paper_says_of_each_district_how_many_communes_are_missing(world):
    silence_districts(world)
    city = world.unit("92")
    make_flow(world.hamlet, DAY, 3, world.team)
    figures = draft_figures(world.campaign, city, DAY)
    table = daily_report(world.campaign, city, None, DAY, figures, {}, clock.now(), 0).table
    notes = {row.name: row.note for row in table.rows}
    assert notes["Quận Ninh Kiều"] == "11 đơn vị chưa báo cáo"
    assert len(figures["missing_units"]) == 83


def _city_text(world):
    city = world.unit("92")
    figures = draft_figures(world.campaign, city, DAY)
    paper = daily_report(world.campaign, city, None, DAY, figures, {}, clock.now(), 0)
    with pdfplumber.open(io.BytesIO(render_paper(paper, make_footer()))) as pdf:
        texts = [" ".join(page.extract_text().split()) for page in pdf.pages]
        return paper, texts, [page.width > page.height for page in pdf.pages]


def test_the_city_counts_who_is_missing_by_district_and_names_them_in_the_appendix(world):
    silence_districts(world)
    paper, texts, wide = _city_text(world)
    main = " ".join(text for text, is_wide in zip(texts, wide, strict=True) if not is_wide)
    annex = " ".join(text for text, is_wide in zip(texts, wide, strict=True) if is_wide)
    assert "còn 83 đơn vị chưa gửi báo cáo, nêu tên tại Phụ lục: quận Ninh Kiều 11/11," in main
    assert "phường An Cư" not in main
    assert sum(len(group.missing) for group in paper.groups) == 83
    assert sum(group.units for group in paper.groups) == 83
    for group in paper.groups:
        for name in group.missing:
            last = name.rsplit(" ", 1)[-1]
            assert last in annex, name


def test_a_few_missing_communes_are_named_in_the_sentence(world):
    silence_districts(world)
    few = db.session.query(Obligation).filter_by(period_end_on=DAY, report_kind=ReportKind.DAILY)
    for owed in few:
        if owed.unit_id not in (world.ward.id, world.unit("31117").id):
            owed.state = ObligationState.SENT_ON_TIME
    db.session.flush()
    paper, texts, _wide = _city_text(world)
    assert paper.groups == ()
    assert "còn 02 đơn vị chưa gửi báo cáo: phường Cái Khế, phường An Hòa;" in " ".join(texts)
