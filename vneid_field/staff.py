"""Many accounts from a spreadsheet; their passwords leave once, as a PDF in the answer.

It stands beside `home`: accounts lie to the left of documents, and this needs both.
"""

import csv
import io
import json
from collections.abc import Sequence

from flask import Blueprint, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from vneid_field.accounts import staff_sheet
from vneid_field.accounts.labels import ROLE_LABELS
from vneid_field.accounts.passwords import Temporary, make_temporaries
from vneid_field.accounts.rules import kinds_to_give, roles_to_give
from vneid_field.accounts.staff_sheet import Planned
from vneid_field.audit.services import record
from vneid_field.campaigns.queries import campaign_end
from vneid_field.core.access import Actor, Permission, Role
from vneid_field.core.errors import DomainError
from vneid_field.documents.papers.password_sheet import PasswordSheet, PasswordSlip, RefusedRow
from vneid_field.documents.render import Footer, render_paper
from vneid_field.extensions import db
from vneid_field.lists.workbook import Limits, open_sheet
from vneid_field.units.queries import list_of_kinds
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import render

bp = Blueprint("staff", __name__, url_prefix="/accounts/sheet")
LIMITS = Limits(size=2 * 1024 * 1024, unpacked=40 * 1024 * 1024, ratio=200, rows=2_000, columns=40)
HEADER = ("Họ và tên", "Tên đăng nhập", "Vai trò", "Mã đơn vị", "Điện thoại")
NO_FOOTER = Footer(code="", version=0, digest="", verify_url="")  # the sheet has none


@bp.get("/")
@requires(Permission.MANAGE_ACCOUNTS)
def upload() -> ResponseReturnValue:
    """Choose a spreadsheet."""
    return _upload_page()


def _upload_page(failure: str = "", status: int = 200) -> ResponseReturnValue:
    return render(
        "accounts/sheet.html",
        status=status,
        failure=failure,
        header=HEADER,
        roles=roles_to_give(current_actor()),
        most_rows=staff_sheet.MOST_ROWS,
    )


@bp.get("/example.csv")
@requires(Permission.MANAGE_ACCOUNTS)
def example() -> ResponseReturnValue:
    """A spreadsheet to fill in: the header, and a line per role with a unit of the scope."""
    actor = current_actor()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for role in roles_to_give(actor):
        for unit, _name in list_of_kinds(actor.scope, kinds_to_give(actor, role))[:1]:
            writer.writerow(("", "", ROLE_LABELS[role], unit.code, ""))
    response = make_response(out.getvalue().encode("utf-8-sig"))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="mau-tai-khoan.csv"'
    return response


@bp.post("/check")
@requires(Permission.MANAGE_ACCOUNTS)
def check() -> ResponseReturnValue:
    """Say what each row would make; nothing is stored, the page carries the rows on."""
    actor, file = current_actor(), request.files.get("file")
    if file is None or not file.filename:
        return _upload_page("Hãy chọn một tệp bảng tính.", 422)
    try:
        sheet = open_sheet(file.stream.read(LIMITS.size + 1), limits=LIMITS)
        planned = staff_sheet.plan_rows(actor, staff_sheet.read_rows(sheet))
    except DomainError as error:
        return _upload_page(error.message, error.status)
    return _check_page(planned)


def _check_page(planned: Sequence[Planned], failure: str = "", status: int = 200) -> Response:
    return render(
        "accounts/sheet_check.html",
        status=status,
        planned=planned,
        good=[one for one in planned if not one.reason],
        bad=[one for one in planned if one.reason],
        carried=json.dumps(staff_sheet.to_carry(planned), ensure_ascii=False),
        failure=failure,
    )


@bp.post("/create")
@requires(Permission.MANAGE_ACCOUNTS)
def create() -> ResponseReturnValue:
    """Make the checked accounts and answer with their slips; the PDF is stored nowhere."""
    actor = current_actor()
    try:
        carried = staff_sheet.from_carried(actor, _json(request.form.get("rows", "")))
    except DomainError as error:
        return _upload_page(error.message, error.status)
    planned = staff_sheet.plan_rows(actor, carried)
    good = [one for one in planned if not one.reason]
    if not good:
        return _check_page(planned, "Chưa tạo được tài khoản nào.", 422)
    return _make(actor, good, [one for one in planned if one.reason])


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _make(actor: Actor, good: list[Planned], bad: list[Planned]) -> ResponseReturnValue:
    """Hash and print first, then write: other writers wait for the inserts only."""
    ends_at = campaign_end()
    db.session.rollback()
    temporaries = make_temporaries(len(good))
    content = _sheet(actor, good, temporaries, bad)
    done = staff_sheet.create_planned(
        actor=actor, planned=good, temporaries=temporaries, volunteers_end_at=ends_at
    )
    failed = [one for one in done if one.reason]
    if failed:  # somebody else took a login name in this very moment
        kept = [
            (one, temporary)
            for one, temporary in zip(done, temporaries, strict=True)
            if not one.reason
        ]
        if not kept:
            return _check_page([*failed, *bad], "Chưa tạo được tài khoản nào.", 422)
        content = _sheet(actor, [o for o, _t in kept], [t for _o, t in kept], [*failed, *bad])
    record("account.sheet_streamed", actor=actor, count=len(done) - len(failed))
    return _pdf(content)


def _sheet(
    actor: Actor, good: Sequence[Planned], secrets: Sequence[Temporary], bad: Sequence[Planned]
) -> bytes:
    slips = tuple(
        PasswordSlip(one.row.name, _label(one.role), one.unit_name, one.login, temporary.secret)
        for one, temporary in zip(good, secrets, strict=True)
    )
    refused = tuple(RefusedRow(one.row.number, one.row.name, one.reason) for one in bad)
    address = current_app.config["SETTINGS"].public_url
    paper = PasswordSheet(actor.unit.unit_name, address, "", slips, refused)
    return render_paper(paper, NO_FOOTER)


def _label(role: Role | None) -> str:
    return ROLE_LABELS[role] if role is not None else ""


def _pdf(content: bytes) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="phieu-tai-khoan.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
