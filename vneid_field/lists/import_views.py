"""Intake on the desk: upload, preview, correct, apply or not."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.lists import import_queries, import_services
from vneid_field.lists.columns import Column
from vneid_field.lists.delta_page import delta_context, group_context
from vneid_field.lists.forms import UploadForm
from vneid_field.lists.hamlets import hamlet_key
from vneid_field.lists.kinds import DeltaGroup, ImportState
from vneid_field.lists.labels import (
    EXAMPLE_LABELS,
    FIELD_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    STATE_PILLS,
    download_mark,
)
from vneid_field.lists.models import ListImport
from vneid_field.lists.preview import COLUMN_LABELS, repeated_sentence
from vneid_field.lists.rejected import rejected_sheet
from vneid_field.lists.slips import make_slip
from vneid_field.lists.workbook import Limits
from vneid_field.units.queries import get_unit
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number, paginate
from vneid_field.web.render import go, render

bp = Blueprint("imports", __name__, url_prefix="/imports")
_COLUMN_FIELD = re.compile(r"column-(\d{1,3})")
BUSY = (ImportState.UPLOADED, ImportState.APPLYING, ImportState.UNDOING)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _limits() -> Limits:
    megabytes = current_app.config["SETTINGS"].upload_limit_mb
    return Limits(size=megabytes * 1024 * 1024)


def _form() -> UploadForm:
    return UploadForm().offer(import_queries.list_import_units(current_actor().scope))


def _index(form: UploadForm, failure: str = "", status: int = 200) -> ResponseReturnValue:
    query = import_queries.imports_query(current_actor().scope, current_campaign().id)
    return render(
        "lists/imports.html",
        status=status,
        form=form,
        failure=failure,
        page=paginate(query, number=page_number(), size=20),
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_pills=STATE_PILLS,
        size_sentence=import_services.size_sentence(_limits().size // 1024 // 1024),
    )


@bp.get("/")
@requires(Permission.IMPORT_LISTS)
def index() -> ResponseReturnValue:
    """Earlier uploads and the form for a new one."""
    return _index(_form())


@bp.post("/")
@requires(Permission.IMPORT_LISTS)
def upload() -> ResponseReturnValue:
    """Take a file in; a file that cannot be a list is refused here and now, with the reason."""
    form = _form()
    sent = request.files.get("file")
    if not form.validate():
        return _index(form, status=422)
    if sent is None or not sent.filename:
        return _index(form, "Hãy chọn tệp danh sách.", 422)
    content = sent.read(_limits().size + 1)
    try:
        with reading():
            import_services.refuse_unreadable(content, _limits())
        done = import_services.upload(
            actor=current_actor(),
            campaign=current_campaign(),
            unit=get_unit(current_actor().scope, form.unit_id.data),
            kind=form.import_kind,
            as_of_on=form.day,
            content=content,
            # The name itself may hold personal data: only its ending is kept.
            extension=PurePath(sent.filename).suffix.lstrip(".").lower(),
        )
    except DomainError as error:
        db.session.rollback()
        return _index(form, error.message, 422)
    return go(url_for("imports.show", import_id=done.id))


def _get(import_id: int, *, with_content: bool = False, to_write: bool = False) -> ListImport:
    return import_queries.get_import(
        current_actor().scope,
        current_campaign().id,
        import_id,
        with_content=with_content,
        to_write=to_write,
    )


def _show(
    done: ListImport, failure: str = "", status: int = 200, posted: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """`posted` are the choices of columns that were refused: they stay as they were made."""
    preview = import_services.preview_of(done)
    communes = {one["commune_id"] for one in preview.get("hamlets", [])}
    return render(
        "lists/import.html",
        "lists/_import.html",
        status=status,
        done=done,
        job=db.session.get(Job, done.job_id) if done.job_id else None,
        is_busy=done.state in BUSY,
        preview=preview,
        hamlets=import_queries.list_hamlets(current_actor().scope, communes),
        failure=failure,
        posted=posted,
        kind_labels=KIND_LABELS,
        state_labels=STATE_LABELS,
        state_pills=STATE_PILLS,
        field_labels=FIELD_LABELS,
        example_labels=EXAMPLE_LABELS,
        column_labels=COLUMN_LABELS,
        **delta_context(current_campaign(), done),
    )


@bp.get("/<int:import_id>")
@requires(Permission.IMPORT_LISTS)
def show(import_id: int) -> ResponseReturnValue:
    """Progress, preview or result of one upload; htmx polls the fragment while a job runs."""
    return _show(_get(import_id))


@bp.post("/<int:import_id>/columns")
@requires(Permission.IMPORT_LISTS)
def columns(import_id: int) -> ResponseReturnValue:
    """Correct what the columns mean, the sheet, or lost zeros; then the list is read again."""
    done = _get(import_id, with_content=True, to_write=True)
    picked = [
        (int(found[1]), Column(value))
        for name, value in request.form.items()
        if (found := _COLUMN_FIELD.fullmatch(name)) and value in Column._value2member_map_
    ]
    chosen = {column: index for index, column in picked}
    try:
        if len(picked) != len(chosen):
            raise DomainError(repeated_sentence(picked, import_services.preview_of(done)))
        import_services.map_columns(
            actor=current_actor(),
            done=done,
            columns=chosen,
            has_lost_zeros=bool(request.form.get("has_lost_zeros")),
            sheet_name=request.form.get("sheet_name", ""),
        )
    except DomainError as error:
        db.session.rollback()
        return _show(_get(import_id), error.message, 422, request.form)
    return go(url_for("imports.show", import_id=done.id))


@bp.post("/<int:import_id>/hamlets")
@requires(Permission.IMPORT_LISTS)
def hamlets(import_id: int) -> ResponseReturnValue:
    """Remember what spellings of hamlets mean; then the list is read again."""
    done = _get(import_id, with_content=True, to_write=True)
    scope = current_actor().scope
    wanted = import_services.preview_of(done).get("hamlets", [])
    choices = {}
    for number, one in enumerate(wanted):
        hamlet_id = request.form.get(f"hamlet-{number}", type=int)
        if hamlet_id:
            choices[(one["commune_id"], one["text"])] = get_unit(scope, hamlet_id)
    assert all(hamlet_key(text) for _commune, text in choices)
    import_services.remember_hamlets(actor=current_actor(), done=done, choices=choices)
    return go(url_for("imports.show", import_id=done.id))


@bp.post("/<int:import_id>/apply")
@requires(Permission.IMPORT_LISTS)
def apply(import_id: int) -> ResponseReturnValue:
    """Apply the list: the people come in, piece by piece."""
    done = _get(import_id, with_content=True, to_write=True)
    try:
        import_services.apply_import(
            actor=current_actor(), done=done, vanished=request.form.get("vanished", type=int)
        )
    except import_services.Unconfirmed as error:
        db.session.rollback()
        return _show(_get(import_id), error.message, 422)
    return go(url_for("imports.show", import_id=done.id))


@bp.get("/<int:import_id>/groups/<group>")
@requires(Permission.IMPORT_LISTS)
def group(import_id: int, group: str) -> ResponseReturnValue:
    """The names of one of the four groups of a delta, page by page."""
    if group not in DeltaGroup._value2member_map_:
        raise NotFound
    done, wanted = _get(import_id), DeltaGroup(group)
    return render("lists/delta_group.html", **group_context(current_actor().scope, done, wanted))


@bp.post("/<int:import_id>/undo")
@requires(Permission.IMPORT_LISTS)
def undo(import_id: int) -> ResponseReturnValue:
    """Take an applied list back whole, with a reason."""
    done = _get(import_id, to_write=True)
    try:
        import_services.undo_import(
            actor=current_actor(), done=done, reason=typed_text(request.form.get("reason"))
        )
    except DomainError as error:
        db.session.rollback()
        return _show(_get(import_id), error.message, error.status)
    return go(url_for("imports.show", import_id=import_id))


@bp.post("/<int:import_id>/slip")
@requires(Permission.IMPORT_LISTS)
def slip(import_id: int) -> ResponseReturnValue:
    """Make the slip of an applied list, or show the one that says the same."""
    document = make_slip(actor=current_actor(), campaign=current_campaign(), done=_get(import_id))
    return go(url_for("documents.show", document_id=document.id))


@bp.post("/<int:import_id>/discard")
@requires(Permission.IMPORT_LISTS)
def discard(import_id: int) -> ResponseReturnValue:
    """Do not apply the list; its file is dropped."""
    import_services.discard(
        actor=current_actor(), done=_get(import_id, with_content=True, to_write=True)
    )
    return go(url_for("imports.index"))


@bp.post("/<int:import_id>/rejected")
@requires(Permission.IMPORT_LISTS)
def rejected(import_id: int) -> ResponseReturnValue:
    """The rejected rows as the same sheet with a reason column, for mending and sending again."""
    with reading():  # the file is opened again: nobody waits meanwhile
        done = _get(import_id, with_content=True)
        preview = import_services.preview_of(done)
        content = rejected_sheet(
            import_services.open_import(done, _limits()),
            preview,
            mark=download_mark(current_actor().login_name, clock.local_now()),
        )
    record(
        "import.rejected_downloaded",
        actor=current_actor(),
        subject_kind="list_import",
        subject_id=import_id,
        count=len(preview.get("rejected", [])),
    )
    response = Response(content, mimetype=XLSX)
    name = f"dong-bi-loai-{import_id}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
