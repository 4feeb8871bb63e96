"""The slip of an applied list, as PDF and XLSX: what the file held and what it changed."""

from dataclasses import asdict, replace
from datetime import datetime
from functools import partial

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict
from vneid_field.core.text import vn_moment
from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.letterheads import letterhead_of
from vneid_field.documents.models import Document
from vneid_field.documents.papers.intake_slip import IntakeSlip, SlipLine
from vneid_field.documents.sheets import Column, table_xlsx
from vneid_field.documents.slips import keep_slip
from vneid_field.extensions import db
from vneid_field.lists.delta_page import groups_of
from vneid_field.lists.import_services import preview_of
from vneid_field.lists.kinds import DeltaGroup, ImportState
from vneid_field.lists.labels import KIND_LABELS
from vneid_field.lists.models import ListImport
from vneid_field.units.models import Unit

SUBJECT = "list_import"
TEMPLATE_VERSION = "slip-1"
ROW = "dòng"


def make_slip(*, actor: Actor, campaign: Campaign, done: ListImport) -> Document:
    """Make and store the slip of a list, or return the stored one that says the same.

    Raises Conflict for a list that was not applied.
    """
    if done.state not in (ImportState.APPLIED, ImportState.UNDONE):
        raise Conflict("Danh sách chưa áp dụng xong nên chưa có phiếu tiếp nhận.")
    unit = db.session.get_one(Unit, done.unit_id)
    paper = slip_of(campaign, done, unit)
    return keep_slip(
        actor=actor,
        campaign_id=campaign.id,
        kind=PaperKind.INTAKE_SLIP,
        unit=unit,
        subject=(SUBJECT, done.id),
        title=f"{unit.name}: phiếu tiếp nhận danh sách số {done.id}",
        stem=f"phieu-tiep-nhan-{unit.code}-{done.id}",
        period_on=done.as_of_on,
        figures={**asdict(paper), "letterhead": None, "as_of_on": done.as_of_on.isoformat()},
        template_version=TEMPLATE_VERSION,
        paper=paper,
        sheet=partial(slip_sheet, paper),
    )


def slip_of(campaign: Campaign, done: ListImport, unit: Unit) -> IntakeSlip:
    """Return the slip of an applied list; nobody is named, not even by the file's name."""
    counts = {**done.counts, **done.counts.get("applied", {})}
    groups = {group.key: group for group in groups_of(done)}
    lines = [SlipLine("Tổng số dòng của tệp", done.counts.get("rows", 0), ROW)]
    lines += [SlipLine(words, counts.get(name, 0)) for name, words in _PEOPLE]
    lines += [SlipLine("Dòng bị loại, không lưu", counts.get("rejected", 0), ROW)]
    lines += [
        SlipLine(groups[key].label, groups[key].count)
        for key in (DeltaGroup.VANISHED, DeltaGroup.CONTRADICTED)
        if key in groups
    ]
    moved = next(n for n, line in enumerate(lines) if line.label == _CHANGED) + 1
    lines.insert(moved, SlipLine("Trong đó chuyển địa bàn", counts.get("moved", 0), is_part=True))
    reasons = preview_of(done).get("reasons", [])
    return IntakeSlip(
        letterhead=_letterhead(campaign, done, unit),
        number=done.id,
        unit=unit.name,
        kind=KIND_LABELS[done.kind],
        as_of_on=done.as_of_on,
        applied=_told(done.applied_at, done.applied_by),
        lines=tuple(lines),
        reasons=tuple(SlipLine(reason, count, ROW) for reason, count in reasons),
        # Not the reason: somebody may have typed a citizen's name, and the slip is never purged.
        undone=_told(done.undone_at, done.undone_by),
    )


_CHANGED = "Người thay đổi thông tin hoặc tình trạng"
_PEOPLE = (
    ("new", "Người mới"),
    ("changed", _CHANGED),
    ("unchanged", "Người giữ nguyên"),
)


def _letterhead(campaign: Campaign, done: ListImport, unit: Unit) -> Letterhead:
    """Return the unit's own without number and recipients: a form, signed by who took it in."""
    return replace(
        letterhead_of(unit, campaign.starts_on.year),
        symbol="",
        recipients=(),
        signer_title="NGƯỜI TIẾP NHẬN",
        signer_rank="",
        signer_name=_name(done.applied_by),
    )


def _name(user_id: int | None) -> str:
    user = db.session.get(User, user_id) if user_id else None
    return user.display_name if user else ""


def _told(at: datetime | None, user_id: int | None) -> str:
    if at is None:
        return ""
    there = clock.to_local(at)
    moment = vn_moment(there)
    return ", ".join(filter(None, (moment, _name(user_id))))


def slip_sheet(paper: IntakeSlip, mark: str) -> bytes:
    """Return the slip as a sheet, the reasons of rejected rows below its lines."""
    rows = [(f"– {one.label}" if one.is_part else one.label, one.count) for one in paper.lines]
    rows += [(f"Bị loại: {one.label}", one.count) for one in paper.reasons]
    columns = [Column("Nội dung", "text", 60), Column("Số lượng", "number", 14)]
    return table_xlsx(paper.title, columns, rows, None, mark)
