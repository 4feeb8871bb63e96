"""Synthetic papers with realistic sizes; nobody in them exists."""

from datetime import date

from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.password_sheet import PasswordSheet, PasswordSlip
from vneid_field.documents.papers.people import PersonRow
from vneid_field.documents.papers.police_report import (
    ActivationPart,
    CollectionPart,
    PointShortfall,
)
from vneid_field.documents.papers.quota_table import QuotaRow, QuotaSplit, QuotaTable, SplitRow
from vneid_field.documents.papers.results import Progress, Reason, UnitRow, UnitTable
from vneid_field.documents.papers.review_part import ReviewPart
from vneid_field.documents.papers.team_forms import TeamDaily
from vneid_field.documents.papers.walk_list import WalkHamlet, WalkHousehold, WalkList, WalkPerson
from vneid_field.documents.render import Footer

DAY = date(2023, 7, 4)
FAMILY = ("Nguyễn Thị", "Trần Văn", "Lê Hoàng", "Phạm Ngọc", "Huỳnh Thị Mỹ", "Đặng Quốc")
GIVEN = ("Ánh", "Bình", "Duyên", "Đức", "Hường", "Khởi", "Lựu", "Nghĩa", "Phượng", "Thúy", "Yến")
NOTES = (
    "Làm thợ hồ ở TP.HCM, chưa hẹn ngày về",
    "",
    "Chạy xe ở TP.HCM, gia đình cho số điện thoại",
    "Nhà khóa cửa nhiều lần, hàng xóm không rõ",
)
REASONS = (
    Reason("Vắng mặt tại nơi cư trú", 41),
    Reason("Sai hoặc đã đổi số điện thoại", 12),
    Reason("Không nhận được mã OTP", 7),
    Reason("Chưa đồng ý", 3),
)


def make_footer(**overrides):
    values = dict(
        code="BCN-31120-230704-1",
        version=1,
        digest="3f9a12bc77d0e4519aa0c3d2",
        verify_url="https://vneid-field.example/documents/verify/BCN-31120-230704-1",
    )
    return Footer(**values | overrides)


def make_letterhead(**overrides):
    values = dict(
        superior_organ="Công an quận Ninh Kiều",
        organ="Công an phường An Hòa",
        symbol="BC-CAP",
        place="An Hòa",
        signer_title="TRƯỞNG CÔNG AN PHƯỜNG",
        signer_rank="Thiếu tá",
        signer_name="Lê Văn Thử",
        recipients=("Như trên", "Lưu: VT"),
        year=2023,
    )
    return Letterhead(**values | overrides)


def make_name(index):
    return f"{FAMILY[index % len(FAMILY)]} {GIVEN[index % len(GIVEN)]}"


def make_person(index=0, **overrides):
    values = dict(
        full_name=make_name(index),
        birth="1957" if index % 5 == 0 else f"{index % 28 + 1:02d}/4/1988",
        sex="Nữ" if index % 2 else "Nam",
        citizen_id=f"092*****{index:04d}",
        residence=f"{index + 1}/{index % 9 + 1}/12 hẻm 51 đường 3 tháng 2, Khu vực {index % 7 + 1}",
        phone=f"0912345{index % 1000:03d}",
        approved_on=date(2023, 6, 28),
        outcome="Vắng mặt",
        reason="Đi làm ăn xa",
        outcome_on=DAY,
        performed_by=f"Tổ KV {index % 7 + 1}",
        note=NOTES[index % len(NOTES)],
    )
    return PersonRow(**values | overrides)


def make_row(name, quota, in_day, cumulative, **overrides):
    values = dict(collection=None, absent=6, other=3, rank=1, note="")
    progress = Progress(in_day, round(quota / 50), cumulative, quota)
    return UnitRow(name=name, activation=progress, **values | overrides)


def make_table(count=12):
    rows = tuple(
        make_row(
            f"Tổ công nghệ số cộng đồng khu vực {i + 1}",
            2100,
            38 + i,
            731 + 9 * i,
            rank=i + 1,
            note=("chưa báo cáo", "báo cáo trễ 26 phút", "", "")[i % 4],
        )
        for i in range(count)
    )
    total = make_row(
        "Cộng", 13_695, 291, 5118, collection=Progress(201, 215, 4012, 10_771), absent=41, other=22
    )
    return UnitTable("KẾT QUẢ THEO TỔ", rows, total)


def make_daily_report(**overrides):
    values = dict(
        letterhead=make_letterhead(),
        addressees=("Ủy ban nhân dân phường An Hòa", "Công an quận Ninh Kiều"),
        basis="Kế hoạch số 128/KH-UBND ngày 15 tháng 6 năm 2023 của Ủy ban nhân dân thành phố Cần Thơ",
        unit_name="Công an phường An Hòa",
        covers_on=DAY,
        collection=CollectionPart(
            Progress(201, 215, 4012, 10_771),
            points=1,
            shortfalls=(
                PointShortfall(
                    "Tổ thu nhận hồ sơ Công an phường An Hòa",
                    201,
                    215,
                    "Mưa lớn, công dân hẹn hôm sau",
                    "Thu nhận tại nhà ngày 05/7/2023",
                ),
            ),
        ),
        activation=ActivationPart(
            Progress(291, 274, 5118, 13_695),
            app=251,
            web=23,
            already_activated=17,
            supplement=6,
            supplement_on=date(2023, 7, 3),
        ),
        not_activated=REASONS,
        absent=41,
        absent_listed=41,
        table=make_table(),
        review=ReviewPart(reviewed=31, returned=4, checklists=96),
        missing_units=("Tổ khu vực 5", "Tổ khu vực 7"),
        made_at="09h12 ngày 05/7/2023",
        proposals=("Đề nghị Công an quận bố trí Tổ hỗ trợ kích hoạt cố định tại phường ngày 06/7",),
    )
    return DailyReport(**values | overrides)


def make_team_daily(**overrides):
    values = dict(
        letterhead=make_letterhead(
            superior_organ="Ủy ban nhân dân\nphường An Hòa",
            organ="Tổ công nghệ số cộng đồng\nkhu vực 1",
            symbol="",
            signer_title="TỔ TRƯỞNG",
            signer_rank="",
            signer_name="Nguyễn Thị Thử",
            recipients=(),
            signed_on=date(2023, 7, 5),
        ),
        team_name="Tổ công nghệ số cộng đồng khu vực 1",
        submitted_to="Công an phường An Hòa",
        covers_on=DAY,
        visits=63,
        households=41,
        persons=88,
        activation=Progress(44, 42, 801, 2100),
        app=37,
        web=4,
        already_activated=3,
        not_activated=(Reason("Vắng mặt tại nơi cư trú", 5), Reason("Chưa đồng ý", 2)),
        pending=11,
        absent=5,
        absent_listed=5,
        supplement=2,
        difficulties=("Hẻm 51 mất sóng từ 18h00 đến 19h00",),
    )
    return TeamDaily(**values | overrides)


def make_absent_list(count=41, **overrides):
    values = dict(
        unit_name="Công an phường An Hòa",
        covers_on=DAY,
        rows=tuple(make_person(i) for i in range(count)),
        letterhead=make_letterhead(),
        purge_on=date(2023, 11, 5),
        watermark="Người lập: Nguyễn Văn Thử · 09h12 ngày 05/7/2023",
    )
    return AbsentList(**values | overrides)


PLAN = """Quận Ninh Kiều,150650,3013,32163,118487,2370,11,5,148,71,42
Quận Thốt Nốt,87450,1749,52925,34525,691,9,1,69,45,39
Quận Ô Môn,95350,1907,29667,65683,1314,7,4,119,79,24
Quận Bình Thủy,78750,1575,27262,51488,1030,8,2,103,54,29
Quận Cái Răng,61100,1222,22094,39006,780,7,1,98,59,21
Huyện Thới Lai,62400,1248,14530,47870,957,13,1,68,94,13
Huyện Vĩnh Thạnh,51600,1032,28464,23136,463,11,1,39,56,18
Huyện Cờ Đỏ,59300,1186,23614,35686,714,10,1,65,74,16
Huyện Phong Điền,53400,1068,22376,31024,620,7,1,78,75,14"""


def make_quota_table(**overrides):
    lines = [line.split(",") for line in PLAN.splitlines()]
    values = dict(
        starts_on=date(2023, 6, 15),
        ends_on=date(2023, 8, 5),
        quota_days=50,
        basis="Thực hiện Kế hoạch 128/KH-UBND ngày 15 tháng 6 năm 2023 của Ủy ban nhân dân thành phố",
        rows=tuple(QuotaRow(name, *map(int, cells)) for name, *cells in lines),
        total=QuotaRow("Tổng", 700_000, 14_000, 253_095, 446_905, 8938, 83, 17, None, 607, None),
    )
    return QuotaTable(**values | overrides)


def make_quota_split(**overrides):
    values = dict(
        unit_name="Quận Ninh Kiều",
        starts_on=date(2023, 6, 15),
        ends_on=date(2023, 8, 5),
        quota_days=50,
        unit_heading="Tên phường",
        weight_heading="Số hồ sơ trong danh sách",
        rows=tuple(
            SplitRow(f"Phường {name}", 3500, 13_695, 274, 10_771, 215)
            for name in ("An Hòa", "Cái Khế", "Thới Bình", "An Nghiệp", "Xuân Khánh")
        ),
        total=SplitRow("Tổng", 17_500, 68_475, 1370, 53_855, 1077),
        letterhead=make_letterhead(
            superior_organ="Ủy ban nhân dân thành phố Cần Thơ",
            organ="Ủy ban nhân dân quận Ninh Kiều",
            symbol="UBND",
            place="Ninh Kiều",
            signer_title="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
            signer_rank="",
        ),
    )
    return QuotaSplit(**values | overrides)


def make_walk_list(people=60, hamlets=2, **overrides):
    groups = []
    per_hamlet = people // hamlets
    for h in range(hamlets):
        first = h * per_hamlet
        numbers = range(first, first + per_hamlet)
        groups.append(
            WalkHamlet(
                f"Khu vực {h + 1}",
                tuple(
                    WalkHousehold(
                        f"{start + 1}/{start % 7 + 1} hẻm 51 đường 3 tháng 2",
                        make_name(start),
                        tuple(
                            WalkPerson(
                                i + 1,
                                make_name(i),
                                "1957" if i % 5 == 0 else f"{i % 28 + 1:02d}/4/1988",
                                f"092*****{i:04d}",
                                f"0912345{i % 1000:03d}",
                                "hẹn 19h00" if i % 9 == 0 else "",
                            )
                            for i in numbers[offset : offset + 3]
                        ),
                    )
                    for offset, start in enumerate(numbers)
                    if offset % 3 == 0
                ),
            )
        )
    values = dict(
        from_unit="Công an phường An Hòa",
        to_unit="Tổ công nghệ số cộng đồng khu vực 1",
        list_number="DS-0412",
        listed_on=DAY,
        hamlets=tuple(groups),
        watermark="Người in: congan.anhoa, 06h45 ngày 04/7/2023",
    )
    return WalkList(**values | overrides)


def make_password_sheet(count=9):
    slips = tuple(
        PasswordSlip(
            make_name(i),
            "Thành viên tổ",
            "Tổ công nghệ số khu vực 1",
            f"to31120.{i:02d}",
            f"kx7-mw{i}q-t4d",
        )
        for i in range(count)
    )
    return PasswordSheet(
        "Tổ công nghệ số khu vực 1", "vneid-field.example", "24h00 ngày 20/6/2023", slips
    )
