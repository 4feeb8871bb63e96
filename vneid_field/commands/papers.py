"""`report-pdf`, `purge` and `import-citizens`."""

import time
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import undefer

from vneid_field.accounts.queries import actor_by_login
from vneid_field.campaigns.queries import current_campaign, use_campaign_clock
from vneid_field.commands.arguments import DAY, check_day, check_output, unit_of, write_output
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.database import writing
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import vn_number
from vneid_field.documents.kinds import PDF
from vneid_field.documents.models import Document
from vneid_field.documents.purging import list_expired, purge_expired
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import FINISHED, JobState
from vneid_field.jobs.services import run_one
from vneid_field.lists import import_services
from vneid_field.lists.kinds import ImportKind, ImportState
from vneid_field.lists.models import ListImport
from vneid_field.lists.workbook import Limits
from vneid_field.people.purging import count_expired as count_corrections
from vneid_field.people.purging import purge_corrections
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.models import Report
from vneid_field.reporting.queries import find_sent_of
from vneid_field.reporting.tasks import ask_for_papers, make_on_demand, newest_paper
from vneid_field.units.models import Unit
from vneid_field.unlisted.purging import count_expired as count_unlisted
from vneid_field.unlisted.purging import purge_unlisted

WAIT_S = 600  # for a job that the worker of a running server has taken


def register(cli: click.Group) -> None:
    """Add the commands."""
    cli.add_command(report_pdf)
    cli.add_command(import_citizens)
    cli.add_command(purge)


@click.command("report-pdf", help="Ghi báo cáo của một đơn vị ra tệp PDF.")
@click.option("--unit", "code", required=True, help="Mã đơn vị, ví dụ 31120 hoặc 31120.1.")
@click.option(
    "--report",
    "name",
    type=click.Choice(["daily", "weekly", "final"]),
    default="daily",
    show_default=True,
    help="Báo cáo ngày, tuần hay tổng kết.",
)
@click.option("--on", "on", type=DAY, required=True, help="Ngày cuối kỳ, ví dụ 2023-07-04.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
def report_pdf(code: str, name: str, on: datetime, output: Path) -> None:
    """Write the stored paper of a sent report; the day of a unit that owes none made now."""
    check_output(output, ".pdf")
    use_campaign_clock()
    check_day(current_campaign(), on.date())
    unit, day, kind = unit_of(code), on.date(), ReportKind(name)
    with writing():
        document = newest_paper(unit, day, kind)
        campaign = current_campaign()
        may_make = kind is ReportKind.DAILY and chain_of(campaign.id).makes_own_paper(unit.kind)
        if document is None and may_make:
            document = make_on_demand(actor=None, campaign=campaign, unit=unit, on=day)
            db.session.commit()
    document = document or _made_now(find_sent_of(campaign.id, unit.id, kind, day))
    renditions = list_renditions([document.id])[document.id]
    pdf = next(one for one in renditions if one.media_type == PDF)
    write_output(output, read_rendition(pdf))
    click.echo(f"Đã ghi {output} (mã {document.code}).")


def _made_now(sent: Report | None) -> Document:
    """Make the papers of a sent report that has none; raises ClickException when none is sent."""
    if sent is None:
        raise click.ClickException("Đơn vị chưa gửi báo cáo của kỳ này.")
    with writing():
        job_id = ask_for_papers(actor=None, report=sent).id
        db.session.commit()
    try:
        _run(job_id, "Văn bản chưa lập xong. Hãy chạy lại lệnh sau ít phút.")
    except DomainError as error:
        raise click.ClickException(error.message) from error
    return db.session.get_one(Document, db.session.get_one(Report, sent.id).document_id)


@click.command("purge", help="Xóa văn bản, nội dung có tên người dân đã đến hạn; mặc định chỉ đếm.")
@click.option("--now", "is_now", is_flag=True, help="Xóa ngay, không chờ đến đêm.")
def purge(is_now: bool) -> None:
    """Count the papers and rows whose purge day has come, or blank them now."""
    use_campaign_clock()
    try:
        campaign = current_campaign()
    except NotFound:
        campaign = None  # papers may outlive it
    if not is_now:
        met = count_unlisted(campaign) if campaign else 0
        told = count_corrections(campaign) if campaign else 0
        click.echo(f"Có {vn_number(len(list_expired()))} văn bản đến hạn xóa.")
        click.echo(_said("Có", met, told, "đến hạn xóa"))
        return
    with writing():
        count = purge_expired()
        met = purge_unlisted(campaign) if campaign else 0
        told = purge_corrections(campaign) if campaign else 0
        db.session.commit()
    click.echo(f"Đã xóa {vn_number(count)} văn bản đến hạn.")
    click.echo(_said("Đã xóa", met, told, "đến hạn"))


def _said(done: str, met: int, told: int, end: str) -> str:
    return f"{done} {vn_number(met)} người ngoài danh sách, {vn_number(told)} báo sửa hồ sơ {end}."


@click.command("import-citizens", help="Nạp danh sách công dân: đọc, in bản xem trước, áp dụng.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--kind", type=click.Choice([k.value for k in ImportKind]), required=True)
@click.option("--unit", "code", required=True, help="Mã đơn vị của danh sách, ví dụ 31120.")
@click.option("--as", "login", required=True, help="Tên đăng nhập của người nạp.")
@click.option("--as-of", type=DAY, default=None, help="Danh sách tính đến ngày; mặc định hôm nay.")
@click.option("--preview", "only_preview", is_flag=True, help="Chỉ xem trước, không áp dụng.")
def import_citizens(
    file: Path, kind: str, code: str, login: str, as_of: datetime | None, only_preview: bool
) -> None:
    """Do what the pages do, as that user; exit 1 with the sentence when it is refused."""
    use_campaign_clock()
    actor, unit = actor_by_login(login), unit_of(code)
    if actor is None or not actor.may(Permission.IMPORT_LISTS):
        raise click.ClickException("Người dùng này không được nạp danh sách.")
    if not actor.scope.covers(unit.path):
        raise click.ClickException("Đơn vị này không thuộc địa bàn của người dùng.")
    try:
        import_id = _upload(actor, unit, ImportKind(kind), file, as_of)
        _report(_load(import_id), "Xem trước", "")
        counts = _load(import_id).counts
        if not only_preview and (counts["new"] or counts["changed"]):
            _apply(actor, import_id)
        elif not only_preview:
            click.echo("Không có gì mới để áp dụng, dữ liệu giữ nguyên.")
    except DomainError as error:
        raise click.ClickException(error.message) from error


def _upload(actor: Actor, unit: Unit, kind: ImportKind, file: Path, as_of: datetime | None) -> int:
    content = file.read_bytes()
    import_services.refuse_unreadable(content, Limits())
    with writing():
        done = import_services.upload(
            actor=actor,
            campaign=current_campaign(),
            unit=unit,
            kind=kind,
            as_of_on=as_of.date() if as_of else clock.today(),
            content=content,
            extension=file.suffix.lstrip("."),
        )
        import_id, job_id = done.id, done.job_id
        db.session.commit()
    _run(job_id)
    return import_id


def _run(
    job_id: int | None,
    unfinished: str = "Việc nạp danh sách chưa xong. Hãy xem tiếp ở trang Nạp danh sách.",
) -> None:
    """Run a job here and now; raises DomainError when it failed or has not come to its end."""
    run_one(job_id)
    job = db.session.get_one(Job, job_id, populate_existing=True)
    # The worker of a running server may have taken it: it is as good as ours.
    deadline = time.monotonic() + WAIT_S
    while job.state not in FINISHED and time.monotonic() < deadline:
        db.session.rollback()
        time.sleep(0.5)
        run_one(job_id)
        job = db.session.get_one(Job, job_id, populate_existing=True)
    if job.state is JobState.FAILED:
        raise DomainError(f"{job.message} Việc số {job.id}.")
    if job.state is not JobState.DONE:
        raise DomainError(unfinished)


def _load(import_id: int) -> ListImport:
    done = db.session.get_one(
        ListImport, import_id, options=[undefer(ListImport.content)], populate_existing=True
    )
    if done.state is ImportState.FAILED:
        raise DomainError(done.failure)
    return done


def _apply(actor: Actor, import_id: int) -> None:
    with writing():
        done = _load(import_id)
        import_services.apply_import(actor=actor, done=done)
        job_id = done.job_id
        db.session.commit()
    _run(job_id)
    done = _load(import_id)
    if done.state is not ImportState.APPLIED:
        raise DomainError("Danh sách chưa được áp dụng. Hãy xem ở trang Nạp danh sách.")
    _report(done, "Đã áp dụng", "applied")


def _report(done: ListImport, title: str, part: str) -> None:
    counts = done.counts.get(part, done.counts) if part else done.counts
    words = {"new": "mới", "changed": "thay đổi", "unchanged": "giữ nguyên", "rejected": "bị loại"}
    shown = ", ".join(f"{vn_number(counts.get(key, 0))} {word}" for key, word in words.items())
    click.echo(f"{title}: {shown}.")
    if not part:
        for reason, count in import_services.preview_of(done).get("reasons", []):
            click.echo(f"  {vn_number(count):>8}  {reason}")
