"""Changing the data key: every sealed value moves to the new one, and says what it said."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import LargeBinary, select, text
from sqlalchemy.exc import DBAPIError

from tests.browser import Server
from tests.conftest import on_both
from tests.databases import blank_database, drop_database
from tests.make.kit import make_kit
from tests.make.visits import make_visit
from vneid_field.commands.keys import remove, rewrite, status
from vneid_field.config import ConfigurationError, add_data_key, load, remove_data_key
from vneid_field.core.crypto import Keyring, keyring, use_keyring
from vneid_field.core.database import Base, EncryptedText, writing
from vneid_field.core.resealing import count_values, sealed_columns
from vneid_field.documents.kinds import PDF
from vneid_field.documents.models import Document, Rendition
from vneid_field.documents.services import make_rendition, read_rendition, sealed
from vneid_field.extensions import db
from vneid_field.lists.import_services import seal
from vneid_field.lists.kinds import DeltaGroup
from vneid_field.lists.models import ListImport, ListPage, ListUndo
from vneid_field.people.models import Citizen
from vneid_field.units.models import TeamMember
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit

OLD, NEW, INDEX = b"d" * 32, b"n" * 32, b"i" * 32
BOTH = Keyring({"t1": OLD, "t2": NEW}, "t2", INDEX)
PHONE, FILE = "0912345678", b"PK\x03\x04 a spreadsheet of names"


@pytest.fixture
def filled(world):
    """Every kind of sealed value under the old key, and papers that need no seal."""
    world.hand_over_all()
    citizen = world.citizens[0]
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=citizen.id,
        given=make_visit(Outcome.PHONE_MISMATCH, new_phone=PHONE),
    )
    kit = make_kit(world, world.ward, asker="commune")
    db.session.scalars(select(TeamMember)).first().phone = PHONE
    done = db.session.get_one(ListImport, kit["import_id"])
    done.content, done.preview = seal(FILE), '{"rows": []}'
    page = ListPage(import_id=done.id, delta_group=DeltaGroup.NEW, number=1, content="[]")
    db.session.add_all([page, ListUndo(import_id=done.id, citizen_id=citizen.id, content="{}")])
    paper = db.session.get_one(Document, kit["document_id"])
    for names, form in ((True, "sealed"), (False, "open")):
        paper.names_citizens = names
        row = make_rendition(document=paper, media_type=PDF, content=b"%PDF " + FILE, form=form)
        row.document_id = paper.id
        db.session.add(row)
    paper.names_citizens = True
    paper.frozen = sealed(paper, b"{}")
    db.session.commit()
    before = keyring()
    yield citizen.id
    use_keyring(before)


def run(command, *arguments):
    result = CliRunner().invoke(command, arguments)
    db.session.rollback()
    return result.exit_code, result.output


def counts(key=None):
    found = {
        one.name: count_values(db.session.connection(), one, key)
        for one in sealed_columns(Base.metadata)
    }
    db.session.rollback()
    return found


def test_no_column_of_bytes_is_forgotten():
    listed = {one.name for one in sealed_columns(Base.metadata)}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_index = column.name.endswith("index") or column.name == "indexed"
            if isinstance(column.type, LargeBinary | EncryptedText) and not is_index:
                assert f"{table.name}.{column.name}" in listed


@on_both
def test_every_value_moves_to_the_new_key_and_reads_as_before(filled):
    def everything():
        db.session.rollback()
        citizen = db.session.get_one(Citizen, filled, populate_existing=True)
        raw = "select citizen_id_index, phone_index from citizen order by id"
        return (
            [
                (one.citizen_id, one.phone, one.field_phone)
                for one in db.session.query(Citizen).order_by(Citizen.id)
            ],
            citizen.field_phone,
            [tuple(map(bytes, row)) for row in db.session.execute(text(raw)) if None not in row],
            [read_rendition(one) for one in db.session.query(Rendition).order_by(Rendition.id)],
            [one.new_phone for one in db.session.query(VisitEvent).order_by(VisitEvent.id)],
            [one.phone for one in db.session.query(TeamMember).order_by(TeamMember.id)],
            [one.preview for one in db.session.query(ListImport).order_by(ListImport.id)],
        )

    before, old = everything(), counts("t1")
    assert all(old.values()), old
    use_keyring(BOTH)
    code, output = run(rewrite)
    assert code == 0, output
    assert f"Đã mã hóa lại {sum(old.values())} giá trị bằng khóa t2." in output
    assert counts("t2") == old
    assert sum(counts("t1").values()) == 0
    use_keyring(Keyring({"t2": NEW}, "t2", INDEX))
    db.session.expire_all()
    assert everything() == before
    assert run(rewrite)[1].strip() == "Đã mã hóa lại 0 giá trị bằng khóa t2."


@on_both
def test_visits_refuse_a_change_again_afterwards(filled):
    use_keyring(BOTH)
    assert run(rewrite)[0] == 0
    with writing(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("update visit_event set new_phone = null"))
    db.session.rollback()


@on_both
def test_what_was_stopped_half_way_goes_on(filled, monkeypatch):
    use_keyring(BOTH)
    total = sum(counts("t1").values())
    stored, broken = [], RuntimeError("killed")

    def stop(*given):
        if len(stored) == 3:
            raise broken
        stored.append(store(*given))

    from vneid_field.commands import keys  # the module whose name is patched

    store = keys.store_batch
    monkeypatch.setattr(keys, "store_batch", stop)
    assert CliRunner().invoke(rewrite).exception is broken
    db.session.rollback()
    monkeypatch.undo()
    left = sum(counts("t1").values())
    assert 0 < left < total
    assert run(status)[1].count("t1:") == 1
    assert f"Đã mã hóa lại {left} giá trị" in run(rewrite)[1]
    assert sum(counts("t2").values()) == total


def test_a_value_that_no_key_opens_is_left_and_told(filled):
    use_keyring(Keyring({"t2": NEW}, "t2", INDEX))
    before = counts("t1")
    code, output = run(rewrite)
    assert code == 1
    assert "không mở được bằng khóa nào" in output
    assert counts("t1") == before
    assert "Không có khóa:" in run(status)[1]


def test_a_key_in_use_is_not_removed(filled):
    use_keyring(BOTH)
    assert "đang dùng" in run(remove, "t2")[1]
    assert "Hãy chạy vneid-field keys rewrite" in run(remove, "t1")[1]


def test_the_file_of_keys_is_changed_in_one_step(tmp_path):
    load({"VNEID_INSTANCE": str(tmp_path)})
    add_data_key(tmp_path, "k2")
    settings = load({"VNEID_INSTANCE": str(tmp_path)})
    assert settings.keys.current == "k2"
    assert set(settings.keys.data_keys) == {"k1", "k2"}
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]
    for wrong in ("k2", "Khóa", "a:b", ""):
        with pytest.raises(ConfigurationError):
            add_data_key(tmp_path, wrong)
    with pytest.raises(ConfigurationError):
        remove_data_key(tmp_path, "k2")
    remove_data_key(tmp_path, "k1")
    assert set(json.loads((tmp_path / "keys.json").read_text())["data_keys"]) == {"k2"}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_key_is_changed_as_the_guide_tells(tmp_path, engine):
    url = blank_database() if engine == "postgresql" else ""
    tmp_path.chmod(0o700)
    server = Server(tmp_path, url)
    server.run("tests.make.journey_world")
    figures = ("vneid_field.cli", "figures", "--unit", "31120", "--on", "2023-07-04", "--json")
    before = server.run(*figures)
    keys = ("vneid_field.cli", "keys")
    server.run(*keys, "add", "k2")
    server.run(*keys, "rewrite")
    assert "k1: 0 giá trị" in server.run(*keys, "status")
    server.run(*keys, "remove", "k1")
    assert server.run(*figures) == before
    assert "khớp" in server.run("vneid_field.cli", "recount", "--check")
    if url:
        drop_database(url)
