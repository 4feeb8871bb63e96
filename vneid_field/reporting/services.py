"""Obligations, drafts and sending; the collection points' results."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, WrongField
from vneid_field.core.text import vn_date, vn_moment, vn_number, vn_time
from vneid_field.documents.services import figures_digest
from vneid_field.extensions import db
from vneid_field.reporting import queries
from vneid_field.reporting.kinds import ObligationState, ReportState
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.rules import (
    ASSESSMENT,
    TEMPLATE_VERSION,
    TEXTS,
    minutes_late,
    shortfalls,
)
from vneid_field.reporting.step_queries import find_decision, find_superior, names_of
from vneid_field.reporting.timeliness_queries import count_timeliness
from vneid_field.reporting.words import WORDS, title_of
from vneid_field.visits.queries import newest_event_id

SHORT_WORDS = {"activation": "kích hoạt", "collection": "thu nhận"}


def lock_obligation(obligation: Obligation) -> None:
    """Read what became of an obligation and hold it until the transaction ends."""
    changing = ["state", "received_at", "report_state"]
    db.session.refresh(obligation, changing, with_for_update={"key_share": True})


def seen_of(sent: Report | None, draft: Report | None) -> str:
    """Return what a form knows: the newest version sent and when the draft was last saved."""
    saved = draft.updated_at.isoformat() if draft else ""
    return f"{sent.version if sent else 0} {saved}"


def _check_seen(
    obligation: Obligation, seen: str, texts: Mapping[str, str], is_no_list: bool
) -> None:
    """Refuse what was written over words, or a return, that came after the form was opened."""
    sent, draft = queries.find_newest_sent(obligation.id), queries.find_draft(obligation.id)
    if not seen or seen == seen_of(sent, draft):
        return
    if sent and not seen.startswith(f"{sent.version} "):
        raise Conflict(
            f"Sau khi mở trang này, bản {sent.version} đã được gửi rồi trả lại. Chữ vừa viết còn "
            "ở dưới, chưa lưu: hãy đọc lý do trả lại, sửa rồi gửi."
        )
    if draft is None or _says(draft, texts, is_no_list):
        return  # pressed twice
    at = clock.to_local(draft.updated_at)
    raise Conflict(
        f"Sau khi mở trang này, bản nháp đã được lưu ở trang khác lúc {vn_time(at)} ngày "
        f"{vn_date(at.date())}. Chữ vừa viết còn ở dưới, chưa lưu: hãy so với bản đã lưu rồi lưu "
        "hoặc gửi lại."
    )


def _says(draft: Report, texts: Mapping[str, str], is_no_list: bool) -> bool:
    said = all(getattr(draft, n) == (texts.get(n, "") or "") for n in (*TEXTS, *ASSESSMENT))
    return said and draft.is_no_list_received == is_no_list


def save_draft(
    *, obligation: Obligation, texts: Mapping[str, str], is_no_list: bool, seen: str = ""
) -> Report:
    """Keep what has been written so far; figures are filled in when it is sent.

    `seen`: `seen_of` when the form was opened; without it nothing is compared. Raises Conflict when
    the report was sent (who and when), for a draft behind it nobody would see, and when other words
    were saved or a version returned since the form was opened.
    """
    lock_obligation(obligation)  # a draft that is being sent takes no more words
    _check_unsent(obligation)
    _check_seen(obligation, seen, texts, is_no_list)
    return _write_draft(obligation, texts, is_no_list)


def _write_draft(obligation: Obligation, texts: Mapping[str, str], is_no_list: bool) -> Report:
    draft = queries.find_draft(obligation.id)
    now = clock.now()
    if draft is None:
        sent = queries.find_newest_sent(obligation.id)
        draft = Report(
            campaign_id=obligation.campaign_id,
            obligation_id=obligation.id,
            unit_id=obligation.unit_id,
            report_kind=obligation.report_kind,
            period_start_on=obligation.period_start_on,
            period_end_on=obligation.period_end_on,
            version=sent.version + 1 if sent else 1,
            replaces_id=sent.id if sent else None,
            created_at=now,
            updated_at=now,
        )
        db.session.add(draft)
    for name in (*TEXTS, *ASSESSMENT):
        setattr(draft, name, texts.get(name, "") or "")
    draft.is_no_list_received = is_no_list
    draft.updated_at = now
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Đồng đội vừa mở cùng báo cáo này. Hãy tải lại trang.") from error
    return draft


def check_sendable(
    obligation: Obligation, figures: Mapping[str, Any], texts: Mapping[str, str], no_list: bool
) -> None:
    """Raise DomainError when it is too early, WrongField when a report is empty or unexplained."""
    now = clock.now()
    if now < obligation.opens_at:
        opens = clock.to_local(obligation.opens_at)
        raise DomainError(f"{title_of(obligation)} gửi được từ {vn_moment(opens)}.")
    is_empty = not figures.get("visits") and not figures["activation"]["in_day"]
    if is_empty and not no_list and obligation.unit.kind == "team":
        words = WORDS[obligation.report_kind]
        raise WrongField(
            f"T{words.inside[1:]} chưa có kết quả nào. Nếu tổ chưa nhận được danh sách, hãy đánh "
            f"dấu “{words.no_list}” rồi gửi.",
            "is_no_list",
        )
    held = sum(figures["stock"].values()) if no_list else 0
    if held and not texts.get("explanation"):
        raise WrongField(
            f"Tổ đang giữ danh sách có {vn_number(held)} người. Nếu vẫn báo "
            f"“{WORDS[obligation.report_kind].no_list}”, hãy ghi giải trình.",
            "explanation",
        )
    below = shortfalls(obligation.unit.kind, figures)
    # "No list received" explains an empty day only: a team that made visits explains in words.
    if below and not texts.get("explanation") and not (no_list and is_empty):
        parts = [
            f"{SHORT_WORDS[one.target]} {vn_number(one.done)}, "
            f"{WORDS[obligation.report_kind].quota} là {vn_number(one.quota_a_day)}"
            for one in below
        ]
        raise WrongField(
            f"Chưa đạt: {'; '.join(parts)}. Hãy ghi giải trình trước khi gửi.", "explanation"
        )


def _freeze(report: Report, figures: Mapping[str, object], now: datetime, late: int) -> None:
    report.figures = dict(figures)
    report.figures_digest = figures_digest(figures)
    report.template_version = TEMPLATE_VERSION
    report.state = ReportState.SENT
    report.sent_at = now
    report.is_late = late > 0
    report.minutes_late = late
    report.through_event_id = newest_event_id()


def _settle(obligation: Obligation, now: datetime, late: int) -> None:
    obligation.state = ObligationState.SENT_LATE if late else ObligationState.SENT_ON_TIME
    obligation.received_at = obligation.received_at or now
    obligation.report_state = ReportState.SENT


def _with_itself(
    obligation: Obligation, figures: Mapping[str, object], now: datetime
) -> dict[str, object]:
    """Return a period's figures whose count of reports takes the one being sent as sent."""
    if "timeliness" not in figures:
        return dict(figures)
    days = (obligation.period_start_on, obligation.period_end_on)
    counted = count_timeliness(obligation.campaign_id, obligation.unit, *days, now)
    return {**figures, "timeliness": counted}


def send_report(
    *,
    actor: Actor | None,
    obligation: Obligation,
    figures: Mapping[str, object],
    texts: Mapping[str, str],
    is_no_list: bool = False,
    is_on_behalf: bool = False,
    seen: str = "",
) -> Report:
    """Freeze the figures and send: late or not by the server's clock.

    Raises Conflict as `save_draft` does, DomainError when it may not be sent.
    """
    lock_obligation(obligation)
    _check_unsent(obligation)
    _check_seen(obligation, seen, texts, is_no_list)
    check_sendable(obligation, figures, texts, is_no_list)
    report = _write_draft(obligation, texts, is_no_list)
    now = clock.now()
    # A version that answers a return is as punctual as the first one was; of whom nothing was asked
    # cannot be late.
    is_asked = obligation.excused_at is None
    late = minutes_late(obligation.due_at, obligation.received_at or now) if is_asked else 0
    _settle(obligation, now, late)
    frozen = _with_itself(obligation, figures, now) | ({"no_list": True} if is_no_list else {})
    _freeze(report, frozen, now, late)
    report.sent_by = actor.user_id if actor else None
    report.is_sent_on_behalf = is_on_behalf
    record(
        "report.sent",
        actor=actor,
        subject_kind="report",
        subject_id=report.id,
        kind=report.report_kind.value,
        period=report.period_end_on.isoformat(),
        version=report.version,
        late=late,
        on_behalf=is_on_behalf,
    )
    db.session.flush()
    return report


def _check_unsent(obligation: Obligation) -> None:
    """Refuse a closed unit, and a second sending: who, when, why, and how to send again."""
    if not obligation.unit.is_active:
        raise DomainError("Đơn vị đã giải thể, không còn gửi báo cáo được.")
    sent = queries.find_newest_sent(obligation.id)
    if sent is None or sent.state is ReportState.RETURNED:
        return
    if sent.state is ReportState.ACCEPTED and (decided := find_decision(sent)):
        told = who_when(decided.by, decided.at)
        raise Conflict(
            f"{title_of(obligation)} đã được cấp trên duyệt và khóa{told}. Muốn sửa, hãy đề nghị "
            "cấp trên mở khóa, nêu lý do."
        )
    way = "hãy đề nghị cấp trên trả lại báo cáo"
    if find_superior(obligation) is None:
        way = "hãy mở khóa ở trang báo cáo, nêu lý do"
    raise Conflict(
        f"{title_of(obligation)} đã gửi{who_when(sent.sent_by, sent.sent_at)}, số liệu đã chốt. "
        f"Muốn sửa, {way}."
    )


def who_when(user_id: int | None, instant: datetime | None) -> str:
    """Return " lúc 09h00 ngày 05/7/2023 (Nguyễn Văn A)", as far as it is known."""
    at = clock.to_local(instant) if instant else None
    name = names_of([user_id]).get(user_id)
    when = f" lúc {vn_moment(at)}" if at else ""
    return f"{when} ({name})" if name else when
