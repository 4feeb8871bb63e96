"""Spreadsheets as localities write them; nobody in them exists."""

import io
import random
import zipfile
from datetime import datetime

import xlsxwriter

TITLES = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Địa chỉ", "Khu vực", "SĐT",
          "Ngày phê duyệt")  # fmt: skip
FAMILIES = ("Nguyễn Thị", "Trần Văn", "Lê Hoàng", "Phạm Ngọc", "Huỳnh Thị Mỹ", "Đặng Quốc")
GIVEN = ("Ánh", "Bình", "Duyên", "Đức", "Hường", "Khởi", "Lựu", "Nghĩa", "Phượng", "Thúy", "Yến")


def person_rows(count: int, *, hamlets: list[str], seed: int = 1, households_of: int = 4):
    """Yield rows under TITLES: valid, `households_of` people to an address."""
    rng = random.Random(seed)
    for number in range(count):
        year = rng.randint(1945, 2005)
        is_female = rng.random() < 0.5
        century = 0 if year < 2000 else 2
        code = f"092{century + is_female}{year % 100:02d}{number:06d}"
        house = number // households_of
        yield (
            number + 1,
            f"{rng.choice(FAMILIES)} {rng.choice(GIVEN)}",
            f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{year}",
            "Nữ" if is_female else "Nam",
            code,
            f"{house % 997 + 1}/{house // 997 + 1} Mậu Thân",
            hamlets[house % len(hamlets)],
            f"09{number:08d}",
            "27/06/2023",
        )


def xlsx(rows, *, titles=TITLES, above=()) -> bytes:
    """Return a workbook: rows above, the header, the rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False})
    book.set_properties({"created": datetime(2023, 7, 1)})  # the same rows are the same bytes
    sheet = book.add_worksheet("Danh sách")
    for index, row in enumerate([*above, titles, *rows]):
        sheet.write_row(index, 0, row)
    book.close()
    return out.getvalue()


def patched(content: bytes, change) -> bytes:
    """Return a workbook with its first sheet's XML passed through `change`."""
    out, first = io.BytesIO(), "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, change(part.decode()) if name == first else part)
    return out.getvalue()
