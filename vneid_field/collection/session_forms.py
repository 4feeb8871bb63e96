"""Forms of the schedule: a session, why it is cancelled, what the page filters by."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from wtforms import DateField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired

from vneid_field.campaigns.models import Campaign
from vneid_field.collection.kinds import PlaceKind
from vneid_field.collection.labels_points import PLACE_KIND_LABELS
from vneid_field.collection.models import CollectionSession
from vneid_field.collection.session_queries import Asked
from vneid_field.collection.sessions import SessionDetails
from vneid_field.core import clock
from vneid_field.web.forms import Form, at_most, required

_KINDS = [(kind.value, PLACE_KIND_LABELS[kind]) for kind in PlaceKind]


class SessionForm(Form):
    """A session; the units stand beside it as ticks named `unit`."""

    on_day = DateField("Ngày", [InputRequired("Hãy chọn ngày.")])
    from_time = TimeField("Từ", [InputRequired("Hãy nhập giờ bắt đầu.")])
    to_time = TimeField("Đến", [InputRequired("Hãy nhập giờ kết thúc.")])
    place_kind = SelectField("Loại nơi", choices=_KINDS)
    place = StringField(
        "Địa điểm",
        [required("Hãy nhập địa điểm."), at_most(160)],
        description="Tên nơi, địa chỉ; tại nhà thì chỉ ghi địa chỉ, không ghi tên người.",
    )
    partner = StringField(
        "Đơn vị phối hợp", [at_most(160)], description="Trường, công ty, ban quản lý… nếu có."
    )
    expected = IntegerField("Số người dự kiến", [InputRequired("Hãy nhập số người dự kiến.")])

    @classmethod
    def of(cls, planned: CollectionSession) -> "SessionForm":
        """Return the form of a stored session."""
        form = cls(formdata=None, obj=planned)
        form.place_kind.data = planned.place_kind.value
        form.from_time.data = _time(planned.from_minute)
        form.to_time.data = _time(planned.to_minute)
        return form

    def details(self, unit_ids: list[int]) -> SessionDetails:
        """Return what a valid form says."""
        return SessionDetails(
            on_day=self.on_day.data,
            from_minute=_minute(self.from_time.data),
            to_minute=_minute(self.to_time.data),
            place_kind=PlaceKind(self.place_kind.data),
            place=self.place.data or "",
            partner=self.partner.data or "",
            expected=self.expected.data,
            unit_ids=tuple(unit_ids),
        )


class CancelForm(Form):
    """Why a session is cancelled."""

    cancel_reason = StringField("Lý do hủy", [required("Hãy nhập lý do hủy."), at_most(200)])


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _day(values: Mapping[str, str], name: str, default: date) -> date:
    try:
        return date.fromisoformat(values.get(name, ""))
    except ValueError:
        return default


def _rest(values: Mapping[str, str]) -> dict[str, object]:
    kind, point = values.get("kind", ""), values.get("point", "")
    return {
        "place_kind": PlaceKind(kind) if kind in set(PlaceKind) else None,
        "point_id": int(point) if point.isdigit() and len(point) < 10 else None,
        "with_cancelled": values.get("cancelled") == "1",
    }


def read_week(values: Mapping[str, str], campaign: Campaign) -> Asked:
    """Return the Monday-to-Sunday week of `day`, this week when none is said."""
    today = min(max(clock.today(), campaign.starts_on), campaign.ends_on)
    day = min(max(_day(values, "day", today), campaign.starts_on), campaign.ends_on)
    monday = day - timedelta(days=day.weekday())
    return Asked(monday, monday + timedelta(days=6), **_rest(values))  # type: ignore[arg-type]


def read_span(values: Mapping[str, str], campaign: Campaign) -> Asked:
    """Return the days from `from` to `to`, the whole campaign when none are said."""
    first = _day(values, "from", campaign.starts_on)
    last = _day(values, "to", campaign.ends_on)
    return Asked(min(first, last), max(first, last), **_rest(values))  # type: ignore[arg-type]


def address_of(asked: Asked) -> dict[str, str]:
    """Return the filter, days apart, as the address says it."""
    said = {
        "kind": asked.place_kind.value if asked.place_kind else "",
        "point": str(asked.point_id or ""),
        "cancelled": "1" if asked.with_cancelled else "",
    }
    return {name: value for name, value in said.items() if value}
