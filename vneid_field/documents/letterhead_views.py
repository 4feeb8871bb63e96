"""Thể thức văn bản: what a unit's papers bear at head and foot."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField

from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import NotFound
from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.labels import PAPER_LABELS
from vneid_field.documents.letterhead import broken_name
from vneid_field.documents.letterheads import addressees_of, letterhead_of
from vneid_field.documents.models import Letterhead
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.period_reports import FinalReport, WeeklyReport
from vneid_field.documents.papers.police_report import PoliceReport
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import Form, at_most, required
from vneid_field.web.render import go, render

bp = Blueprint("letterheads", __name__, url_prefix="/letterhead")
bp.add_app_template_filter(broken_name)
KINDS = (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.CITY)
# The reports that bear a unit's settings.
SKETCHED: dict[PaperKind, type[PoliceReport]] = {
    PaperKind.DAILY_REPORT: DailyReport,
    PaperKind.WEEKLY_REPORT: WeeklyReport,
    PaperKind.FINAL_REPORT: FinalReport,
}


class LetterheadForm(Form):
    """The per-unit settings of a paper."""

    superior_organ = StringField(
        "Cơ quan cấp trên", [required(), at_most(120)], description="Dòng trên bên trái, không đậm."
    )
    organ = StringField("Cơ quan ban hành", [required(), at_most(120)])
    symbol = StringField(
        "Ký hiệu", [required(), at_most(40)], description="Đứng sau số, ví dụ BC-CAP."
    )
    place = StringField("Địa danh", [required(), at_most(60)])
    signer_title = TextAreaField(
        "Chức danh người ký",
        [required(), at_most(120)],
        description="Mỗi dòng một ý, ví dụ KT. TRƯỞNG CÔNG AN rồi PHÓ TRƯỞNG CÔNG AN.",
    )
    signer_rank = StringField("Cấp bậc", [at_most(40)])
    signer_name = StringField(
        "Họ tên người ký", [at_most(80)], description="Để trống nếu viết tay sau khi ký."
    )


FIELDS = frozenset(
    ("superior_organ", "organ", "symbol", "place", "signer_title", "signer_rank", "signer_name")
)


def _unit() -> Unit:
    actor = current_actor()
    unit = get_unit(actor.scope, request.args.get("unit", type=int) or actor.unit.unit_id)
    # Police edit their own papers only; the administrator anybody's.
    if unit.kind not in KINDS or (
        unit.id != actor.unit.unit_id and not actor.may(Permission.MANAGE_CAMPAIGN)
    ):
        raise NotFound
    return unit


def _page(unit: Unit, form: LetterheadForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "documents/letterhead.html",
        "documents/_sketch.html",
        status=status,
        unit=unit,
        form=form,
        papers={kind.value: PAPER_LABELS[kind] for kind in SKETCHED},
        **_sketch(unit, form),
    )


def _sketch(unit: Unit, form: LetterheadForm) -> dict[str, Any]:
    """Return what the sketch shows: the head as typed, on the report that was chosen."""
    chosen = request.values.get("paper", "")
    kind = next((one for one in SKETCHED if one.value == chosen), PaperKind.DAILY_REPORT)
    paper = SKETCHED[kind]
    today, campaign = clock.today(), current_campaign()
    days: dict[type[PoliceReport], tuple[date, date]] = {
        DailyReport: (today, today),
        WeeklyReport: (today - timedelta(days=6), today),
        FinalReport: (campaign.starts_on, campaign.ends_on),
    }
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    typed: dict[str, Any] = {
        name: value or "" for name, value in form.data.items() if name in FIELDS
    }
    return {
        "head": replace(letterhead_of(unit, today.year), **typed),
        "paper": kind.value,
        "subject": paper.subject_of(*days[paper]),
        "addressees": addressees_of(unit, parent),
    }


@bp.get("/")
@requires(Permission.EDIT_LETTERHEAD)
def show() -> ResponseReturnValue:
    """The settings and what they look like."""
    unit = _unit()
    return _page(unit, LetterheadForm(formdata=None, obj=letterhead_of(unit)))


@bp.post("/preview")
@requires(Permission.EDIT_LETTERHEAD)
def preview() -> ResponseReturnValue:
    """What is typed as it will look, stored nowhere; a name must not stand in an address."""
    with reading():  # nobody's writing waits for a sketch
        unit = _unit()
        return _page(unit, LetterheadForm())


@bp.post("/")
@requires(Permission.EDIT_LETTERHEAD)
def save() -> ResponseReturnValue:
    """Save the settings: papers made from now on bear them, stored ones never change."""
    unit, form = _unit(), LetterheadForm()
    if not form.validate():
        return _page(unit, form, 422)
    stored = db.session.get(Letterhead, unit.id) or Letterhead(unit_id=unit.id)
    before = {name: getattr(stored, name) for name in form.data if hasattr(stored, name)}
    form.populate_obj(stored)
    db.session.add(stored)
    changed = sorted(name for name, value in before.items() if value != getattr(stored, name))
    record(
        "letterhead.changed",
        actor=current_actor(),
        subject_kind="unit",
        subject_id=unit.id,
        fields=changed,
    )
    return go(url_for("letterheads.show", unit=request.args.get("unit"), saved=1))
