"""Phiếu truyền dữ liệu of a batch, as PDF and XLSX: how many, of which unit; nobody is named."""

from dataclasses import asdict, replace
from functools import partial

from sqlalchemy import func, select

from vneid_field.campaigns.models import Campaign
from vneid_field.collection.transmission_models import Transmission, TransmissionItem
from vneid_field.collection.transmission_queries import BatchCounts, count_items, find_sent_by
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.text import vn_moment
from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.letterheads import letterhead_of
from vneid_field.documents.models import Document
from vneid_field.documents.papers.transmission_slip import SlipLine, TransmissionSlip
from vneid_field.documents.sheets import Column, table_xlsx
from vneid_field.documents.slips import keep_slip
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind

SUBJECT = "transmission"
TEMPLATE_VERSION = "transmission-1"


def make_slip(*, actor: Actor, campaign: Campaign, batch: Transmission) -> Document:
    """Make and store the slip of a batch, or return the stored one that says the same."""
    unit = db.session.get_one(Unit, batch.unit_id)
    paper = slip_of(campaign, batch, unit)
    return keep_slip(
        actor=actor,
        campaign_id=campaign.id,
        kind=PaperKind.TRANSMISSION_SLIP,
        unit=unit,
        subject=(SUBJECT, batch.id),
        title=f"{unit.name}: phiếu truyền dữ liệu số {batch.number}",
        stem=f"phieu-truyen-du-lieu-{unit.code}-{batch.id}",
        period_on=clock.to_local(batch.sent_at).date(),
        figures={**asdict(paper), "letterhead": None},
        template_version=TEMPLATE_VERSION,
        paper=paper,
        sheet=partial(slip_sheet, paper),
    )


def slip_of(campaign: Campaign, batch: Transmission, unit: Unit) -> TransmissionSlip:
    """Return the slip of a batch: how many were sent of each unit, and what was decided so far."""
    counts = count_items([batch.id]).get(batch.id, BatchCounts())
    taken_back = ""
    if batch.taken_back_at is not None:
        when = vn_moment(clock.to_local(batch.taken_back_at))
        taken_back = ", ".join(filter(None, (when, find_sent_by(batch.taken_back_by))))
    letterhead = replace(
        letterhead_of(unit, campaign.starts_on.year),
        symbol="",
        recipients=(),
        signer_title="NGƯỜI TRUYỀN DỮ LIỆU",
        signer_rank="",
        signer_name=find_sent_by(batch.made_by),
    )
    return TransmissionSlip(
        letterhead=letterhead,
        number=batch.number,
        unit=unit.name,
        sent=vn_moment(clock.to_local(batch.sent_at)),
        count=counts.sent,
        lines=tuple(_by_home(batch, unit)),
        results=(
            SlipLine("Chờ kết quả", counts.waiting),
            SlipLine("Đã phê duyệt", counts.approved),
            SlipLine("Bị từ chối", counts.rejected),
            SlipLine("Không còn thuộc diện", counts.left),
        ),
        taken_back=taken_back,
    )


def _by_home(batch: Transmission, unit: Unit) -> list[SlipLine]:
    """Sum a batch by the units right below its own: a commune's hamlets, a district's communes."""
    query = (
        select(Unit.path, func.count())
        .join(TransmissionItem, TransmissionItem.home_unit_id == Unit.id)
        .where(TransmissionItem.transmission_id == batch.id)
        .group_by(Unit.path)
    )
    width, totals = len(unit.path) + SEGMENT, dict[str, int]()
    for path, count in db.session.execute(query):
        totals[path[:width]] = totals.get(path[:width], 0) + count
    named = select(Unit.path, Unit.name).where(Unit.path.in_(list(totals)))
    names = dict(db.session.execute(named.order_by(Unit.sort_order, Unit.id)).tuples().all())
    unknown = "Chưa rõ khu vực, ấp" if unit.kind is UnitKind.COMMUNE else "Chưa rõ phường, xã"
    names[unit.path] = unknown
    return [SlipLine(name, totals[path]) for path, name in names.items() if path in totals]


def slip_sheet(paper: TransmissionSlip, mark: str) -> bytes:
    """Return the slip as a sheet: by unit, the sum, then what was decided so far."""
    rows = [(line.label, line.count) for line in paper.lines]
    rows += [("Tổng số hồ sơ đã truyền", paper.count)]
    rows += [(line.label, line.count) for line in paper.results]
    columns = [Column("Nội dung", "text", 60), Column("Số hồ sơ", "number", 14)]
    return table_xlsx(paper.title, columns, rows, None, mark)
