"""The desk's tables as XLSX: who has sent, and who kept the hours."""

from vneid_field.core import clock
from vneid_field.core.text import vn_duration, vn_span, vn_time
from vneid_field.documents.letterheads import inside_sentence
from vneid_field.documents.sheets import Cell, Column, table_xlsx
from vneid_field.reporting.kinds import ReportKind, ReportState
from vneid_field.reporting.labels import LEVEL_LABELS, REPORT_LABELS, REST_LABELS, TIMELINESS_LABELS
from vneid_field.reporting.overview import Overview, Row
from vneid_field.reporting.rules import Standing
from vneid_field.reporting.showing import Show, Shown
from vneid_field.reporting.timeliness import By, TimelinessView
from vneid_field.reporting.timeliness_queries import Kept
from vneid_field.reporting.words import WORDS, report_title
from vneid_field.units.models import Unit


def standing_text(row: Row) -> str:
    """Return what the page's pills say: "10h26 trễ 26 phút, đã duyệt"."""
    parts = [_stands(row)]
    if row.obligation.report_state is ReportState.ACCEPTED:
        parts.append("đã duyệt")
    if row.is_no_list:
        parts.append("không nhận được danh sách")
    return ", ".join(parts)


def _stands(row: Row) -> str:
    if row.obligation.report_state is ReportState.RETURNED:
        return "đã trả lại"
    received = row.obligation.received_at
    at = vn_time(clock.to_local(received)) if received else ""
    return {
        Standing.SENT_ON_TIME: f"{at} đúng hạn",
        Standing.SENT_LATE: f"{at} trễ {vn_duration(row.minutes)}",
        Standing.MISSING: f"chưa gửi, quá {vn_duration(row.minutes)}",
        Standing.EXCUSED: "được miễn",
        Standing.EXPECTED: f"chưa gửi, còn {vn_duration(row.minutes)}",
    }[row.standing]


def obligations_sheet(view: Overview, shown: Shown, watermark: str, kind: ReportKind) -> bytes:
    """Return who has sent a period's reports, with the figures beside when the page has them.

    Totals only when every unit is shown. Who is absent only of a day: never a sum of days.
    """
    columns = [Column("Đơn vị", "text", 44)]
    if shown.above:
        columns.append(Column("Trực thuộc", "text", 30))
    columns.append(Column("Báo cáo", "text", 30))
    if view.counts_below:
        columns.append(Column("Cấp dưới đã gửi", "text", 16))
    if view.has_lines:
        words = WORDS[kind]
        heads = (f"Kích hoạt {words.within}", words.quota.capitalize(), "Vắng")
        columns += [Column(head, "number", 14) for head in heads]
    rows = [_row(view, shown, row, kind) for row in shown.rows]
    summary, lead = view.summary, [""] * (1 + bool(view.counts_below) + bool(shown.above))
    total: list[Cell] | None = None
    if view.has_lines and shown.show is Show.ALL:
        rows += [
            [REST_LABELS[r.kind], *lead, r.activated_in_day, None, _absent(r.absent, kind)]
            for r in summary.rests
            if r.is_activation
        ]
        whole = summary.activation
        absent = _absent(summary.absent, kind)
        total = ["Cộng", *lead, whole.in_day, whole.quota_a_day, absent]
    what = inside_sentence(report_title(kind, summary.since, summary.on))
    return table_xlsx(f"{summary.unit.name}: {what}", columns, rows, total, watermark)


def _absent(count: int, kind: ReportKind) -> int | None:
    return count if kind is ReportKind.DAILY else None


def _row(view: Overview, shown: Shown, row: Row, kind: ReportKind) -> list[Cell]:
    cells: list[Cell] = [row.obligation.unit.name]
    if shown.above:
        above = shown.above_of(row)
        cells.append(above.name if above else "")
    cells.append(standing_text(row))
    if view.counts_below:
        sent, count = view.counts_below.get(row.obligation.unit_path, (0, 0))
        cells.append(f"{sent}/{count}")
    if view.has_lines:
        line = row.line
        cells += (
            [line.activation.in_day, line.activation.quota_a_day, _absent(line.absent, kind)]
            if line
            else [None, None, None]
        )
    return cells


def timeliness_sheet(unit: Unit, view: TimelinessView, watermark: str) -> bytes:
    """Return how each unit of the page's level kept the hours, with the sum of all."""
    has_above = any(row.above for row in view.rows)
    columns = [Column("Đơn vị", "text", 44)]
    if has_above:
        columns.append(Column("Trực thuộc", "text", 30))
    columns += [
        Column(head, "percent" if by is By.RATE else "number", 14)
        for by, head in TIMELINESS_LABELS.items()
    ]
    rows: list[list[Cell]] = []
    for row in view.rows:
        name = row.unit.name if row.unit.is_active else f"{row.unit.name} (đã giải thể)"
        above = [row.above.name if row.above else ""] if has_above else []
        rows.append([name, *above, *_numbers(row.kept)])
    total: list[Cell] | None = None
    if view.level is not None:
        total = ["Cộng", *([""] if has_above else []), *_numbers(view.level.kept)]
    asked = view.asked
    parts = [f"{unit.name}: chấp hành giờ báo cáo", vn_span(asked.first_on, asked.last_on)]
    parts += [LEVEL_LABELS[view.level.kind].lower()] if view.level else []
    parts += [REPORT_LABELS[asked.kind].lower()] if asked.kind else []
    return table_xlsx(", ".join(parts), columns, rows, total, watermark)


def _numbers(kept: Kept) -> list[Cell]:
    return [getattr(kept, by.value) for by in TIMELINESS_LABELS]
