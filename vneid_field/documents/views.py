"""Finding, opening, downloading and verifying papers."""

from datetime import date

from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.audit.services import record
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.documents import queries, services
from vneid_field.documents.forms import NumberForm
from vneid_field.documents.kinds import NAMES_CITIZENS, PDF, PaperKind
from vneid_field.documents.labels import MEDIA_LABELS, PAPER_LABELS
from vneid_field.documents.letterheads import organ_name
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import letterhead_in, may_number, number_document
from vneid_field.documents.withdrawn import is_withdrawn
from vneid_field.extensions import db
from vneid_field.web.access import current_actor, may, public, requires
from vneid_field.web.pagination import page_number, paginate
from vneid_field.web.render import go, render

bp = Blueprint("documents", __name__, url_prefix="/documents")
PAGE_SIZE = 25


def _wanted_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


@bp.get("/")
@requires(Permission.SEE_DOCUMENTS)
def index() -> ResponseReturnValue:
    """The scope's papers, newest first."""
    actor = current_actor()
    kind = request.args.get("kind", "")
    names_too = may(Permission.SEE_PERSON_DOCUMENTS)
    query = queries.documents_query(
        actor.scope,
        with_citizens=names_too,
        kind=kind,
        period_on=_wanted_day(),
    )
    page = paginate(query, number=page_number(), size=PAGE_SIZE)
    return render(
        "documents/index.html",
        "documents/_list.html",
        page=page,
        renditions=queries.list_newest_renditions([document.id for document in page.items]),
        labels=PAPER_LABELS,
        media=MEDIA_LABELS,
        kinds=[one for one in PaperKind if names_too or one not in NAMES_CITIZENS],
        kind=kind,
        on=_wanted_day(),
    )


@bp.get("/<int:document_id>")
@requires(Permission.SEE_DOCUMENTS)
def show(document_id: int) -> ResponseReturnValue:
    """One paper: versions, appendices, files, and the form for its number."""
    document = _get(document_id)
    form = None
    if may_number(current_actor(), document):
        form = NumberForm(formdata=None, obj=letterhead_in(document))
    return _page(document, form)


def _page(
    document: Document, form: NumberForm | None, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    appendices = queries.list_appendices(document)
    if not may(Permission.SEE_PERSON_DOCUMENTS):
        appendices = [paper for paper in appendices if not paper.names_citizens]
    ids = [document.id, *(paper.id for paper in appendices)]
    return render(
        "documents/show.html",
        status=status,
        document=document,
        appendices=appendices,
        renditions=queries.list_renditions(ids),
        replacement=queries.find_replacement(document),
        replaced=queries.find_replaced(document),
        labels=PAPER_LABELS,
        media=MEDIA_LABELS,
        form=form,
        failure=failure,
    )


def _get(document_id: int) -> Document:
    return queries.get_document(
        current_actor().scope, document_id, with_citizens=may(Permission.SEE_PERSON_DOCUMENTS)
    )


@bp.post("/<int:document_id>/files/<int:rendition_id>")
@requires(Permission.SEE_DOCUMENTS)
def download(document_id: int, rendition_id: int) -> ResponseReturnValue:
    """Log the download and hand out a ticket: POST → 303 → GET."""
    actor = current_actor()
    document = _get(document_id)
    rendition = queries.get_rendition(document.id, rendition_id)
    record(
        "document.downloaded",
        actor=actor,
        subject_kind="document",
        subject_id=document.id,
        kind=document.kind,
        form=rendition.form,
    )
    token = services.issue_ticket(actor=actor, purpose="rendition", subject_id=rendition.id)
    return go(url_for("documents.fetch", token=token))


@bp.get("/fetch/<token>")
@requires(Permission.SEE_DOCUMENTS)
def fetch(token: str) -> ResponseReturnValue:
    """Serve the stored bytes to the ticket's owner."""
    actor = current_actor()
    rendition_id = services.open_ticket(actor=actor, purpose="rendition", token=token)
    rendition = db.session.get_one(queries.Rendition, rendition_id)
    document = _get(rendition.document_id)
    return _file(
        services.read_rendition(rendition),
        rendition.media_type,
        services.download_name(document, rendition),
    )


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    shown = "inline" if media_type == PDF else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


@bp.post("/<int:document_id>/number")
@requires(Permission.SEE_DOCUMENTS)
def number(document_id: int) -> ResponseReturnValue:
    """Fill in number, day and signer after signing: a new file, the earlier ones stay."""
    actor, document = current_actor(), _get(document_id)
    if not may_number(actor, document):
        raise NotFound
    form = NumberForm()
    if not form.validate():
        return _page(document, form, status=422)
    try:
        number_document(actor=actor, document=document, signing=form.signing())
    except DomainError as error:
        db.session.rollback()
        return _page(_get(document_id), form, status=error.status, failure=error.message)
    return go(url_for("documents.show", document_id=document.id, saved=1))


@bp.get("/verify/")
@bp.get("/verify/<code>")
@public
def verify(code: str = "") -> ResponseReturnValue:
    """Say to anybody whether a printed paper is genuine, replaced, purged or unknown."""
    code = services.normal_code(code or request.args.get("code", ""))
    document = queries.find_by_code(code) if code else None
    return render(
        "documents/verify.html",
        status=404 if code and not document else 200,
        code=code,
        document=document,
        organ=organ_name(document) if document else "",
        replacement=queries.find_replacement(document) if document else None,
        is_withdrawn=document is not None and is_withdrawn(document),
        replaced=queries.find_replaced(document) if document else None,
        numbered=queries.find_newest_numbered(document) if document else None,
        labels=PAPER_LABELS,
    )
