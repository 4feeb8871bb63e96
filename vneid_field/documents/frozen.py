"""A paper as data: what it prints, kept so that number, day and signer can be filled in later."""

import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.papers.commendation import CommendationProposal
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.period_reports import FinalReport, WeeklyReport
from vneid_field.documents.papers.quota_table import QuotaSplit, QuotaTable
from vneid_field.documents.papers.review_minutes import ReviewMinutes

NumberedPaper = (
    DailyReport
    | WeeklyReport
    | FinalReport
    | AbsentList
    | QuotaTable
    | QuotaSplit
    | CommendationProposal
    | ReviewMinutes
)
_KINDS: dict[str, type[NumberedPaper]] = {kind.__name__: kind for kind in get_args(NumberedPaper)}


def freeze(paper: NumberedPaper) -> bytes:
    """Return a paper as JSON."""
    held = {"paper": type(paper).__name__, "values": asdict(paper)}
    return json.dumps(held, ensure_ascii=False, default=date.isoformat).encode()


def thaw(content: bytes) -> NumberedPaper:
    """Return the paper that `freeze` kept; a field added since then takes its default."""
    held = json.loads(content)
    paper: NumberedPaper = _build(_KINDS[held["paper"]], held["values"])
    return paper


def _build(kind: Any, value: Any) -> Any:
    """Return a JSON value as the annotated type: dataclass, tuple of one type, date or plain."""
    if value is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    if NoneType in get_args(kind):
        return _build(next(part for part in get_args(kind) if part is not NoneType), value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind) if field.name in value]
        return kind(**{name: _build(hints[name], value[name]) for name in names})
    return date.fromisoformat(value) if kind is date else value
