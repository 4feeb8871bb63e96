"""`keys add | status | rewrite | remove`: changing the data key (docs/operations.md)."""

from collections.abc import Callable

import click
from flask import current_app

from vneid_field.audit.services import record
from vneid_field.config import Settings, add_data_key, remove_data_key
from vneid_field.core.crypto import keyring
from vneid_field.core.database import Base, reading, writing
from vneid_field.core.resealing import (
    SealedColumn,
    count_values,
    read_batch,
    reseal,
    sealed_columns,
    store_batch,
)
from vneid_field.core.text import vn_number
from vneid_field.extensions import db


def register(cli: click.Group) -> None:
    """Add the group."""
    cli.add_command(group)


@click.group("keys", help="Khóa dữ liệu: thêm, xem, mã hóa lại bằng khóa mới, bỏ khóa cũ.")
def group() -> None:
    """Data keys."""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@group.command("add", help="Thêm một khóa dữ liệu vào keys.json và dùng cho giá trị mới.")
@click.argument("name")
def add(name: str) -> None:
    """Add a key and make it the current one."""
    add_data_key(_settings().instance, name)
    click.echo(
        f"Đã thêm khóa {name}. Sao lưu keys.json, khởi động lại dịch vụ ngay, rồi chạy "
        "vneid-field keys rewrite."
    )


@group.command("status", help="Đếm giá trị đã mã hóa theo từng khóa.")
def status() -> None:
    """Print how many values each key seals; none of them is opened."""
    keys = keyring()
    for name in keys.data_keys:
        counts = _counts(name)
        note = " (đang dùng)" if name == keys.current else ""
        click.echo(f"{name}{note}: {vn_number(sum(counts.values()))} giá trị")
        for place, count in counts.items():
            if count:
                click.echo(f"  {vn_number(count):>10}  {place}")
    if lost := _count_of_no_key():
        click.echo(f"Không có khóa: {vn_number(lost)} giá trị")


def _counts(name: str | None) -> dict[str, int]:
    with reading():
        connection = db.session.connection()
        return {
            one.name: count_values(connection, one, name) for one in sealed_columns(Base.metadata)
        }


def _count_of_no_key() -> int:
    known = sum(sum(_counts(name).values()) for name in keyring().data_keys)
    return sum(_counts(None).values()) - known


@group.command("rewrite", help="Mã hóa lại mọi giá trị bằng khóa đang dùng; dừng, chạy tiếp được.")
def rewrite() -> None:
    """Move every value to the current key in small steps; exit 1 when one cannot be opened."""
    moved, shut = 0, 0
    for sealed in sealed_columns(Base.metadata):
        done, failed = _rewrite_column(sealed, lambda line: click.echo(line, err=True))
        moved, shut = moved + done, shut + failed
    if moved:
        with writing():
            record("keys.rewritten", actor=None, count=moved)
            db.session.commit()
    click.echo(f"Đã mã hóa lại {vn_number(moved)} giá trị bằng khóa {keyring().current}.")
    if shut:
        raise click.ClickException(
            f"{vn_number(shut)} giá trị không mở được bằng khóa nào trong keys.json, còn để "
            "nguyên. Hãy thêm lại khóa cũ từ bản sao lưu rồi chạy lại."
        )


def _rewrite_column(sealed: SealedColumn, say: Callable[[str], None]) -> tuple[int, int]:
    """Return how many values were moved and how many no key opens."""
    keys, after, moved, shut = keyring(), -1, 0, 0
    with reading():
        connection = db.session.connection()
        total = count_values(connection, sealed)
        total -= count_values(connection, sealed, keys.current)
    while True:
        with reading():  # nobody waits while values are read and sealed
            rows = read_batch(db.session.connection(), sealed, after=after, current=keys.current)
        if not rows:
            return moved, shut
        after = rows[-1][0]
        new = [(row, old, reseal(keys, old, sealed.label)) for row, old in rows]
        changes = [(row, old, value) for row, old, value in new if value is not None]
        if changes:
            with writing():
                store_batch(db.session.connection(), sealed, changes)
                db.session.commit()
        moved, shut = moved + len(changes), shut + len(rows) - len(changes)
        say(f"{sealed.name}: {vn_number(moved + shut)}/{vn_number(total)}")


@group.command("remove", help="Bỏ một khóa không còn giá trị nào dùng ra khỏi keys.json.")
@click.argument("name")
def remove(name: str) -> None:
    """Drop a key that seals nothing any more."""
    if name == keyring().current:
        raise click.ClickException(f"Khóa {name} đang dùng, không bỏ được.")
    if left := sum(_counts(name).values()):
        raise click.ClickException(
            f"Còn {vn_number(left)} giá trị dùng khóa {name}. Hãy chạy vneid-field keys rewrite."
        )
    remove_data_key(_settings().instance, name)
    click.echo(f"Đã bỏ khóa {name}. Bản sao lưu cũ vẫn cần bản keys.json cùng thời với nó.")
