"""The front door: where each role begins, the handbook, health, and the demo's accounts."""

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from vneid_field.core.access import Permission
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, public, requires
from vneid_field.web.render import render

bp = Blueprint("home", __name__)
handbook_bp = Blueprint("handbook", __name__, url_prefix="/handbook")
HANDBOOK = ("guide", "answers", "benefits", "privacy", "paper")
DEMO_PASSWORD = "vneid-demo-2023"  # noqa: S105 - printed on the demo's login page
DEMO_ACCOUNTS = (
    ("thanhpho", "Công an thành phố"),
    ("quan.916", "Công an quận Ninh Kiều"),
    ("phuong.31120", "Công an phường An Hòa"),
    ("canhsat.31120.1", "Cảnh sát khu vực, khu vực 1"),
    ("totruong.31120.1", "Tổ trưởng, khu vực 1"),
    ("tinhnguyen.31120.1", "Thành viên tổ, khu vực 1"),
    ("diem.31120", "Cán bộ điểm thu nhận"),
    ("hotro.916.1", "Tổ hỗ trợ kích hoạt, quận Ninh Kiều"),
    ("ubnd.31120", "UBND phường An Hòa"),
    ("ubnd.916", "UBND quận Ninh Kiều"),
    ("ubnd.92", "UBND thành phố"),
    ("quantri", "Quản trị hệ thống"),
)


def demo_accounts() -> dict[str, object] | None:
    """Return what the login page shows in demo mode, else None."""
    if not current_app.config["SETTINGS"].is_demo:
        return None
    return {"password": DEMO_PASSWORD, "accounts": DEMO_ACCOUNTS}


@bp.get("/")
@requires(Permission.USE_ACCOUNT)
def index() -> ResponseReturnValue:
    """Send each role to its home."""
    actor = current_actor()
    if actor.is_field and actor.unit.unit_kind == UnitKind.SUPPORT_TEAM:
        return redirect(url_for("calls.mine"), 303)
    if actor.may(Permission.WALK):
        return redirect(url_for("boards.today"), 303)
    if actor.may(Permission.ENTER_POINT_RESULT):
        return redirect(url_for("collection_day.index"), 303)
    if actor.may(Permission.SEE_OBLIGATIONS):
        return redirect(url_for("reporting.obligations"), 303)
    return redirect(url_for("boards.home"), 303)


@bp.get("/health")
@public
def health() -> ResponseReturnValue:
    """Say that the process and its database answer."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


@handbook_bp.get("/", endpoint="index")
@requires(Permission.SEE_HANDBOOK)
def contents() -> ResponseReturnValue:
    """The handbook's contents."""
    return render("handbook/index.html")


@handbook_bp.get("/<name>")
@requires(Permission.SEE_HANDBOOK)
def page(name: str) -> ResponseReturnValue:
    """One page of the handbook."""
    if name not in HANDBOOK:
        raise NotFound
    return render(f"handbook/{name}.html")
