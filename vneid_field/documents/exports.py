"""Tables that people take away as XLSX: each export is logged and says who made it and when."""

from flask import Response

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.text import vn_moment
from vneid_field.documents.kinds import XLSX


def made_by(actor: Actor) -> str:
    """Return an export's watermark."""
    now = clock.local_now()
    return f"{actor.display_name} tải lúc {vn_moment(now)}"


def export(
    *, actor: Actor, what: str, unit_id: int, count: int, name: str, sheet: bytes
) -> Response:
    """Log an export and return the sheet as the answer to its POST, stored nowhere.

    `name`: the file's name without extension and without personal data; `count`: its rows.
    """
    record(
        "export.made", actor=actor, subject_kind="unit", subject_id=unit_id, what=what, count=count
    )
    response = Response(sheet, mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response
