"""The audit viewer speaks of people and places, not of codes."""

import re
from pathlib import Path

from vneid_field.audit.catalogue import CATALOGUE
from vneid_field.audit.services import record
from vneid_field.audit_words import KEYS, PAGES, SUBJECTS
from vneid_field.core.access import Role

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    path.read_text()
    for path in sorted((ROOT / "vneid_field").rglob("*.py"))
    if path.name != "catalogue.py"
]


def shown(login):
    """The table of the log, without tags."""
    body = re.search(r"<tbody>.*</tbody>", login("admin").text("/audit/"), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_roles_pages_people_and_units_are_named(arrange, login):
    with arrange() as world:
        actor = world.actor("commune")
        record("access.refused", actor=actor, endpoint="people.show", method="GET")
        record(
            "account.created",
            actor=actor,
            subject_kind="user",
            subject_id=world.user("volunteer").id,
            role="volunteer",
            unit_id=world.team.id,
        )
        record(
            "person.state_corrected",
            actor=actor,
            subject_kind="citizen",
            subject_id=7,
            **{"from": "approved", "to": "transmitted"},
        )
        team = world.team.name
    said = shown(login)
    assert "Người dùng commune · commune · Công an cấp xã" in said
    assert "trang: Công dân; thao tác: xem" in said
    assert "Người dùng volunteer" in said
    assert f"vai trò: Thành viên tổ; đơn vị: {team}" in said
    assert "từ: Đã phê duyệt, chưa kích hoạt; đến: Đã truyền hồ sơ" in said
    assert "Công dân mã 7" in said
    for code in ("(commune_police)", "endpoint", "people.show", "user 3", "citizen", "volunteer;"):
        assert code not in said


def test_the_log_is_narrowed_to_one_subject(arrange, login):
    with arrange() as world:
        for number in (7, 8):
            record(
                "person.number_revealed",
                actor=world.actor("commune"),
                subject_kind="citizen",
                subject_id=number,
                field="phone",
            )
    page = login("admin").text("/audit/?subject=citizen&number=8")
    assert "Công dân mã 8" in page
    assert "Công dân mã 7" not in page


def test_every_event_of_the_catalogue_is_recorded_somewhere():
    silent = {name for name in CATALOGUE if not any(f'"{name}"' in text for text in CODE)}
    assert silent == set()


def test_every_key_page_and_role_has_a_word(app):
    assert {key for kind in CATALOGUE.values() for key in kind.keys} <= set(KEYS)
    assert {name for name in app.blueprints if "." not in name} <= set(PAGES)
    kinds = {k for text in CODE for k in re.findall(r'subject_kind="(\w+)"', text)}
    assert kinds <= set(SUBJECTS)
    assert len(Role) == 11
