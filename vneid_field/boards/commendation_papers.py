"""The proposal of a commendation, stored as the other papers are: PDF and XLSX, checked by code."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from vneid_field.boards.commendation_forms import Chosen
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.letterheads import (
    committee_name,
    inside_sentence,
    letterhead_of,
    police_name,
)
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper, paper_in
from vneid_field.documents.papers.commendation import CommendationProposal
from vneid_field.documents.papers.results import Progress as Printed
from vneid_field.documents.queries import find_newest, find_twin
from vneid_field.documents.services import (
    draft_document,
    figures_digest,
    make_rendition,
    store_document,
)
from vneid_field.documents.sheets import Column, Table, tables_xlsx
from vneid_field.extensions import db
from vneid_field.reporting.lines import Progress
from vneid_field.reporting.papers import moment_text, paragraphs
from vneid_field.reporting.summary import Summary, summarise
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

TEMPLATE_VERSION = "commendation-1"
_SUBJECT = "commendation"  # of a document, not of the log
_UNIT_COLUMNS = (
    Column("STT", "number", 6),
    Column("Tên đơn vị", "text", 44),
    Column("Chỉ tiêu", "number", 12),
    Column("Kết quả", "number", 12),
    Column("%", "percent", 10),
    Column("Xếp hạng", "text", 12),
    Column("Thành tích", "text", 60),
)
_PERSON_COLUMNS = (
    Column("STT", "number", 6),
    Column("Họ và tên", "text", 28),
    Column("Chức vụ, nhiệm vụ", "text", 24),
    Column("Đơn vị", "text", 44),
    Column("Thành tích", "text", 60),
)


@dataclass(frozen=True)
class Wish:
    """What an official wants proposed: the rows, and what stands around them."""

    chosen: Chosen
    addressees: tuple[str, ...]
    reward: str
    remarks: str

    @property
    def digest(self) -> str:
        """SHA-256 of all that was chosen and written, figures aside.

        Frozen with the figures, so that a paper's digest holds for the names too, which stand in
        the paper alone.
        """
        units = [(key, row.name, row.achievement) for key, row in self.chosen.units]
        people = [(key, *asdict(row).values()) for key, row in self.chosen.people]
        around = [*self.addressees, self.reward, self.remarks]
        return figures_digest({"units": units, "people": people, "around": around})


def first_addressees(unit: Unit) -> tuple[str, ...]:
    """Return whom a proposal goes to unless its writer says otherwise.

    A district's to the police above; the city's to those who put it before the chair (IV.2).
    """
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    if parent is not None and unit.kind is not UnitKind.CITY:
        return (police_name(parent),)
    place = inside_sentence(unit.name)
    return f"Hội đồng Thi đua - Khen thưởng {place}", f"Sở Nội vụ {place}"


def first_reward(campaign: Campaign) -> str:
    """Return the reward that the plan names (IV.2)."""
    root = db.session.get_one(Unit, campaign.root_unit_id)
    return f"Bằng khen của Chủ tịch {committee_name(root)}"


def proposal_letterhead(unit: Unit, year: int) -> Letterhead:
    """Return the letterhead of a unit's reports, its symbol turned to that of a proposal.

    Decree 30, Phụ lục III: BC is a report, TTr a proposal; a symbol without BC stays as it is.
    """
    head = letterhead_of(unit, year)
    kind, dash, rest = head.symbol.partition("-")
    return replace(head, symbol=f"TTr{dash}{rest}") if kind == "BC" else head


def proposal(campaign: Campaign, summary: Summary, wish: Wish) -> CommendationProposal:
    """Return the paper; `summary`: the unit's own figures up to the day."""
    unit, on = summary.unit, summary.on
    is_today = on >= clock.today()
    return CommendationProposal(
        letterhead=proposal_letterhead(unit, on.year),
        addressees=wish.addressees,
        basis=campaign.plan_title,
        campaign=inside_sentence(campaign.name),
        unit_name=police_name(unit),
        place=inside_sentence(unit.name),
        since=min(campaign.starts_on, on),
        covers_on=on,
        until=moment_text(clock.now()) if is_today else f"hết ngày {vn_date(on)}",
        activation=_printed(summary.activation),
        collection=_printed(summary.collection),
        reward=wish.reward,
        units=tuple(row for _key, row in wish.chosen.units),
        people=tuple(row for _key, row in wish.chosen.people),
        remarks=paragraphs(wish.remarks),
    )


def _printed(part: Progress) -> Printed:
    return Printed(part.in_day, part.quota_a_day or None, part.cumulative, part.quota or None)


def proposal_figures(paper: CommendationProposal, wish: Wish, unit: Unit) -> dict[str, Any]:
    """Return what a paper freezes: figures and keys, no names (they stand in the paper alone)."""
    rows = [asdict(row) for row in paper.units]
    return {
        "unit": unit.code,
        "on": paper.covers_on.isoformat(),
        "until": paper.until,
        "activation": asdict(paper.activation),
        "collection": asdict(paper.collection),
        "units": [
            {"key": key, **row} for (key, _), row in zip(wish.chosen.units, rows, strict=True)
        ],
        "people": [key for key, _row in wish.chosen.people],
        "wish": wish.digest,
    }


def proposal_sheet(paper: CommendationProposal, mark: str) -> bytes:
    """Return the two tables as a workbook, a sheet each; `mark` says which paper they are of."""
    units = [
        (n, row.name, row.quota, row.done, row.rate, row.standing, row.achievement)
        for n, row in enumerate(paper.units, start=1)
    ]
    people = [
        (n, row.name, row.duty, row.unit, row.achievement)
        for n, row in enumerate(paper.people, start=1)
    ]
    tables = [
        Table(
            f"{paper.unit_name}: tập thể đề nghị khen thưởng", _UNIT_COLUMNS, units, tab="Tập thể"
        ),
        Table(
            f"{paper.unit_name}: cá nhân đề nghị khen thưởng",
            _PERSON_COLUMNS,
            people,
            tab="Cá nhân",
        ),
    ]
    return tables_xlsx([table for table in tables if table.rows], mark)


def make_proposal(
    *, actor: Actor, campaign: Campaign, unit: Unit, on: date, wish: Wish, seen: int | None
) -> Document:
    """Make and store a proposal with the figures of this moment; the next version of its day.

    `seen`: the version that was the newest when the form was opened, 0 for none. The same wish
    of the same person since then is a double click, and gives the stored paper. Raises
    DomainError when nobody is proposed.
    """
    if not (wish.chosen.units or wish.chosen.people):
        raise DomainError(
            "Chưa chọn ai: hãy đánh dấu hoặc ghi ít nhất một tập thể hoặc một cá nhân."
        )
    while True:
        with reading():
            earlier = newest_proposal(campaign, unit, on)
            version = earlier.version if earlier else 0
            seen = version if seen is None else seen
            if earlier and version > seen and _is_same_wish(earlier, actor, wish):
                return earlier
            summary = summarise(campaign, unit, on, has_stock=False, has_work=False)
            document = _draft(campaign, summary, wish, version + 1, earlier)
        if find_twin(document) is None:
            store_document(document, actor=actor)
            return document


def _is_same_wish(document: Document, actor: Actor, wish: Wish) -> bool:
    return document.created_by == actor.user_id and document.figures["wish"] == wish.digest


def _draft(
    campaign: Campaign, summary: Summary, wish: Wish, version: int, replaces: Document | None
) -> Document:
    unit, on = summary.unit, summary.on
    paper = proposal(campaign, summary, wish)
    document = draft_document(
        campaign_id=campaign.id,
        kind=PaperKind.COMMENDATION,
        unit=unit,
        title=f"{police_name(unit)}: tờ trình đề nghị khen thưởng ngày {vn_date(on)}",
        filename=f"khen-thuong-{unit.code}-{on:%Y%m%d}-v{version}",
        figures=proposal_figures(paper, wish, unit),
        template_version=TEMPLATE_VERSION,
        period_on=on,
        version=version,
        subject_kind=_SUBJECT,
        subject_id=unit.id,
        replaces=replaces,
    )
    draw_paper(document, paper)
    sheet = proposal_sheet(paper, mark_of(document))
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=sheet))
    return document


def newest_proposal(campaign: Campaign, unit: Unit, on: date) -> Document | None:
    """Return a unit's newest proposal by the figures of a day, or None."""
    return find_newest(campaign.id, unit.id, PaperKind.COMMENDATION, on)


def keys_of(document: Document) -> dict[str, list[str]]:
    """Return the candidates behind the rows of a stored proposal; "" for rows by hand."""
    figures = document.figures
    return {"units": [row["key"] for row in figures["units"]], "people": figures["people"]}


def proposal_in(document: Document) -> CommendationProposal:
    """Return what a stored proposal prints."""
    paper = paper_in(document)
    assert isinstance(paper, CommendationProposal)
    return paper
