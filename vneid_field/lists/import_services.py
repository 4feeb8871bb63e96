"""Imports of lists: uploaded, corrected by hand, applied or discarded."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.crypto import keyring
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import vn_date, vn_number
from vneid_field.extensions import db
from vneid_field.jobs.queries import has_failed
from vneid_field.jobs.services import enqueue, nightly
from vneid_field.lists.columns import Column, detect_header, missing_required
from vneid_field.lists.delta_queries import (
    DeltaCounts,
    count_delta,
    find_later,
    first_upload_at,
    speaks_until,
)
from vneid_field.lists.hamlets import hamlet_key
from vneid_field.lists.kinds import ImportKind, ImportState
from vneid_field.lists.labels import later_sentence, missing_sentence
from vneid_field.lists.mentions import forget, forget_older
from vneid_field.lists.models import CONTENT, HamletAlias, ListImport
from vneid_field.lists.workbook import Limits, Sheet, open_sheet
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

# Up to this size a file is opened before the upload is answered; larger ones in the job.
OPENED_AT_ONCE = 3 * 1024 * 1024
KEPT_FOR = timedelta(days=30)
# Missing people in per cent of those who could be: from here on the importer types their number.
VANISHED_LIMIT = 30


def vanished_limit(campaign: Campaign) -> int:
    """Return the campaign's own limit, in per cent."""
    return int(campaign.settings.get("vanished_limit_percent", VANISHED_LIMIT))


def seal(content: bytes) -> bytes:
    """Encrypt an uploaded file."""
    return keyring().encrypt_bytes(content, CONTENT)


def open_import(done: ListImport, limits: Limits | None = None) -> Sheet:
    """Open the stored file of an import; raises IntakeRefused, NotFound after its purge."""
    if done.content is None:
        raise NotFound("Tệp gốc đã được xóa theo thời hạn lưu giữ.")
    content = keyring().decrypt_bytes(done.content, CONTENT)
    name = done.sheet_name or None
    return open_sheet(content, sheet_name=name, limits=limits or Limits())


def refuse_unreadable(content: bytes, limits: Limits) -> None:
    """Raise IntakeRefused or NoHeader for a file that cannot be a list; a large one waits for its
    job. A small one may unpack to a large one: call it while others may write.
    """
    if len(content) <= OPENED_AT_ONCE or len(content) > limits.size:
        detect_header(open_sheet(content, limits=limits).head())


def upload(
    *,
    actor: Actor,
    campaign: Campaign,
    unit: Unit,
    kind: ImportKind,
    as_of_on: date,
    content: bytes,
    extension: str,
) -> ListImport:
    """Take a file in that `refuse_unreadable` let through, and ask for its reading.

    `unit` is a commune, or a district or the city when rows name their commune.
    """
    if as_of_on > clock.today():
        raise DomainError("Ngày của danh sách không được sau hôm nay.")
    if as_of_on < campaign.starts_on - timedelta(days=366):
        raise DomainError(
            f"Ngày của danh sách quá xa, chiến dịch từ {vn_date(campaign.starts_on)}."
        )
    if unit.kind not in (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.COMMUNE):
        raise DomainError("Danh sách chỉ nạp cho phường/xã, quận/huyện hoặc thành phố.")
    purge_old_files()
    done = ListImport(
        campaign_id=campaign.id,
        unit_id=unit.id,
        unit_path=unit.path,
        kind=kind,
        as_of_on=as_of_on,
        state=ImportState.UPLOADED,
        content=seal(content),
        content_sha256=hashlib.sha256(content).hexdigest(),
        extension=extension[:8],
        created_at=clock.now(),
        created_by=actor.user_id,
        reach_path=_reach(actor, unit),
    )
    db.session.add(done)
    db.session.flush()
    done.speaks_until = min(speaks_until(done), first_upload_at(done))
    record(
        "import.uploaded",
        actor=actor,
        subject_kind="list_import",
        subject_id=done.id,
        kind=kind.value,
        size=len(content),
    )
    _ask(actor, done, "lists.read")
    return done


def _reach(actor: Actor, unit: Unit) -> str:
    """Return the subtree whose people may be moved to where the list says: the uploader's unit."""
    own = actor.unit.unit_path
    return own if unit.path.startswith(own) else unit.path


def _key(job: str, done: ListImport) -> str:
    return f"{job}:{done.id}"


def _ask(actor: Actor, done: ListImport, job: str) -> None:
    asked = enqueue(job, actor=actor, payload={"import_id": done.id}, dedupe_key=_key(job, done))
    done.job_id = asked.id
    db.session.flush()


@nightly
def purge_old_files() -> None:
    """Files are personal data: they go 30 days after the upload, the counts stay."""
    db.session.execute(
        update(ListImport)
        .where(ListImport.created_at < clock.now() - KEPT_FOR, ListImport.content.is_not(None))
        .values(content=None, preview=None)
        .execution_options(synchronize_session=False)
    )
    forget_older(clock.now() - KEPT_FOR)


def _require_open(done: ListImport) -> None:
    if done.state in (ImportState.APPLYING, ImportState.APPLIED):
        raise Conflict("Danh sách này đã được áp dụng, không sửa được nữa.")
    if done.state in (ImportState.UNDOING, ImportState.UNDONE):
        raise Conflict("Lần nạp này đã được hoàn tác. Hãy tải tệp lên lại.")
    if done.state is ImportState.DISCARDED:
        raise Conflict("Danh sách này đã bị bỏ. Hãy tải tệp lên lại.")
    if done.content is None:
        raise Conflict("Tệp gốc không còn. Hãy tải tệp lên lại.")


def map_columns(
    *,
    actor: Actor,
    done: ListImport,
    columns: Mapping[Column, int],
    has_lost_zeros: bool,
    sheet_name: str,
) -> None:
    """Correct what the columns mean (and the sheet), and read again; raises DomainError."""
    _require_open(done)
    missing = missing_required(columns)
    if missing:
        raise DomainError(f"Còn thiếu cột bắt buộc: {', '.join(missing)}.")
    used = list(columns.values())
    if len(used) != len(set(used)):
        raise DomainError("Một cột chỉ được chọn cho một nội dung.")
    is_other_sheet = bool(sheet_name) and sheet_name != (done.sheet_name or sheet_name)
    chosen: dict[str, Any] = {"has_lost_zeros": has_lost_zeros}
    if not is_other_sheet:
        # Another sheet has its own header, found afresh.
        chosen["columns"] = {column.value: index for column, index in columns.items()}
    done.mapping = chosen
    done.sheet_name = sheet_name[:80]
    done.state = ImportState.UPLOADED
    record(
        "import.mapped",
        actor=actor,
        subject_kind="list_import",
        subject_id=done.id,
        fields=sorted(column.value for column in columns),
    )
    _ask(actor, done, "lists.read")


def remember_hamlets(
    *, actor: Actor, done: ListImport, choices: Mapping[tuple[int, str], Unit]
) -> None:
    """Map spellings of hamlets once, for this and every later list, and read again.

    `choices`: (commune id, spelling) → hamlet of that commune. Raises DomainError otherwise.
    """
    _require_open(done)
    for (commune_id, text), hamlet in choices.items():
        if hamlet.parent_id != commune_id or hamlet.kind is not UnitKind.HAMLET:
            raise DomainError("Khu vực/ấp được chọn không thuộc phường/xã này.")
        key = hamlet_key(text)
        alias = db.session.query(HamletAlias).filter_by(commune_id=commune_id, alias_key=key)
        found = alias.one_or_none()
        if found is None:
            found = HamletAlias(commune_id=commune_id, alias_key=key)
            db.session.add(found)
        found.hamlet_id = hamlet.id
        found.made_at = clock.now()
        found.made_by = actor.user_id
        record(
            "hamlet.alias_added",
            actor=actor,
            subject_kind="unit",
            subject_id=commune_id,
            hamlet_id=hamlet.id,
        )
    done.state = ImportState.UPLOADED
    _ask(actor, done, "lists.read")


def is_stuck(done: ListImport) -> bool:
    """Whether the storing of a list stopped for good; what it stored until then stays."""
    return done.state is ImportState.APPLYING and has_failed(_key("lists.apply", done))


class Unconfirmed(DomainError):
    """So many people are missing from a list that its importer has to say the number."""


def has_work(done: ListImport, delta: DeltaCounts) -> bool:
    """Say whether a read list changes anything: people, or what is known of their claims."""
    counts = (done.counts.get("new"), done.counts.get("changed"))
    return any((*counts, delta.vanished, delta.contradicted))


def needs_number(campaign: Campaign, delta: DeltaCounts) -> bool:
    """Say whether so many are missing that applying asks for their number (a setting)."""
    return delta.vanished > 0 and delta.share >= vanished_limit(campaign)


def apply_import(*, actor: Actor, done: ListImport, vanished: int | None = None) -> None:
    """Ask for the storing of a read list; a second click is the same success.

    A storing that failed goes on behind its last stored piece. `vanished`: the number the
    importer typed; raises Unconfirmed where it is asked for and is another.
    """
    if is_stuck(done):
        _ask(actor, done, "lists.apply")
        return
    if done.state in (ImportState.APPLYING, ImportState.APPLIED):
        return
    _require_open(done)
    if done.state is not ImportState.READ:
        raise Conflict("Danh sách chưa đọc xong, hãy chờ bản xem trước.")
    delta = count_delta(done)
    if not has_work(done, delta):
        raise DomainError("Danh sách này không có gì mới hay thay đổi để áp dụng.")
    campaign = db.session.get_one(Campaign, done.campaign_id)
    if needs_number(campaign, delta) and vanished != delta.vanished:
        raise Unconfirmed(missing_sentence(delta.vanished, delta.held, delta.share))
    done.state = ImportState.APPLYING
    done.applied_by = actor.user_id
    _ask(actor, done, "lists.apply")


def discard(*, actor: Actor, done: ListImport) -> None:
    """Drop an import that was not applied, with its file; what a failed storing stored stays."""
    if done.state is ImportState.DISCARDED:
        return
    closed = (ImportState.APPLYING, ImportState.APPLIED, ImportState.UNDOING, ImportState.UNDONE)
    if done.state in closed and not is_stuck(done):
        raise Conflict("Danh sách này đã được áp dụng, không bỏ được nữa.")
    done.state = ImportState.DISCARDED
    done.content = None
    done.preview = None
    if not done.counts.get("stored"):
        forget(done.id)
    record("import.discarded", actor=actor, subject_kind="list_import", subject_id=done.id)
    db.session.flush()


def undo_import(*, actor: Actor, done: ListImport, reason: str) -> None:
    """Ask for the taking back of a whole applied list; a second click is the same success.

    Raises DomainError without a reason; Conflict when a later list of the unit was applied
    (naming who and when), or when what is needed was purged.
    """
    if done.state is ImportState.UNDONE:
        return
    if done.state is ImportState.UNDOING:
        if has_failed(_key("lists.undo", done)):
            _ask(actor, done, "lists.undo")
        return
    if done.state is not ImportState.APPLIED:
        raise Conflict("Chỉ hoàn tác được danh sách đã áp dụng.")
    if not reason.strip():
        raise DomainError("Hãy ghi lý do hoàn tác cả lần nạp.")
    if (later := find_later(done)) is not None:
        raise Conflict(later_sentence(later.unit_name, later.who, later.applied_at))
    if done.created_at < clock.now() - KEPT_FOR:
        raise Conflict("Đã quá 30 ngày, dữ liệu cũ để hoàn tác đã xóa theo hạn.")
    done.state = ImportState.UNDOING
    done.undone_by = actor.user_id
    done.undo_reason = reason.strip()[:300]
    record("import.undo_asked", actor=actor, subject_kind="list_import", subject_id=done.id)
    _ask(actor, done, "lists.undo")


def preview_of(done: ListImport) -> dict[str, Any]:
    """Return the stored preview, or an empty one."""
    return json.loads(done.preview) if done.preview else {}


def size_sentence(limit_mb: int) -> str:
    """Say what may be uploaded."""
    return f"XLSX, XLS hoặc CSV UTF-8, tối đa {vn_number(limit_mb)} MB và 500.000 dòng."
