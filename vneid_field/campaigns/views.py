"""The demo's clock; the campaign's settings."""

from datetime import datetime

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from vneid_field.campaigns import services
from vneid_field.campaigns.labels import next_stops
from vneid_field.campaigns.queries import current_campaign, list_report_rules
from vneid_field.campaigns.rules import (
    LONGEST_EXPIRY,
    LONGEST_KEPT,
    SHORTEST_KEPT,
    expiry_days,
    kept_days,
)
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError
from vneid_field.units.labels import KIND_LABELS
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import Form, at_most, required
from vneid_field.web.render import go, render

bp = Blueprint("campaigns", __name__, url_prefix="/campaign")


class CampaignForm(Form):
    """What the administrator may reword while the campaign runs."""

    name = StringField("Tên chiến dịch", [required(), at_most(200)])
    plan_title = StringField(
        "Căn cứ",
        [required(), at_most(200)],
        description="Tên đầy đủ của kế hoạch, in trên văn bản.",
    )
    expire_untouched_days = IntegerField(
        "Số ngày tổ giữ người chưa đến",
        [
            InputRequired("Hãy nhập số ngày, 0 là không tự thu hồi."),
            NumberRange(0, LONGEST_EXPIRY, f"Số ngày từ 0 đến {LONGEST_EXPIRY}."),
        ],
        description="Quá số ngày này mà tổ chưa đến ai, người đó trở về chờ giao. "
        "0: không tự thu hồi.",
    )
    keep_people_days = IntegerField(
        "Số ngày giữ dữ liệu tổ ghi về người dân sau chiến dịch",
        [
            InputRequired("Hãy nhập số ngày."),
            NumberRange(
                SHORTEST_KEPT, LONGEST_KEPT, f"Số ngày từ {SHORTEST_KEPT} đến {LONGEST_KEPT}."
            ),
        ],
        description="Hết số ngày này kể từ ngày kết thúc, tên, số CCCD, điện thoại, địa chỉ của "
        "người ngoài danh sách và nội dung báo sửa hồ sơ bị xóa trong đêm, không lấy lại được.",
    )


def _settings(form: CampaignForm, status: int = 200) -> ResponseReturnValue:
    campaign = current_campaign()
    return render(
        "campaigns/settings.html",
        status=status,
        campaign=campaign,
        form=form,
        rules=list_report_rules(campaign.id),
        kind_labels=KIND_LABELS,
    )


@bp.get("/")
@requires(Permission.MANAGE_CAMPAIGN)
def settings() -> ResponseReturnValue:
    """Names, dates and hours of the campaign."""
    campaign = current_campaign()
    form = CampaignForm(
        formdata=None,
        obj=campaign,
        expire_untouched_days=expiry_days(campaign) or 0,
        keep_people_days=kept_days(campaign),
    )
    return _settings(form)


@bp.post("/")
@requires(Permission.MANAGE_CAMPAIGN)
def save() -> ResponseReturnValue:
    """Save the campaign's words."""
    form = CampaignForm()
    if not form.validate():
        return _settings(form, 422)
    services.rename(
        actor=current_actor(),
        campaign=current_campaign(),
        name=form.name.data or "",
        plan_title=form.plan_title.data or "",
    )
    services.set_expiry(
        actor=current_actor(),
        campaign=current_campaign(),
        days=form.expire_untouched_days.data or 0,
    )
    services.set_kept(
        actor=current_actor(),
        campaign=current_campaign(),
        days=form.keep_people_days.data or 0,
    )
    return go(url_for("campaigns.settings", saved=1))


@bp.post("/clock")
@requires(Permission.USE_ACCOUNT)
def move_clock() -> ResponseReturnValue:
    """Move the demo's clock forward to one of the banner's hours."""
    try:
        to = datetime.fromisoformat(request.form.get("to", "")).astimezone(clock.TZ)
    except (ValueError, OverflowError):
        raise DomainError("Giờ cần chuyển đến không đọc được.") from None
    services.move_clock(
        actor=current_actor(),
        campaign=current_campaign(),
        to=to,
        stops=next_stops(clock.local_now()),
    )
    return go(url_for("home.index"))
