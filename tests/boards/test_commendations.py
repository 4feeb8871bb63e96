"""Đề nghị khen thưởng over HTTP: the page that proposes, and the paper that comes of it."""

import io
import re
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.documents.test_stored_papers import SIGNED
from tests.make.commendations import proposed, set_the_scene, stored, text_of
from tests.make.flows import make_flow
from tests.make.world import DAY
from tests.write_lock import watch
from vneid_field.audit.models import AuditEvent
from vneid_field.boards import commendation_papers, commendation_views, commendations
from vneid_field.boards.commendation_forms import Chosen
from vneid_field.boards.commendation_papers import Wish, make_proposal
from vneid_field.boards.commendations import gather_candidates
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.papers.commendation import CommendedPerson
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db

BY_HAND = {
    "person-name": ["Trần Thị Mẫu", ""],
    "person-duty": ["Chuyên viên", ""],
    "person-unit": ["Phòng Văn hóa quận", ""],
    "person-did": ["Tham mưu tổ chức 12 buổi tập huấn", ""],
}
EMPTY = "Chưa chọn ai"


def test_the_page_offers_figures_and_words_to_edit(arrange, login):
    with arrange() as world:
        unit_id, ward, best = set_the_scene(world)
    pages = login("district")
    assert f"/commendations/{unit_id}?on=2023-07-04" in pages.text(f"/boards/{unit_id}?sort=rank")
    shown = pages.text(f"/commendations/{unit_id}")
    assert shown.index(f'value="{best}"') < shown.index(f'value="{ward}"')
    assert "Dẫn đầu 2 phường, xã, thị trấn về tỷ lệ kích hoạt; hoàn thành vượt mức" in shown
    assert "Xếp thứ 2/2 phường, xã, thị trấn về tỷ lệ kích hoạt" in shown
    assert "Phụ trách tổ kích hoạt 2 tài khoản, đạt 20,0% chỉ tiêu; trực tiếp hỗ trợ" in shown
    assert "checked" not in shown  # the official chooses
    assert "Công an thành phố Cần Thơ</textarea>" in shown
    assert "Bằng khen của Chủ tịch Ủy ban nhân dân thành phố Cần Thơ" in shown


def test_the_paper_holds_what_was_chosen_with_the_systems_figures(arrange, login):
    with arrange() as world:
        unit_id, ward, best = set_the_scene(world)
        leader = f"{world.team.id}.a{world.user('leader').id}"
        team_name, ward_name = world.team.name, world.ward.name
    answer = proposed(
        login("district"),
        unit_id,
        chosen=[ward, leader, best],
        reward="Giấy khen",
        remarks="Đã lấy ý kiến các đơn vị",
        **{
            f"did-{ward}": "Đạt chỉ tiêu sớm",
            f"did-{best}": "Dẫn đầu quận",
            f"did-{leader}": "Gõ cửa từng nhà",
            "unit-name": ["Quận đoàn Ninh Kiều", ""],
            "unit-did": ["Vận động 300 đoàn viên", ""],
            **BY_HAND,
        },
    )
    with arrange():
        (document,) = stored()
        assert answer.location == f"/documents/{document.id}"
        assert document.kind == PaperKind.COMMENDATION.value
        text = text_of(document)
        figures, document_id = document.figures, document.id
        (made,) = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "document.made"))
        assert made.data["kind"] == "commendation"
        assert "Trần Thị Mẫu" not in str(made.data)
        (sheet,) = [r for r in list_renditions([document_id])[document_id] if r.media_type == XLSX]
        book = openpyxl.load_workbook(io.BytesIO(read_rendition(sheet)))
    assert "Số: /TTr-CAQ" in text
    assert "TỜ TRÌNH Về việc đề nghị khen thưởng tập thể, cá nhân có thành tích trong cao" in text
    assert "Kính gửi: Công an thành phố Cần Thơ." in text
    assert "đã kích hoạt 152 tài khoản định danh điện tử, đạt" in text
    assert "tặng Giấy khen cho 03 tập thể, 02 cá nhân" in text
    assert "xem xét, quyết định./." in text
    units, people = figures["units"], figures["people"]
    assert [(row["key"], row["quota"], row["done"], row["rank"]) for row in units] == [
        (best, 100, 120, 1),
        (ward, 200, 32, 2),
        ("", None, None, None),
    ]
    assert people == [leader, ""]
    assert "Người dùng leader" not in str(figures)
    assert "Trần Thị Mẫu" not in str(figures)
    assert book.sheetnames == ["Tập thể", "Cá nhân"]
    rows = [[cell.value for cell in row] for row in book["Tập thể"].iter_rows(4, 6)]
    assert rows[0][2:] == [100, 120, 1.2, "1/2", "Dẫn đầu quận"]
    assert rows[2][1:] == ["Quận đoàn Ninh Kiều", *[None] * 3, "–", "Vận động 300 đoàn viên"]
    rows = [[cell.value for cell in row] for row in book["Cá nhân"].iter_rows(4, 5)]
    place = f"{team_name}, phường An Hòa"
    assert ward_name == "Phường An Hòa"
    assert rows[0] == [1, "Người dùng leader", "Tổ trưởng", place, "Gõ cửa từng nhà"]
    assert rows[1][1:] == [cells[0] for cells in BY_HAND.values()]


def test_only_collectives_or_only_individuals_is_said_so(arrange, login):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    pages = login("district")
    proposed(pages, unit_id, chosen=[ward], **{f"did-{ward}": "Đạt"})
    proposed(pages, unit_id, **BY_HAND)
    with arrange():
        units, people = map(text_of, stored())
    assert "khen thưởng tập thể có thành tích" in units
    assert "I. TẬP THỂ" in units
    assert "CÁ NHÂN" not in units
    assert "khen thưởng cá nhân có thành tích" in people
    assert "kính đề nghị xem xét, khen thưởng 01 cá nhân" in people
    assert "I. CÁ NHÂN" in people
    assert "TẬP THỂ" not in people


def test_a_double_click_makes_one_paper_and_other_words_the_next_version(arrange, login):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    pages, same = login("district"), {"chosen": [ward], f"did-{ward}": "Đạt"}
    first = proposed(pages, unit_id, **same).location
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3)  # figures move between the two clicks
    assert proposed(pages, unit_id, **same).location == first
    assert proposed(pages, unit_id, **same, seen=1).location != first  # asked again on purpose
    proposed(pages, unit_id, **same, remarks="Khác")
    with arrange():
        found = stored()
        assert [one.version for one in found] == [1, 2, 3]
        assert [one.replaces_id for one in found] == [None, found[0].id, found[1].id]
        assert found[0].figures["units"][0]["done"] + 3 == found[1].figures["units"][0]["done"]


@on_both
def test_the_same_wish_of_a_colleague_or_of_another_day_is_a_paper_of_its_own(world):
    set_the_scene(world)
    unit, mine = world.unit("916"), world.actor("district")
    row = CommendedPerson("Trần Thị Mẫu", "Chuyên viên", "Phòng Văn hóa", "Tham mưu")
    wish = Wish(Chosen([], [("", row)]), ("Công an thành phố Cần Thơ",), "", "")

    def made(actor=mine, on=DAY):
        db.session.commit()  # drawing a paper reads what is stored
        return make_proposal(
            actor=actor, campaign=world.campaign, unit=unit, on=on, wish=wish, seen=0
        )

    first = made()
    assert made() is first
    colleague = made(replace(mine, user_id=world.user("city").id))
    assert (colleague.version, colleague.replaces_id) == (2, first.id)
    before = made(on=DAY.replace(day=3))
    assert (before.version, before.replaces_id) == (1, None)
    assert before.figures["until"] == "hết ngày 03/7/2023"
    assert (before.figures["activation"]["cumulative"], first.figures["until"]) == (
        0,
        "17h30 ngày 04/7/2023",
    )


def test_a_name_changed_by_hand_is_another_wish_and_another_digest(arrange, login):
    with arrange() as world:
        unit_id = set_the_scene(world)[0]
    pages = login("district")
    proposed(pages, unit_id, **BY_HAND)
    proposed(pages, unit_id, **{**BY_HAND, "person-name": ["Trần Thị Mầu", ""]})
    with arrange():
        first, second = stored()
        assert first.figures["wish"] != second.figures["wish"]


def test_nobody_chosen_is_refused_and_the_words_stay(arrange, login):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    answer = proposed(
        login("district"),
        unit_id,
        422,
        remarks="Ý kiến dài",
        reward="Giấy khen",
        **{f"did-{ward}": "Câu đã sửa"},
    )
    assert EMPTY in answer.text
    assert "Ý kiến dài" in answer.text
    assert 'value="Giấy khen"' in answer.text
    assert 'value="Câu đã sửa"' in answer.text
    with arrange():
        assert stored() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"person-name": ["", ""]}, "Hãy ghi họ và tên."),
        ({"person-unit": ["", ""]}, "Hãy ghi đơn vị."),
        ({"person-did": ["", ""]}, "Hãy ghi thành tích."),
        ({"person-did": ["a" * 501, ""]}, "Thành tích dài quá 500 ký tự"),
        ({"unit-name": ["Quận đoàn"], "unit-did": [""]}, "Hãy ghi thành tích."),
        ({"addressees": " \n "}, "Hãy ghi nơi nhận tờ trình."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_the_rest_stays(arrange, login, changed, said):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    sent = {"chosen": [ward], f"did-{ward}": "Đạt sớm", **BY_HAND, **changed}
    shown = proposed(login("district"), unit_id, 422, **sent).text
    assert "Hãy xem lại các mục được đánh dấu." in shown
    assert shown.count(said) == 1
    assert shown.count('aria-invalid="true"') == 1
    assert f'value="{ward}" checked' in shown
    assert 'value="Đạt sớm"' in shown
    assert 'value="Chuyên viên"' in shown
    with arrange():
        assert stored() == []


def test_a_ticked_unit_without_an_achievement_is_refused_with_all_else_that_is_wrong(
    arrange, login
):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    sent = {"chosen": [ward], f"did-{ward}": " ", "addressees": "", **BY_HAND}
    shown = proposed(login("district"), unit_id, 422, **{**sent, "person-unit": ["", ""]}).text
    for name in (f"did-{ward}", "person-unit-0", "addressees"):
        assert f'id="{name}-error"' in shown


def test_more_rows_come_without_script_and_nothing_is_stored(arrange, login):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    pages = login("district")

    def rows(html, name):
        return len(re.findall(rf'name="{name}"', html))

    shown = pages.text(f"/commendations/{unit_id}")
    assert rows(shown, "person-name") == rows(shown, "unit-name") == 2
    sent = {"chosen": [ward], **BY_HAND, "unit-name": ["", ""], "unit-did": ["", ""]}
    shown = proposed(pages, unit_id, 200, act="add-person", **sent).text
    assert (rows(shown, "person-name"), rows(shown, "unit-name")) == (4, 2)
    assert 'value="Trần Thị Mẫu"' in shown
    assert f'value="{ward}" checked' in shown
    shown = proposed(pages, unit_id, 200, act="add-unit", **sent).text
    assert (rows(shown, "person-name"), rows(shown, "unit-name")) == (3, 4)
    with arrange():
        assert stored() == []


@pytest.mark.parametrize("act", ["make", "add-person"])
def test_others_can_write_while_the_figures_are_gathered(arrange, login, monkeypatch, act):
    with arrange() as world:
        unit_id = set_the_scene(world)[0]
    found = [
        watch(monkeypatch, commendation_views, "gather_candidates"),
        watch(monkeypatch, commendation_papers, "draw_paper"),
    ]
    proposed(login("district"), unit_id, 303 if act == "make" else 200, act=act, **BY_HAND)
    assert found == ([[True], [True]] if act == "make" else [[True], []])


def test_the_next_version_begins_with_what_the_last_one_said(arrange, login):
    with arrange() as world:
        unit_id, ward, best = set_the_scene(world)
        leader = f"{world.team.id}.a{world.user('leader').id}"
    pages = login("district")
    sent = {
        "chosen": [ward, leader],
        f"did-{ward}": "Câu của phường",
        f"did-{leader}": "Câu của tổ trưởng",
        "unit-name": ["Quận đoàn"],
        "unit-did": ["Vận động"],
        **BY_HAND,
    }
    proposed(pages, unit_id, **sent, addressees="Công an thành phố\nSở Nội vụ", remarks="Thêm")
    shown = pages.text(f"/commendations/{unit_id}")
    assert "bản 1</a>" in shown
    assert 'name="seen" value="1"' in shown
    assert f'value="{ward}" checked' in shown
    assert f'value="{leader}" checked' in shown
    assert f'value="{best}" checked' not in shown
    for words in ("Câu của phường", "Câu của tổ trưởng", "Quận đoàn", "Vận động", "Trần Thị Mẫu"):
        assert f'value="{words}"' in shown
    assert re.search(r"Công an thành phố\r?\nSở Nội vụ</textarea>", shown)
    assert "Thêm</textarea>" in shown


def test_the_clerk_of_that_police_gives_the_number(arrange, login):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
    pages = login("district")
    url = proposed(pages, unit_id, chosen=[ward], **{f"did-{ward}": "Đạt"}).location
    pages.post(f"{url}/number", **SIGNED)
    with arrange():
        (document,) = stored()
        assert "Số: 06/TTr-CAQ" in text_of(document)
        code = document.code
    assert "Tờ trình đề nghị khen thưởng do Công an quận Ninh Kiều lập" in pages.text(
        f"/documents/verify/{code}"
    )
    login("city").post(f"{url}/number", 404, **SIGNED)


def test_the_city_names_districts_and_whom_the_plan_names(arrange, login):
    with arrange() as world:
        set_the_scene(world)
        city_id, ward = world.unit("92").id, str(world.ward.id)
    pages = login("city")
    shown = pages.text(f"/commendations/{city_id}")
    assert "Công an phường An Hòa, quận Ninh Kiều" in shown
    assert "Hội đồng Thi đua - Khen thưởng thành phố Cần Thơ" in shown
    assert "Sở Nội vụ thành phố Cần Thơ</textarea>" in shown
    proposed(pages, city_id, chosen=[ward], **{f"did-{ward}": "Đạt"})
    with arrange():
        assert "/TTr-CATP" in text_of(stored()[0])


def test_teams_beyond_the_first_are_counted_and_a_chosen_one_stays(arrange, login, monkeypatch):
    monkeypatch.setattr(commendations, "TEAMS_SHOWN", 1)
    with arrange() as world:
        unit_id = set_the_scene(world)[0]
        make_flow(world.hamlet, DAY, 1, world.other_team)
        first, second = str(world.team.id), str(world.other_team.id)
        found = gather_candidates(world.campaign, world.unit("916"), DAY)
        assert [one.key for one in found.groups[-1].collectives] == [first]
        assert found.groups[-1].total > 40
    pages = login("district")
    proposed(pages, unit_id, chosen=[second], **{f"did-{second}": "Đạt"})
    assert f'value="{second}" checked' in pages.text(f"/commendations/{unit_id}")


def test_only_the_own_police_proposes_and_only_its_own_units(arrange, login):
    with arrange() as world:
        unit_id, ward, _best = set_the_scene(world)
        far = world.unit("31168")
        far_ward, far_team = str(far.id), world.teams_of(far)[0].id
        other = world.unit("919").id
        leader = f"{far_team}.a{world.user('leader').id}"
        own_ward = world.ward.id
    pages = login("district")
    for key in (far_ward, leader, "x", str(unit_id)):
        proposed(pages, unit_id, 404, chosen=[ward, key], **{f"did-{ward}": "a", f"did-{key}": "a"})
    for address in (other, own_ward):
        pages.get(f"/commendations/{address}", 404)
        proposed(pages, address, 404, chosen=[ward], **{f"did-{ward}": "a"})
    for who, address in (
        ("city", unit_id),  # the city's police signs for the city
        ("district.ubnd", unit_id),
        ("commune", own_ward),
        ("commune", unit_id),
        ("admin", unit_id),
        ("leader", unit_id),
    ):
        someone = login(who)
        someone.get(f"/commendations/{address}", 404)
        proposed(someone, address, 404, chosen=[ward], **{f"did-{ward}": "a"})
        if who in ("city", "district.ubnd", "admin"):
            assert "Đề nghị khen thưởng" not in someone.text(f"/boards/{unit_id}")
    with arrange():
        assert stored() == []
