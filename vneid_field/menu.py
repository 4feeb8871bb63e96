"""The two menus and what every page's frame shows."""

from flask import current_app, g

from vneid_field.accounts.labels import ROLE_LABELS
from vneid_field.campaigns.labels import clock_steps
from vneid_field.core import clock
from vneid_field.visits.labels import COUNTER_LABELS
from vneid_field.web.access import find_actor, may, may_open
from vneid_field.web.navigation import MenuEntry, items

PHONE = (
    MenuEntry("Hôm nay", "boards.today", "home"),
    MenuEntry("Hộ", "visits.households", "list", ("visits",)),
    MenuEntry("Thu nhận", "reporting.point", "home"),
    MenuEntry("Báo cáo", "reporting.team_report", "report", ("reporting",)),
    MenuEntry("Cẩm nang", "handbook.index", "info", ("handbook",)),
)
DESK = (
    MenuEntry("Việc phải làm", "reporting.obligations", "report", ("reporting",)),
    MenuEntry("Tiến độ", "boards.home", "chart", ("boards",)),
    MenuEntry("Danh sách", "lists.index", "list", ("lists", "imports")),
    MenuEntry("Duyệt phiếu", "review.queue", "check", ("review",)),
    MenuEntry("Công dân", "people.search", "search", ("people", "households")),
    MenuEntry("Chỉ tiêu", "quotas.table", "target", ("quotas",)),
    MenuEntry("Văn bản", "documents.index", "document", ("documents", "letterheads")),
    MenuEntry("Đơn vị", "units.index", "units", ("units",)),
    MenuEntry("Tài khoản", "accounts_admin.index", "people", ("accounts_admin",)),
    MenuEntry("Chiến dịch", "campaigns.settings", "settings", ("campaigns",)),
    MenuEntry("Nhật ký", "audit.index", "audit", ("audit",)),
    MenuEntry("Cẩm nang", "handbook.index", "info", ("handbook",)),
)


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
        "nav": [],
        "shell_user": None,
        "demo_banner": clock_steps(g.get("campaign")),
        "reminder": None,
    }
    if actor is not None:
        context["nav"] = items(PHONE if actor.is_field else DESK)
        context["layout"] = "layouts/phone.html" if actor.is_field else "layouts/desk.html"
        context["shell_user"] = {
            "name": actor.display_name,
            "unit_label": actor.unit.unit_name,
            "role_label": ROLE_LABELS[actor.role],
        }
    else:
        context["layout"] = "layouts/plain.html"
    return context
