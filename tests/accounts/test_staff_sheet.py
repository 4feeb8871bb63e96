"""Accounts from a spreadsheet: good rows, reasons, slips streamed once and stored nowhere."""

import html
import io
import re
from collections.abc import Sequence
from dataclasses import replace

import openpyxl
import pdfplumber
import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.pages import Pages
from vneid_field.accounts.models import User
from vneid_field.accounts.passwords import make_temporaries
from vneid_field.accounts.staff_sheet import (
    MOST_ROWS,
    create_planned,
    from_carried,
    plan_rows,
    read_rows,
    to_carry,
)
from vneid_field.core.access import Role
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db

HEADER = ["STT", "HỌ VÀ TÊN", "Tên đăng nhập", "Vai trò", "Mã đơn vị (hoặc tên tổ)", "Điện thoại"]
SECRET = re.compile(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b")
ROWS = [
    [1, "Nguyễn Thị Ánh", "", "Thành viên tổ", "31120.1", "0912345678"],
    [2, "Trần Văn Bình", None, "tổ trưởng", "31120.2", ""],
    [3, "", "", "Tổ trưởng", "31120.1", ""],
    [4, "Lê Hoàng Đức", "", "Trưởng phòng", "31120.1", ""],
    [5, "Phạm Ngọc Yến", "", "Thành viên tổ", "99999", ""],
    [6, "Phạm Ngọc Lựu", "", "Công an cấp huyện", "31120.1", ""],
    [7, "Nguyễn Thị Ánh", "", "Thành viên tổ", "31120.1", ""],
    [8, "Nguyễn Thị Ánh", "anh.2", "Thành viên tổ", "31120.1", ""],
    [9, "Huỳnh Mỹ", "Leader", "Thành viên tổ", "31120.1", ""],
    [10, "Huỳnh Mỹ", "", "Thành viên tổ", "31120", ""],
    [11, "Đặng Khởi", "", "Thành viên tổ", "31117.1", ""],
]


def sheet(rows: Sequence[Sequence[object]] = ROWS) -> list:
    return [["DANH SÁCH"], [], HEADER, *rows]


def xlsx(rows: Sequence[Sequence[object]] = ROWS) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in sheet(rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


@on_both
def test_good_rows_become_accounts_and_the_others_have_a_reason(world):
    commune = world.actor("commune")
    planned = plan_rows(commune, read_rows(sheet()))
    assert [one.login for one in planned if not one.reason] == [
        "tinhnguyen.31120.1",
        "totruong.31120.2",
        "anh.2",
    ]
    reasons = {one.row.number - 3: one.reason for one in planned if one.reason}
    assert "Thiếu họ và tên" in reasons[3]
    assert "Không rõ vai trò" in reasons[4]
    assert "Không có đơn vị “99999”" in reasons[5]
    assert "không được tạo tài khoản" in reasons[6]
    assert "đã có tài khoản" in reasons[7]
    assert "đã có người dùng" in reasons[9]
    assert "không đặt ở" in reasons[10]
    assert "trong phạm vi" in reasons[11]
    good = [one for one in planned if not one.reason]
    temporaries = make_temporaries(len(good))
    done = create_planned(
        actor=commune, planned=good, temporaries=temporaries, volunteers_end_at=None
    )
    assert [one.reason for one in done] == ["", "", ""]
    made = db.session.scalars(select(User).where(User.login_name.in_([o.login for o in good])))
    assert {user.must_change_password for user in made} == {True}


@on_both
def test_a_row_that_fails_at_the_last_moment_leaves_the_others(world):
    commune = world.actor("commune")
    planned = [one for one in plan_rows(commune, read_rows(sheet())) if not one.reason]
    world.user("leader").login_name = planned[1].login
    db.session.flush()
    done = create_planned(
        actor=commune,
        planned=planned,
        temporaries=make_temporaries(3),
        volunteers_end_at=None,
    )
    assert [bool(one.reason) for one in done] == [False, True, False]


def test_a_team_may_be_named_and_a_rounded_code_is_told(world):
    wide = replace(world.actor("city"), role=Role.COMMUNE_POLICE)  # many teams of one name
    name = world.team.name
    rows = [
        [1, "Lê Ánh", "", "Thành viên tổ", name, ""],
        [2, "Lê Ánh", "", "Thành viên tổ", 31120.1, ""],
    ]
    commune = plan_rows(world.actor("commune"), read_rows(sheet(rows)))
    assert commune[0].unit_id == world.team.id
    assert commune[1].reason.startswith("Người này")
    assert "hãy ghi mã đơn vị" in plan_rows(wide, read_rows(sheet(rows)))[0].reason
    ten = next(unit for code in range(31117, 31200) if (unit := find(f"{code}.10")) is not None)
    rounded = [[1, "Lê Ánh", "", "Thành viên tổ", float(ten.code), ""]]
    assert "không rõ là" in plan_rows(wide, read_rows(sheet(rounded)))[0].reason


def find(code):
    from vneid_field.units.queries import find_unit_by_code

    return find_unit_by_code(code)


def test_a_sheet_without_its_columns_or_too_long_is_refused():
    with pytest.raises(DomainError, match="tiêu đề"):
        read_rows([["Họ và tên", "Vai trò"], ["a", "b"]])
    with pytest.raises(DomainError, match="chưa có người"):
        read_rows(sheet([]))
    with pytest.raises(DomainError, match="hơn 500"):
        read_rows(sheet([ROWS[0]] * (MOST_ROWS + 1)))


def test_altered_rows_of_the_page_are_refused(world):
    commune = world.actor("commune")
    carried = to_carry(plan_rows(commune, read_rows(sheet())))
    assert len(from_carried(commune, carried)) == 3
    outside = [[1, "Lê Ánh", "a.b.c", "volunteer", world.unit_of("sibling-team").id]]
    for wrong in (None, [], [[1, 2]], outside, carried * 200):
        with pytest.raises(DomainError):
            from_carried(commune, wrong)
    raised = [[1, "Lê Ánh", "a.b.c", "city_police", world.team.id]]
    planned = plan_rows(commune, from_carried(commune, raised))
    assert planned[0].role is None
    assert "không được tạo" in planned[0].reason


def test_the_slips_are_the_answer_and_the_passwords_work_once(app, login):
    commune = login("commune")
    commune.get("/accounts/sheet/")
    page = commune.post("/accounts/sheet/check", status=200, files={"file": (xlsx(), "to.xlsx")})
    text = page.get_data(as_text=True)
    assert "3 dòng tạo được" in text
    assert "8 dòng chưa được" in text
    with app.app_context():
        before = db.session.scalar(select(func.count(User.id)))
    rows = html.unescape(re.search(r'name="rows" value="([^"]+)"', text)[1])
    answer = commune.post("/accounts/sheet/create", status=200, rows=rows)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with pdfplumber.open(io.BytesIO(answer.data)) as pdf:
        printed = "\n".join(page.extract_text() for page in pdf.pages)
    secrets = SECRET.findall(printed)
    assert len(secrets) == 3
    assert "tinhnguyen.31120.1" in printed
    newcomer = Pages(app)
    newcomer.post("/login", login_name="tinhnguyen.31120.1", password=secrets[0])
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == before + 3
        stored = repr([list(db.session.execute(select(t))) for t in db.metadata.sorted_tables])
    assert not [secret for secret in secrets if secret in stored]
    commune.post("/accounts/sheet/create", status=422, rows=rows)
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == before + 3


def test_wrong_files_are_refused_in_words(login):
    commune = login("commune")
    commune.get("/accounts/sheet/")
    commune.post("/accounts/sheet/check", status=422)
    for data in (b"%PDF-1.7", b"", b"a;b\n" * 3, b"x" * (3 * 1024 * 1024)):
        files = {"file": (io.BytesIO(data), "a.csv")}
        answer = commune.post("/accounts/sheet/check", status=422, files=files)
        assert 'role="alert"' in answer.get_data(as_text=True)
    commune.post("/accounts/sheet/create", status=422, rows="{")


def test_the_example_can_be_sent_back(login):
    commune = login("commune")
    data = commune.get("/accounts/sheet/example.csv").data.decode("utf-8-sig")
    assert data.startswith("Họ và tên;Tên đăng nhập;Vai trò;Mã đơn vị")
    filled = "\r\n".join(
        f"Người {n}{line}" if n else line for n, line in enumerate(data.split("\r\n")) if line
    )
    commune.get("/accounts/sheet/")
    files = {"file": (io.BytesIO(filled.encode("utf-8-sig")), "mau.csv")}
    text = commune.post("/accounts/sheet/check", status=200, files=files).get_data(as_text=True)
    assert "5 dòng tạo được" in text
