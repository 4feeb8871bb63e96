"""The printed tables of targets: made from what is stored, kept, numbered when they change."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import Actor
from vneid_field.core.database import reading
from vneid_field.core.text import vn_date
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.letterheads import committee_name
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.quota_table import (
    PLAN_TITLE,
    QuotaRow,
    QuotaSplit,
    QuotaTable,
    SplitRow,
)
from vneid_field.documents.queries import find_of_subject
from vneid_field.documents.services import (
    draft_document,
    figures_digest,
    make_rendition,
    store_once,
)
from vneid_field.documents.sheets import Cell, Column, table_xlsx
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.labels import CHILD_HEADS, COLUMN_HEADS, TOTAL, WEIGHT_HEADS
from vneid_field.quotas.overview import (
    PlanTable,
    SplitLine,
    SplitView,
    children_of,
    gather_plan,
    gather_split,
    stored_amounts,
)
from vneid_field.quotas.rules import PlanRow, daily_quota
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

# There is no "Kính gửi" to repeat with "Như trên".
RECIPIENTS = ("Các đơn vị có tên trong bảng", "Lưu: VT")
TEMPLATE_VERSION = "quota-2"  # 2: the city's bears a number too


def committee_letterhead(unit: Unit, year: int) -> Letterhead:
    """Return the letterhead of the People's Committee that gives the targets (IV.5)."""
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    superior = committee_name(parent) if parent else None
    signer = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    place = unit.short_name or unit.name
    return Letterhead(
        superior, committee_name(unit), "UBND", place, signer, recipients=RECIPIENTS, year=year
    )


def quota_row(name: str, row: PlanRow) -> QuotaRow:
    """Return a row of the plan's table under a name."""
    return QuotaRow(
        name=name,
        quota=row.quota_total,
        daily_quota=row.activation_per_day,
        collected_not_activated=row.collected_not_activated,
        to_collect=row.to_collect,
        daily_collection=row.collection_per_day,
        fixed_points=row.fixed_points,
        mobile_teams=row.mobile_points,
        daily_per_point=row.collection_per_point,
        digital_teams=row.teams,
        daily_per_team=row.activation_per_team,
    )


def plan_paper(campaign: Campaign, table: PlanTable) -> QuotaTable:
    """Return the plan's table as a paper, with the number that its committee gives it."""
    return QuotaTable(
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        quota_days=campaign.quota_days,
        basis=f"Thực hiện {campaign.plan_title}",
        rows=tuple(quota_row(unit.name, row) for unit, row in table.rows),
        total=quota_row(TOTAL, table.total),
        letterhead=committee_letterhead(table.parent, campaign.starts_on.year),
    )


def plan_sheet(paper: QuotaTable, mark: str = "") -> bytes:
    """Return the plan's table as XLSX; `mark` says which paper it belongs to."""
    heads = [
        head if formula.isdecimal() else f"{head} ({formula})"
        for head, formula in zip(COLUMN_HEADS, paper.formulas, strict=True)
    ]
    columns = [Column(heads[0], "number", 6), Column(heads[1], "text", 26)]
    columns += [Column(head, "number", 15) for head in heads[2:]]
    rows: list[Sequence[Cell]] = [
        (number, row.name, *row.cells) for number, row in enumerate(paper.rows, start=1)
    ]
    period = f"từ ngày {vn_date(paper.starts_on)} đến ngày {vn_date(paper.ends_on)}"
    title = f"{PLAN_TITLE}, {period}"
    return table_xlsx(title, columns, rows, (None, paper.total.name, *paper.total.cells), mark)


def plan_figures(campaign: Campaign, table: PlanTable) -> dict[str, Any]:
    """Return the table as plain values: what a paper freezes and the command prints."""
    return {
        "unit": table.parent.code,
        "quota_days": campaign.quota_days,
        "rows": [{"code": u.code, "name": u.name, **asdict(row)} for u, row in table.rows],
        "total": asdict(table.total),
    }


def make_plan(*, actor: Actor | None, campaign: Campaign, parent: Unit) -> Document:
    """Make and store the plan's table as PDF and XLSX; unchanged figures give the stored paper."""
    table = gather_plan(campaign, parent)
    paper = plan_paper(campaign, table)
    return _store(
        actor=actor,
        campaign=campaign,
        unit=parent,
        subject="quota_plan",
        title=f"{parent.name}: bảng phân bổ chỉ tiêu",
        stem=f"phan-bo-chi-tieu-{parent.code}",
        figures=plan_figures(campaign, table),
        paper=paper,
        sheet=partial(plan_sheet, paper),
    )


def _split_row(campaign: Campaign, line: SplitLine) -> SplitRow:
    activation = line.amount(QuotaKind.ACTIVATION)
    collection = line.amount(QuotaKind.COLLECTION)
    days = campaign.quota_days
    return SplitRow(
        line.unit.name,
        line.weight,
        activation,
        daily_quota(activation, days),
        collection,
        daily_quota(collection, days),
    )


def child_head(view: SplitView) -> str:
    """Return the head of a split's column of names."""
    return CHILD_HEADS[view.lines[0].unit.kind] if view.lines else CHILD_HEADS[UnitKind.TEAM]


def split_paper(campaign: Campaign, view: SplitView) -> QuotaSplit:
    """Return a unit's stored split as a paper; the totals a day come from unrounded sums."""
    activation, collection = view.sum_of(QuotaKind.ACTIVATION), view.sum_of(QuotaKind.COLLECTION)
    days = campaign.quota_days
    return QuotaSplit(
        unit_name=view.unit.name,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        quota_days=days,
        basis=f"Thực hiện {campaign.plan_title}",
        unit_heading=child_head(view),
        weight_heading=WEIGHT_HEADS[view.basis],
        rows=tuple(_split_row(campaign, line) for line in view.lines),
        total=SplitRow(
            TOTAL,
            sum(line.weight for line in view.lines),
            activation,
            daily_quota(activation, days),
            collection,
            daily_quota(collection, days),
        ),
        letterhead=committee_letterhead(view.unit, campaign.starts_on.year),
    )


def split_sheet(paper: QuotaSplit, mark: str = "") -> bytes:
    """Return a split as XLSX; `mark` says which paper it belongs to."""
    columns = [
        Column("Stt", "number", 6),
        Column(paper.unit_heading, "text", 44),
        *(
            Column(head, "number", 16)
            for head in (
                paper.weight_heading,
                "Chỉ tiêu kích hoạt",
                f"Kích hoạt mỗi ngày (chỉ tiêu/{paper.quota_days})",
                "Chỉ tiêu thu nhận hồ sơ",
                f"Thu nhận mỗi ngày (chỉ tiêu/{paper.quota_days})",
            )
        ),
    ]
    rows = [(number, *_cells(row)) for number, row in enumerate(paper.rows, start=1)]
    return table_xlsx(paper.title, columns, rows, (None, *_cells(paper.total)), mark)


def _cells(row: SplitRow) -> tuple[Cell, ...]:
    return (
        row.name,
        row.weight,
        row.quota,
        row.daily_quota,
        row.collection_quota,
        row.daily_collection,
    )


def make_split(*, actor: Actor | None, campaign: Campaign, unit: Unit) -> Document:
    """Make and store a unit's stored split as PDF and XLSX."""
    view = gather_split(campaign, unit, stored_amounts(campaign, children_of(campaign, unit)))
    paper = split_paper(campaign, view)
    figures = {
        "unit": unit.code,
        "revision": view.number,
        "quota_days": campaign.quota_days,
        "basis": view.basis,
        "rows": [asdict(row) for row in paper.rows],
        "total": asdict(paper.total),
    }
    return _store(
        actor=actor,
        campaign=campaign,
        unit=unit,
        subject="quota_split",
        title=f"{unit.name}: phân bổ chỉ tiêu, lần {view.number}",
        stem=f"giao-chi-tieu-{unit.code}-lan-{view.number}",
        figures=figures,
        paper=paper,
        sheet=partial(split_sheet, paper),
    )


def _store(
    *,
    actor: Actor | None,
    campaign: Campaign,
    unit: Unit,
    subject: str,
    title: str,
    stem: str,
    figures: dict[str, Any],
    paper: QuotaTable | QuotaSplit,
    sheet: Callable[[str], bytes],
) -> Document:
    """Return the newest stored paper when figures and form are these, else store the next one."""
    earlier = find_of_subject(subject, unit.id)
    if earlier is not None and earlier.campaign_id != campaign.id:
        earlier = None
    same = (figures_digest(figures), TEMPLATE_VERSION)
    if earlier is not None and (earlier.figures_digest, earlier.template_version) == same:
        return earlier
    version = earlier.version + 1 if earlier else 1
    document = draft_document(
        campaign_id=campaign.id,
        kind=PaperKind.QUOTA_TABLE,
        unit=unit,
        title=title,
        filename=f"{stem}-v{version}",
        figures=figures,
        template_version=TEMPLATE_VERSION,
        version=version,
        subject_kind=subject,
        subject_id=unit.id,
        replaces=earlier,
    )
    with reading():
        draw_paper(document, paper)
    content = sheet(mark_of(document))
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=content))
    return store_once(document, actor=actor)
