"""The minutes of a commune's review of a day, stored as the other papers are: PDF and XLSX."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import reading, within
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.letterheads import inside_sentence, letterhead_of, police_name
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.results import Reason
from vneid_field.documents.papers.review_minutes import ReviewMinutes, SamplePart
from vneid_field.documents.papers.review_part import ReviewPart, ReviewRow
from vneid_field.documents.queries import find_newest, find_twin
from vneid_field.documents.services import (
    draft_document,
    figures_digest,
    make_rendition,
    store_document,
)
from vneid_field.documents.sheets import Cell, Column, Table, tables_xlsx
from vneid_field.extensions import db
from vneid_field.people.models import Household
from vneid_field.review.coverage import (
    Covered,
    cover_entries,
    last_calls,
    list_calls,
    review_figures,
)
from vneid_field.review.day_queries import draw_query, list_returned_keys
from vneid_field.review.days import Day, read_day
from vneid_field.review.kinds import CallResult, FlagKind, ReviewState
from vneid_field.review.labels import CALL_LABELS, FLAG_LABELS, name_remark, say_moment
from vneid_field.review.models import ChecklistReview, ReviewCall
from vneid_field.units.models import Unit

TEMPLATE_VERSION = "review-minutes-1"
_SUBJECT = "review_minutes"
_COLUMNS = (
    Column("STT", "number", 6),
    Column("Tổ", "text", 44),
    *(
        Column(head, "number", 12)
        for head in (
            "Phiếu",
            "Đã xem",
            "Duyệt chung",
            "Đã trả lại",
            "Mẫu đã rút",
            "Mẫu đã xem",
            "Có dấu hiệu",
            "Dấu hiệu còn hỏi",
            "Gọi kiểm tra",
            "Xác nhận",
            "Nói chưa",
        )
    ),
)
_COUNT_COLUMNS = (Column("Nội dung", "text", 60), Column("Số lượng", "number", 14))
_NUMBERS = (
    "checklists", "checked", "bulk", "returned", "sampled", "sampled_seen", "flagged",
    "flags_open", "called", "confirmed", "denied",
)  # fmt: skip


@dataclass(frozen=True)
class DayResult:
    """What the page shows of a commune's day, and the minutes print."""

    day: Day
    covered: Covered
    flags: list[tuple[str, int]]
    remarks: list[tuple[str, int]]
    calls: list[tuple[str, int]]
    reviewers: list[str]
    sample: SamplePart


def gather_day(campaign: Campaign, commune: Unit, on: date) -> DayResult:
    """Return how a commune's day was looked at; the caller has opened the commune."""
    day = read_day(campaign, {commune.path: commune.id}, on)
    returned = list_returned_keys(campaign.id, (commune.path,), on, on)
    calls = list_calls(campaign.id, [commune.id], on, on)
    flagged = Counter(flag.kind for entry in day.entries for flag in entry.flags)
    answers = Counter(result for _team, result in calls)
    draw = day.draws.get(commune.id)
    kept = db.session.scalar(draw_query(campaign.id, commune.id, on))
    return DayResult(
        day=day,
        covered=cover_entries(day.entries, day.teams, returned, calls),
        flags=[(FLAG_LABELS[kind], flagged[kind]) for kind in FlagKind if flagged[kind]],
        remarks=_remarks(campaign.id, commune, on),
        calls=[(CALL_LABELS[one], answers[one]) for one in CallResult if answers[one]],
        reviewers=_reviewers(campaign.id, commune, on),
        sample=SamplePart(
            draw.percent if draw else 0,
            draw.minimum if draw else 0,
            draw.seed if draw else "",
            say_moment(kept.drawn_at) if kept else "",
        ),
    )


def _reviews(campaign_id: int, commune: Unit, on: date, *columns: Any) -> Any:
    return (
        select(*columns)
        .join(Household, Household.id == ChecklistReview.household_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on == on,
            within(Household.unit_path, (commune.path,)),
        )
    )


def _remarks(campaign_id: int, commune: Unit, on: date) -> list[tuple[str, int]]:
    """Why checklists were returned, each by its last remark: ready sentences by name, whatever
    was written by hand as one number (it may hold a name).
    """
    key = (ChecklistReview.household_id, ChecklistReview.team_id)
    newest = _reviews(campaign_id, commune, on, func.max(ChecklistReview.id)).where(
        ChecklistReview.state == ReviewState.RETURNED
    )
    query = select(ChecklistReview.remark).where(ChecklistReview.id.in_(newest.group_by(*key)))
    found = Counter(name_remark(remark) for remark in db.session.scalars(query))
    return found.most_common()


def _reviewers(campaign_id: int, commune: Unit, on: date) -> list[str]:
    """Who decided or phoned, by name; a team's answers are no decisions."""
    decided = _reviews(campaign_id, commune, on, ChecklistReview.by).where(
        ChecklistReview.state != ReviewState.CORRECTED
    )
    phoned = select(ReviewCall.by).where(
        ReviewCall.campaign_id == campaign_id,
        ReviewCall.commune_id == commune.id,
        ReviewCall.counted_on == on,
        ReviewCall.id.in_(last_calls(campaign_id, on, on)),
    )
    query = select(User.display_name).where(User.id.in_(decided) | User.id.in_(phoned))
    return list(db.session.scalars(query.order_by(User.display_name)))


def minutes_letterhead(unit: Unit, year: int) -> Letterhead:
    """Return the letterhead of a unit's reports, its symbol turned to that of minutes.

    Decree 30, Phụ lục III: BC is a report, BB minutes; a symbol without BC stays as it is.
    """
    head = letterhead_of(unit, year)
    kind, dash, rest = head.symbol.partition("-")
    symbol = f"BB{dash}{rest}" if kind == "BC" else head.symbol
    recipients = tuple(line for line in head.recipients if line != "Như trên")
    return replace(head, symbol=symbol, recipients=recipients)


def minutes_of(
    campaign: Campaign, commune: Unit, found: DayResult, opinion: Iterable[str]
) -> ReviewMinutes:
    """Return the paper of a commune's day."""
    on, values = found.day.on, review_figures(found.covered)
    return ReviewMinutes(
        letterhead=minutes_letterhead(commune, on.year),
        basis=campaign.plan_title,
        unit_name=police_name(commune),
        place=inside_sentence(commune.name),
        covers_on=on,
        made_at=say_moment(clock.now()),
        reviewers=tuple(found.reviewers),
        review=ReviewPart(
            values["reviewed"],
            values["returned"],
            values["checklists"],
            ReviewRow(**values["total"]),
            tuple(ReviewRow(**row) for row in values["lines"]),
        ),
        sample=found.sample,
        flags=_reasons(found.flags),
        remarks=_reasons(found.remarks),
        calls=_reasons(found.calls),
        opinion=tuple(opinion),
    )


def _reasons(counts: Collection[tuple[str, int]]) -> tuple[Reason, ...]:
    return tuple(Reason(label, count) for label, count in counts)


def minutes_figures(paper: ReviewMinutes, commune: Unit, found: DayResult) -> dict[str, Any]:
    """Return what a paper freezes; no names, and of the opinion the digest alone."""
    sample = paper.sample
    return {
        "unit": commune.code,
        "on": paper.covers_on.isoformat(),
        "review": review_figures(found.covered),
        "sample": {
            "percent": sample.percent,
            "minimum": sample.minimum,
            "seed": sample.seed,
            "drawn_at": sample.drawn_at,
        },
        "flags": dict(found.flags),
        "remarks": dict(found.remarks),
        "calls": dict(found.calls),
        "reviewers": len(found.reviewers),
        "opinion": figures_digest({"opinion": list(paper.opinion)}),
    }


def minutes_sheet(paper: ReviewMinutes, mark: str) -> bytes:
    """Return the results by team and what was found as a workbook, two sheets."""
    part = paper.review
    rows = [[n, row.name, *_numbers(row)] for n, row in enumerate(part.rows, start=1)]
    total = ["", "Cộng", *_numbers(part.total)] if part.total else None
    counts: list[list[Cell]] = []
    for kind, reasons in (
        ("Dấu hiệu", paper.flags),
        ("Trả lại", paper.remarks),
        ("Gọi kiểm tra", paper.calls),
    ):
        counts += [[f"{kind}: {reason.label}", reason.count] for reason in reasons]
    title = f"{paper.unit_name}: kiểm tra phiếu ngày {vn_date(paper.covers_on)}"
    tables = [Table(title, _COLUMNS, rows, total, tab="Theo tổ")]
    if counts:
        tables.append(Table(title, _COUNT_COLUMNS, counts, tab="Nội dung"))
    return tables_xlsx(tables, mark)


def _numbers(row: ReviewRow) -> list[Cell]:
    return [getattr(row, name) for name in _NUMBERS]


def make_minutes(
    *, actor: Actor, campaign: Campaign, commune: Unit, on: date, opinion: Iterable[str]
) -> Document:
    """Make and store the minutes of a day; the same figures and words give the stored paper.

    Anything else is the next version, which replaces the newest. Raises DomainError for a day
    without checklists.
    """
    while True:
        with reading():  # drawn while nobody waits
            found = gather_day(campaign, commune, on)
            if not found.day.entries:
                raise DomainError(f"Ngày {vn_date(on)} không có phiếu nào để lập biên bản.")
            paper = minutes_of(campaign, commune, found, opinion)
            figures = minutes_figures(paper, commune, found)
            earlier = newest_minutes(campaign, commune, on)
            if earlier is not None and earlier.figures_digest == figures_digest(figures):
                return earlier
            document = _draft(campaign, commune, paper, figures, earlier)
        if find_twin(document) is None:
            store_document(document, actor=actor)
            return document


def _draft(
    campaign: Campaign,
    commune: Unit,
    paper: ReviewMinutes,
    figures: Mapping[str, Any],
    earlier: Document | None,
) -> Document:
    on, version = paper.covers_on, earlier.version + 1 if earlier else 1
    document = draft_document(
        campaign_id=campaign.id,
        kind=PaperKind.REVIEW_MINUTES,
        unit=commune,
        title=f"{police_name(commune)}: biên bản kiểm tra phiếu ngày {vn_date(on)}",
        filename=f"bien-ban-{commune.code}-{on:%Y%m%d}-v{version}",
        figures=figures,
        template_version=TEMPLATE_VERSION,
        period_on=on,
        version=version,
        subject_kind=_SUBJECT,
        subject_id=commune.id,
        replaces=earlier,
    )
    draw_paper(document, paper)
    sheet = minutes_sheet(paper, mark_of(document))
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=sheet))
    return document


def newest_minutes(campaign: Campaign, commune: Unit, on: date) -> Document | None:
    """Return a commune's newest minutes of a day, or None."""
    return find_newest(campaign.id, commune.id, PaperKind.REVIEW_MINUTES, on)
