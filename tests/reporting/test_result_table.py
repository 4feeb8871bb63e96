"""Every number of Phụ lục I is the one that `figures --json` prints."""

import pytest

from tests.boards.test_boards import BEFORE, everywhere
from tests.databases import START
from tests.documents.make import make_footer
from tests.documents.result_table import printed_rows, wanted_rows
from tests.make.flows import scatter_flows
from tests.make.quotas import make_quota
from tests.make.world import DAY
from vneid_field.documents.render import render_paper
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.papers import daily_report
from vneid_field.reporting.summary import figures_json, summarise


@pytest.mark.parametrize("code", ["92", "916", "31120"])
def test_the_printed_table_is_the_figures_to_the_last_number(world, tmp_path, code):
    scatter_flows(*everywhere(world), [DAY, BEFORE], 5)
    make_quota(world.team, 120)
    unit = world.unit(code)
    figures = draft_figures(world.campaign, unit, DAY)
    paper = daily_report(world.campaign, unit, None, DAY, figures, {}, START, 0)
    file = tmp_path / "report.pdf"
    file.write_bytes(render_paper(paper, make_footer()))
    wanted = wanted_rows(figures_json(summarise(world.campaign, unit, DAY)))
    assert printed_rows(file) == wanted
    assert len(wanted) > 8
