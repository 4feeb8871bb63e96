"""Finding, opening, downloading and verifying papers."""

from datetime import date

from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.audit.services import record
from vneid_field.core.access import Permission
from vneid_field.documents import queries, services
from vneid_field.documents.kinds import PDF, PaperKind
from vneid_field.documents.labels import MEDIA_LABELS, PAPER_LABELS
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
    query = queries.documents_query(
        actor.scope,
        with_citizens=may(Permission.SEE_PERSON_DOCUMENTS),
        kind=kind,
        period_on=_wanted_day(),
    )
    page = paginate(query, number=page_number(), size=PAGE_SIZE)
    return render(
        "documents/index.html",
        "documents/_list.html",
        page=page,
        renditions=queries.list_renditions([document.id for document in page.items]),
        labels=PAPER_LABELS,
        media=MEDIA_LABELS,
        kinds=list(PaperKind),
        kind=kind,
        on=_wanted_day(),
    )


@bp.get("/<int:document_id>")
@requires(Permission.SEE_DOCUMENTS)
def show(document_id: int) -> ResponseReturnValue:
    """One paper: versions, appendices, files."""
    document = _get(document_id)
    appendices = queries.list_appendices(document)
    if not may(Permission.SEE_PERSON_DOCUMENTS):
        appendices = [paper for paper in appendices if not paper.names_citizens]
    ids = [document.id, *(paper.id for paper in appendices)]
    return render(
        "documents/show.html",
        document=document,
        appendices=appendices,
        renditions=queries.list_renditions(ids),
        replacement=queries.find_replacement(document),
        labels=PAPER_LABELS,
        media=MEDIA_LABELS,
    )


def _get(document_id: int) -> queries.Document:
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


@bp.get("/verify/<code>")
@public
def verify(code: str) -> ResponseReturnValue:
    """Say to anybody whether a printed paper is genuine, replaced or unknown."""
    document = queries.find_by_code(code.strip().upper())
    replacement = queries.find_replacement(document) if document else None
    return render(
        "documents/verify.html",
        status=200 if document else 404,
        code=code.strip().upper()[:20],
        document=document,
        replacement=replacement,
        labels=PAPER_LABELS,
    )
