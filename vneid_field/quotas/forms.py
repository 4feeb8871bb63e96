"""The form of a split and of the points' numbers: why, from when, on top of which revision."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from flask import request
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import InputRequired, ValidationError

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import vn_date
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.overview import Key
from vneid_field.quotas.rules import read_amount
from vneid_field.quotas.services import SPLIT_KINDS
from vneid_field.units.models import Unit
from vneid_field.web.forms import Form, at_most, required


class RevisionForm(Form):
    """What goes with the amounts; `number` is the revision that was on the screen."""

    reason = StringField(
        "Lý do phân bổ, điều chỉnh", [required("Hãy ghi lý do, ví dụ số văn bản."), at_most(300)]
    )
    effective_on = DateField("Áp dụng từ ngày", [InputRequired("Hãy chọn ngày áp dụng.")])
    number = HiddenField()

    campaign: Campaign

    def validate_effective_on(self, field: DateField) -> None:
        """A revision counts from the moment it is saved, so its day is never in the future."""
        first, last = self.campaign.starts_on, latest_day(self.campaign)
        if field.data is not None and not first <= field.data <= last:
            raise ValidationError(f"Ngày áp dụng từ {vn_date(first)} đến {vn_date(last)}.")

    @property
    def expected_number(self) -> int:
        """The revision on the screen; -1, which meets none, for a spoilt field."""
        text = self.number.data or ""
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def latest_day(campaign: Campaign) -> date:
    """Return today, or the first day before the start."""
    return max(campaign.starts_on, min(clock.today(), campaign.ends_on))


def revision_form(campaign: Campaign, number: int | None = None) -> RevisionForm:
    """Return the sent form, or a fresh one on top of revision `number`."""
    if number is None:
        form = RevisionForm()
    else:
        data = {"number": str(number), "effective_on": latest_day(campaign)}
        form = RevisionForm(formdata=None, data=data)
    form.campaign = campaign
    return form


def typed_amounts(children: Sequence[Unit]) -> dict[Key, str]:
    """Return the sent texts of a split, as typed."""
    return {
        (child.id, kind): request.form.get(f"{kind.value}_{child.id}", "").strip()[:20]
        for child in children
        for kind in SPLIT_KINDS
    }


def typed_points(points: Sequence[Unit]) -> dict[int, str]:
    """Return the sent texts of the points' numbers, as typed."""
    return {p.id: request.form.get(f"point_{p.id}", "").strip()[:20] for p in points}


def read_split(typed: Mapping[Key, str]) -> dict[int, dict[QuotaKind, int]]:
    """Return the amounts of texts that are all whole numbers."""
    amounts: dict[int, dict[QuotaKind, int]] = {}
    for (unit_id, kind), text in typed.items():
        amounts.setdefault(unit_id, {})[kind] = read_amount(text) or 0
    return amounts


def typed_weights(children: Sequence[Unit]) -> dict[int, int] | None:
    """Return ?w_<unit>= when every unit has one and they are not all 0, else None."""
    read = {child.id: read_amount(request.args.get(f"w_{child.id}", "")) for child in children}
    weights = {unit_id: weight for unit_id, weight in read.items() if weight is not None}
    return weights if len(weights) == len(children) and any(weights.values()) else None
