"""The two menus and what every page's frame shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from flask import current_app, g

from vneid_field.accounts.labels import ROLE_LABELS
from vneid_field.campaigns.labels import clock_steps
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.text import vn_moment, vn_time
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import list_reminded
from vneid_field.reporting.rules import REMIND_MINUTES, minutes_left
from vneid_field.reporting.views import report_url
from vneid_field.reporting.words import title_of
from vneid_field.units.rules import UnitKind
from vneid_field.visits.labels import COUNTER_LABELS
from vneid_field.web.access import find_actor, may, may_open
from vneid_field.web.navigation import MenuEntry, items

NAMED = 3  # reports that a reminder names
REPORTS = ("reporting", "decisions", "excuses", "timeliness", "point_board")
REVIEW = ("review", "review_minutes", "review_rates", "review_thresholds")
PHONE = (
    MenuEntry("Hôm nay", "boards.today", "home"),
    MenuEntry("Hộ", "visits.households", "list", ("visits", "unlisted", "telling")),
    MenuEntry("Danh sách", "lists.mine", "check", ("lists", "type_in")),
    MenuEntry("Thu nhận", "collection_day.index", "home", ("collection_day",)),
    MenuEntry("17h00", "reporting.point", "report"),
    MenuEntry("Lịch", "sessions.index", "list", ("sessions",)),
    MenuEntry("Sẵn sàng", "readiness.mine", "check", ("readiness",)),
    MenuEntry("Báo cáo", "reporting.team_report", "report", ("reporting", "decisions")),
    MenuEntry("Của tôi", "tally.mine", "chart", ("tally",)),
    MenuEntry("Cẩm nang", "handbook.index", "info", ("handbook",)),
)
COLLECTION = ("invitations", "sessions", "readiness", "transmissions")
INVITING = MenuEntry("Thu nhận", "invitations.index", "check", COLLECTION)
SCHEDULE = MenuEntry("Thu nhận", "sessions.index", "check", COLLECTION)  # of who only reads
CHECKED = MenuEntry("Kiểm tra phiếu", "review_minutes.show", "check", REVIEW)
DESK = (
    MenuEntry("Việc phải làm", "reporting.obligations", "report", REPORTS),
    MenuEntry("Tiến độ", "boards.home", "chart", ("boards", "openings", "commendations")),
    MenuEntry("Danh sách", "lists.index", "list", ("lists", "imports")),
    MenuEntry("Duyệt phiếu", "review.queue", "check", REVIEW),
    CHECKED,
    INVITING,
    SCHEDULE,
    MenuEntry("Vắng mặt", "absences.index", "phone", ("absences", "absence_limits", "support")),
    MenuEntry(
        "Công dân",
        "people.search",
        "search",
        ("people", "households", "unlisted", "field_corrections"),
    ),
    MenuEntry("Chỉ tiêu", "quotas.table", "target", ("quotas",)),
    MenuEntry("Văn bản", "documents.index", "document", ("documents", "letterheads")),
    MenuEntry("Tổ", "teams.index", "units", ("teams",)),
    MenuEntry("Tài khoản", "accounts_admin.index", "people", ("accounts_admin", "staff")),
    MenuEntry("Chiến dịch", "campaigns.settings", "settings", ("campaigns",)),
    MenuEntry("Nhật ký", "audit.index", "audit", ("audit",)),
    MenuEntry("Cẩm nang", "handbook.index", "info", ("handbook",)),
)

# A support team walks no households: it calls.
SUPPORT = (
    MenuEntry("Vắng mặt", "calls.mine", "phone", ("calls", "absences")),
    MenuEntry("Hôm nay", "boards.today", "home"),
    MenuEntry("Cẩm nang", "handbook.index", "info", ("handbook",)),
)

# Committees and the administrator owe no report: they read those of others.
READERS = (
    MenuEntry("Tình hình báo cáo", "reporting.obligations", "report", REPORTS),
    *DESK[1:],
)


def may_be_reminded(actor: Actor | None) -> bool:
    """Say whether somebody sends reports."""
    return actor is not None and (
        actor.may(Permission.SEND_TEAM_REPORT) or actor.may(Permission.SEND_POLICE_REPORT)
    )


def reminder_of(
    actor: Actor | None, campaign: Campaign | None, owed: Sequence[Obligation] | None = None
) -> dict[str, str] | None:
    """Return what is asked for on top of every page of who must send it.

    What the superior reminded of, else what is due within half an hour. `owed`: the unit's unsent
    obligations, when the page has read them already.
    """
    if not may_be_reminded(actor) or actor is None or campaign is None:
        return None
    now = clock.now()
    soon = now + timedelta(minutes=REMIND_MINUTES)
    if owed is None:
        owed = list_reminded(campaign.id, actor.unit.unit_id, now, soon)
    unsent = [one for one in owed if one.report_state is None]
    asked = [one for one in unsent if one.reminded_at is not None]
    due = [one for one in unsent if now <= one.due_at <= soon]
    if not asked and not due:
        return None
    found = asked or [one for one in due if one.due_at == due[0].due_at]
    text = _say_asked(asked) if asked else _say_due(found, now)
    return {"text": text, "url": report_url(found[0])}


def _say_asked(asked: Sequence[Obligation]) -> str:
    newest = max(asked, key=lambda one: one.reminded_at or one.due_at)
    at = clock.to_local(newest.reminded_at or newest.due_at)
    when = vn_time(at) if at.date() == clock.today() else vn_moment(at)
    who = f"Cấp trên ({newest.reminder.display_name})" if newest.reminder else "Cấp trên"
    return f"{who} nhắc lúc {when}: {_titles(asked)} chưa gửi."


def _say_due(due: Sequence[Obligation], now: datetime) -> str:
    left, at = minutes_left(due[0].due_at, now), clock.to_local(due[0].due_at)
    return f"Còn {left} phút đến {vn_time(at)}: {_titles(due)} chưa gửi."


def _titles(owed: Sequence[Obligation]) -> str:
    """Name the reports inside a sentence: the first three, and how many more."""
    titles = [title_of(one) for one in owed[:NAMED]]
    words = ", ".join(f"{title[0].lower()}{title[1:]}" for title in titles)
    more = len(owed) - NAMED
    return f"{words} và {more} báo cáo khác" if more > 0 else words


def _menu_of(actor: Actor) -> Sequence[MenuEntry]:
    """A leader's tabs hold the team's report; the own tally stands behind Today.

    Who reviews finds the day's results behind the queue, whoever stands above has their own entry.
    """
    if not actor.is_field:
        desk = DESK if actor.may(Permission.SEND_POLICE_REPORT) else READERS
        own = {CHECKED: Permission.REVIEW, SCHEDULE: Permission.INVITE}  # who has more needs not
        return [one for one in desk if one not in own or not actor.may(own[one])]
    if actor.unit.unit_kind == UnitKind.SUPPORT_TEAM:
        return SUPPORT
    if actor.may(Permission.SEND_TEAM_REPORT):
        return [entry for entry in PHONE if entry.endpoint != "tally.mine"]
    return PHONE


def shell_context() -> dict[str, object]:
    """Return what layouts need: menu, person, server time, the demo's banner."""
    actor = find_actor() if "actor" in g or current_app.extensions.get("find_actor") else None
    context: dict[str, object] = {
        "server_now": clock.local_now(),
        "actor": actor,
        "may": may,
        "may_open": may_open,
        "role_labels": ROLE_LABELS,
        "counter_labels": COUNTER_LABELS,
        # Called by the layouts only: a fragment pays for none of them.
        "nav": lambda: [],
        "shell_user": None,
        "find_demo_banner": partial(clock_steps, g.get("campaign")),
        "may_be_reminded": may_be_reminded(actor),
        "find_reminder": partial(reminder_of, actor, g.get("campaign")),
    }
    if actor is not None:
        context["nav"] = partial(items, _menu_of(actor))
        context["layout"] = "layouts/phone.html" if actor.is_field else "layouts/desk.html"
        context["shell_user"] = {
            "name": actor.display_name,
            "unit_label": actor.unit.unit_name,
            "role_label": ROLE_LABELS[actor.role],
        }
    else:
        context["layout"] = "layouts/plain.html"
    return context
