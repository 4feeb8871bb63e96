"""The messy list of the journeys, as a ward office writes it: run to make tests/data anew.

    python -m tests.make.messy_list

Title rows, a merged header of two rows, a numbering row, hamlet spellings, wrong rows, a total
and a signature at the bottom. Nobody in it exists.
"""

from pathlib import Path

from openpyxl import Workbook

FILE = Path(__file__).resolve().parents[1] / "data" / "danh-sach-an-hoa.xlsx"
FAMILIES = ("NGUYỄN THỊ", "Trần Văn", "Lê Hoàng", "Phạm Ngọc", "Huỳnh Thị Mỹ", "Đặng Quốc")
GIVEN = ("ÁNH", "Bình", "Duyên", "Đức", "Hường", "Khởi", "Lựu", "Nghĩa", "Phượng", "Thúy")
STREETS = ("Nguyễn Văn Cừ", "Hẻm 12 Cách Mạng Tháng Tám")
GOOD = 48
# Each becomes one rejected row: (name, id, birth) and why.
WRONG = (
    ("Mất Số Không", "92085000901", "03/02/1985"),  # 11 digits as text
    ("Thẻ Cũ Chín Số", "361234567", "03/02/1985"),
    ("", "092085000903", "03/02/1985"),
    ("Trẻ Con Quá", "092215000904", "03/02/2015"),
    ("Ngày Sinh Lạ", "092085000905", "31/02/1985"),
    ("Trùng Người Trên", "092185000001", "03/02/1985"),
)


def person(number: int) -> tuple[str, str, str, str]:
    """Return name, id number, birth and sex of a good row."""
    is_female = number % 6 in (0, 4)
    name = f"{FAMILIES[number % 6]} {GIVEN[number % 10]}"
    return (
        name,
        f"092{int(is_female)}85{number + 1:06d}",
        "03/02/1985",
        "Nữ" if is_female else "Nam",
    )


def rows() -> list[list[object]]:
    """Return everything from the first title row to the signature."""
    found: list[list[object]] = [
        ["CÔNG AN QUẬN NINH KIỀU", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["CÔNG AN PHƯỜNG AN HÒA", None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["DANH SÁCH CÔNG DÂN ĐÃ ĐƯỢC PHÊ DUYỆT, CHƯA KÍCH HOẠT"],
        ["(tính đến ngày 04 tháng 7 năm 2023)"],
        ["TT", "Số ĐDCN", "Họ và tên", "Thông tin cá nhân", None, "Nơi thường trú", None, "SĐT",
         "Ngày phê duyệt", "Ghi chú"],
        [None, None, None, "Ngày sinh", "Giới tính", "Số nhà, đường", "Khu vực"],
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]  # fmt: skip
    spellings = ("KV1", "Khu vực 1", "K.vực 01", "khu vực hai")
    for number in range(GOOD):
        name, citizen_id, birth, sex = person(number)
        house = number // 3
        hamlet = spellings[house % 4]
        phone = "0292 3831 234" if number == 7 else f"09{number:08d}"
        line = f"Số {house + 1}, {STREETS[house % 2]}"
        found.append([number + 1, citizen_id, name, birth, sex, line, hamlet, phone, "27/6/2023"])
    for offset, (name, citizen_id, birth) in enumerate(WRONG):
        found.append(
            [GOOD + offset + 1, citizen_id, name, birth, "Nam", "Số 99, Nguyễn Văn Cừ", "KV1"]
        )
    found += [
        [None, None, "Tổng cộng: 54 người"],
        [],
        [None, None, None, None, None, None, None, "TRƯỞNG CÔNG AN PHƯỜNG"],
    ]
    return found


def make() -> None:
    """Write the workbook."""
    book = Workbook()
    sheet = book.active
    sheet.title = "DS 04-7"
    for row in rows():
        sheet.append(row)
    for cells in ("A1:D1", "A4:J4", "A5:J5", "D6:E6", "F6:G6", "A6:A7", "B6:B7", "C6:C7"):
        sheet.merge_cells(cells)
    FILE.parent.mkdir(exist_ok=True)
    book.save(FILE)


if __name__ == "__main__":
    make()
