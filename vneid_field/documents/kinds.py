"""Kinds of paper, their forms and media types."""

from enum import StrEnum

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {PDF: "pdf", XLSX: "xlsx"}
BLANK = "blank"  # number and date left for the clerk


class PaperKind(StrEnum):
    """Papers of the catalogue (documents.md section 2) that this version makes."""

    TEAM_DAILY = "team_daily"
    TEAM_WEEKLY = "team_weekly"
    DAILY_REPORT = "daily_report"
    WEEKLY_REPORT = "weekly_report"
    FINAL_REPORT = "final_report"
    ABSENT_LIST = "absent_list"
    QUOTA_TABLE = "quota_table"
    BOARD = "board"
    RANKING = "ranking"
    COMMENDATION = "commendation"
    REVIEW_MINUTES = "review_minutes"
    WALK_LIST = "walk_list"
    SESSION_SCHEDULE = "session_schedule"
    REJECTED_ROWS = "rejected_rows"
    INTAKE_SLIP = "intake_slip"


NAMES_CITIZENS = frozenset({PaperKind.ABSENT_LIST, PaperKind.WALK_LIST, PaperKind.REJECTED_ROWS})
