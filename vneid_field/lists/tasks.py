"""Job bodies of intake: reading a list for its preview, and storing it piece by piece."""

from typing import Any

from sqlalchemy.orm import undefer

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.database import set_writing
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.services import Progress, after_failure, job_body
from vneid_field.lists.apply import judging_of, store_piece
from vneid_field.lists.delta_queries import (
    contradicted,
    count_delta,
    count_verdicts,
    lock_piece,
    vanished,
)
from vneid_field.lists.import_services import open_import
from vneid_field.lists.intake import (
    CHUNK,
    Reading,
    ReadRow,
    Tally,
    chunks,
    compare,
    make_reading,
    read_rows,
)
from vneid_field.lists.kinds import ImportKind, ImportState, VerdictKind
from vneid_field.lists.mentions import PageWriter, forget
from vneid_field.lists.models import ListImport
from vneid_field.lists.preview import Preview
from vneid_field.lists.undo import undo_piece
from vneid_field.lists.verdicts import Effects, confirm, contradict
from vneid_field.units.models import Unit


def _load(import_id: int) -> ListImport:
    return db.session.get_one(
        ListImport, import_id, options=[undefer(ListImport.content)], populate_existing=True
    )


def _open(done: ListImport) -> Reading:
    campaign = db.session.get_one(Campaign, done.campaign_id)
    unit = db.session.get_one(Unit, done.unit_id)
    return make_reading(campaign, done, unit, open_import(done))


def _height(reading: Reading) -> int:
    return max((reading.sheet.height or 0) - reading.header.data_index, 0)


@job_body("lists.read")
def read_list(job: Job, progress: Progress) -> dict[str, Any]:
    """Read an uploaded list and store its preview; a file that cannot be read is dropped."""
    done = _load(job.payload["import_id"])
    if done.state is not ImportState.UPLOADED:
        return {}
    try:
        reading = _open(done)
        preview = _read(reading, progress)
    except DomainError as error:
        db.session.rollback()
        _give_up(job.payload, error.message)
        db.session.commit()
        return {}
    done = _load(job.payload["import_id"])
    if done.state is not ImportState.UPLOADED:
        return {}  # discarded meanwhile
    set_writing(False)  # only SELECTs of the whole unit: nobody waits for them
    delta = count_delta(done)
    db.session.rollback()
    set_writing(True)
    done = _load(job.payload["import_id"])
    if done.state is not ImportState.UPLOADED:
        return {}
    done.preview = preview.as_json(reading)
    done.counts = {**preview.tally.as_counts(), "delta": {**vars(delta), "share": delta.share}}
    done.header_row = reading.header.row_index + 1
    done.sheet_name = reading.sheet.name[:80]
    done.state = ImportState.READ
    tally = preview.tally
    record(
        "import.read",
        actor=None,
        subject_kind="list_import",
        subject_id=done.id,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        rejected=tally.rejected,
    )
    db.session.flush()
    return done.counts


@after_failure("lists.read")
def _give_up(payload: dict[str, Any], message: str) -> None:
    """An import whose reading failed says so, instead of being read for ever."""
    done = _load(payload["import_id"])
    if done.state is ImportState.UPLOADED:
        done.state = ImportState.FAILED
        done.failure = message[:400]
        done.content = None
        forget(done.id)


def _read(reading: Reading, progress: Progress) -> Preview:
    preview, total = Preview(reading.header.mapping), _height(reading)
    writer = PageWriter(reading.import_id, reading.kind)
    has_mentions = reading.kind is ImportKind.APPROVED_NOT_ACTIVATED
    forget(reading.import_id)
    db.session.commit()
    for number, rows in enumerate(chunks(read_rows(reading)), start=1):
        # Only SELECTs, and no lock is held while rows are read: visits go on being saved.
        set_writing(False)
        for one in compare(reading, rows):
            preview.add(one)
            writer.add(one)
        db.session.rollback()
        set_writing(True)
        if number % 5 == 0:
            read = vn_number(preview.tally.rows)
            writer.write(has_mentions=has_mentions)
            progress(preview.tally.rows, total, f"Đã đọc {read} dòng")
    if not preview.tally.rows:
        raise DomainError(
            f"Tệp chỉ có dòng tiêu đề (dòng {reading.header.row_index + 1}), bên dưới không có "
            "người nào. Hãy mở tệp xem danh sách nằm ở trang tính nào, bỏ các trang khác rồi "
            "lưu và tải lên lại."
        )
    writer.write(has_mentions=has_mentions, is_last=True)
    db.session.commit()
    return preview


@job_body("lists.apply")
def apply_list(job: Job, progress: Progress) -> dict[str, Any]:
    """Store a read list; goes on behind the last stored piece after an interruption."""
    done = _load(job.payload["import_id"])
    if done.state is not ImportState.APPLYING:
        return done.counts
    reading = _open(done)
    stored = dict(done.counts.get("stored", {}))
    last_row = int(stored.pop("last_row", 0))
    tally, total = Tally(**stored), _height(reading)
    for rows in _pieces_behind(reading, last_row):
        compared = compare(reading, rows, is_locked=True)
        store_piece(reading, compared)
        for one in compared:
            tally.add(one)
        done.counts = {**done.counts, "stored": {**vars(tally), "last_row": rows[-1].number}}
        # Progress commits the piece: people, counts and its place in the file together.
        progress(tally.rows, total, f"Đã lưu {vn_number(tally.rows)} dòng")
    _judge(reading, done, progress, total)
    return _finish(done, tally)


def _judge(reading: Reading, done: ListImport, progress: Progress, total: int) -> None:
    """Contradict and confirm, piece by piece; who was judged leaves the SELECT, so it goes on."""
    if reading.kind is not ImportKind.APPROVED_NOT_ACTIVATED:
        return
    for query, judge in ((contradicted(done), contradict), (vanished(done), confirm)):
        count, last_id = 0, 0
        while ids := lock_piece(query, last_id, CHUNK):
            effects = Effects()
            count += judge(judging_of(reading), ids, effects)
            effects.store(reading.campaign_id)
            last_id = ids[-1]
            progress(total, total, f"Đã đối chiếu {vn_number(count)} người")


def _pieces_behind(reading: Reading, last_row: int) -> Any:
    """Pieces of the file behind a row; the rows before it are still read, for repeated ids."""
    piece: list[ReadRow] = []
    for row in read_rows(reading):
        if row.number <= last_row:
            continue
        piece.append(row)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    if piece:
        yield piece


def _finish(done: ListImport, tally: Tally) -> dict[str, Any]:
    done.state = ImportState.APPLIED
    done.applied_at = clock.now()
    verdicts = {kind.value: 0 for kind in VerdictKind}
    verdicts |= {kind.value: count for kind, count in count_verdicts(done).items()}
    done.counts = {**done.counts, "applied": {**tally.as_counts(), **verdicts}}
    record(
        "import.applied",
        actor=None,
        subject_kind="list_import",
        subject_id=done.id,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        rejected=tally.rejected,
        moved=tally.moved,
        confirmed=verdicts["confirmed"],
        contradicted=verdicts["contradicted"],
    )
    db.session.flush()
    return done.counts


@job_body("lists.undo")
def undo_list(job: Job, progress: Progress) -> dict[str, Any]:
    """Take an applied list back, piece by piece; goes on behind the last piece."""
    done = _load(job.payload["import_id"])
    if done.state is not ImportState.UNDOING:
        return done.counts
    campaign = db.session.get_one(Campaign, done.campaign_id)
    so_far = dict(done.counts.get("undo", {}))
    while undo_piece(campaign, done, so_far):
        done.counts = {**done.counts, "undo": dict(so_far)}
        count = sum(so_far[name] for name in ("restored", "deleted", "kept"))
        progress(count, count, f"Đã hoàn tác {vn_number(count)} người")
    done.state = ImportState.UNDONE
    done.undone_at = clock.now()
    record(
        "import.undone",
        actor=None,
        subject_kind="list_import",
        subject_id=done.id,
        **{name: so_far[name] for name in ("restored", "deleted", "kept")},
    )
    db.session.flush()
    return done.counts
