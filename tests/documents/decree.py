"""What documents.md section 1 asks of a paper, and every paper of the report chain to hold it to.

A box names words that the paper must print; sizes are in points, `italic` and `bold` are of every
letter of the words.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.documents import make, minutes, periods
from vneid_field.documents.letterhead import Letterhead, broken_name
from vneid_field.documents.letterheads import (
    committee_name,
    default_letterhead,
    inside_sentence,
    police_name,
)
from vneid_field.documents.papers.board_table import BoardRow, BoardTable
from vneid_field.documents.papers.commendation import (
    CommendationProposal,
    CommendedPerson,
    CommendedUnit,
)
from vneid_field.documents.papers.results import Progress
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

# Margins in mm as (least, most); Phụ lục I, part I.
MARGINS = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
INDENTS = (10, 12.7)  # first line of a paragraph, mm
PARAGRAPH_GAP = 6  # pt, at least
LINE_SPACING = (1, 1.5)
BLANK_LINES = 5  # for the signature
RULE_SHARE = (1 / 3, 1 / 2)  # of the organ's name and of the subject


@dataclass(frozen=True)
class Look:
    """Type size in points as (least, most), weight and slope."""

    size: tuple[float, float]
    bold: bool = False
    italic: bool = False


# documents.md section 1, its table from top to bottom.
STATE = Look((12, 13), bold=True)  # box 1
MOTTO = Look((13, 14), bold=True)
SUPERIOR = Look((12, 13))  # box 2
ORGAN = Look((12, 13), bold=True)
NUMBER = Look((13, 13))  # box 3
PLACE = Look((13, 14), italic=True)  # box 4
SUBJECT = Look((13, 14), bold=True)  # box 5
ADDRESSEES = Look((13, 14))  # box 9a
BODY = Look((13, 14))  # box 6
HEADING = Look((13, 14), bold=True)
SIGNER = Look((13, 14), bold=True)  # box 7
COPIES = Look((12, 12), bold=True, italic=True)  # box 9b
COPIES_LIST = Look((11, 11))
ANNEX = Look((14, 14), bold=True)
ANNEX_TITLE = Look((13, 14), bold=True)
ATTACHED = Look((13, 14), italic=True)
PAGE_NUMBER = Look((13, 14))

CITY = Unit(kind=UnitKind.CITY, name="Thành phố Cần Thơ", short_name="Cần Thơ")
DISTRICT = Unit(kind=UnitKind.DISTRICT, name="Quận Ninh Kiều", short_name="Ninh Kiều")
COMMUNE = Unit(kind=UnitKind.COMMUNE, name="Phường An Hòa", short_name="An Hòa", subtype="phuong")
# The longest names of the city: what is narrow must hold them.
LONG_DISTRICT = Unit(kind=UnitKind.DISTRICT, name="Huyện Vĩnh Thạnh", short_name="Vĩnh Thạnh")
LONG_COMMUNE = Unit(
    kind=UnitKind.COMMUNE, name="Thị trấn Vĩnh Thạnh", short_name="Vĩnh Thạnh", subtype="thi_tran"
)
LEVELS = {
    "commune": (COMMUNE, DISTRICT),
    "town": (LONG_COMMUNE, LONG_DISTRICT),
    "district": (DISTRICT, CITY),
    "city": (CITY, None),
}


@dataclass(frozen=True)
class Printed:
    """A paper and what its boxes must say.

    subject    words of box 5 with their kind above, as printed; () for forms and tables.
    addressees box 9a; first, last: how the first and the last paragraph of the body begin.
    annex      (heading, title) of the appendix inside the paper; None without.
    """

    paper: Any
    letterhead: Letterhead | None
    kind: str = ""
    subject: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    annex: tuple[str, str] | None = None
    is_form: bool = False
    gaps: int = 9  # paragraphs and headings below another one, at least

    @property
    def organs(self) -> tuple[list[str], list[str]]:
        """Lines of box 2: superior organ, issuing organ, in capitals."""
        assert self.letterhead is not None
        names = (self.letterhead.superior_organ or "", self.letterhead.organ)
        upper, lower = (broken_name(name).upper().splitlines() for name in names)
        return upper, lower


def _letterhead(level: str) -> Letterhead:
    unit, parent = LEVELS[level]
    signer = {"signer_rank": "Thiếu tá", "signer_name": "Lê Văn Thử", "year": 2023}
    return replace(default_letterhead(unit, parent), **signer)


def _report(build: Callable[..., Any], level: str, annex: tuple[str, str], first: str) -> Printed:
    unit, parent = LEVELS[level]
    addressees = (committee_name(unit), *([police_name(parent)] if parent else []))
    paper = build(letterhead=_letterhead(level), addressees=addressees, unit_name=police_name(unit))
    return Printed(
        paper,
        paper.letterhead,
        kind="BÁO CÁO",
        subject=paper.subject,
        addressees=addressees,
        headings=("I. KẾT QUẢ THỰC HIỆN", "1. Thu nhận hồ sơ", f"{paper.numerals[0]}. KHÓ KHĂN"),
        first=first,
        last="Trên đây là kết quả",
        annex=annex,
    )


def _form(build: Callable[..., Any]) -> Printed:
    paper = build()
    subject = ("Kết quả hỗ trợ kích hoạt tài khoản", f"định danh điện tử {paper.period}")
    return Printed(
        paper,
        paper.letterhead,
        kind=paper.heading.upper(),
        subject=subject,
        addressees=(paper.submitted_to,),
        headings=("I. KẾT QUẢ THỰC HIỆN", "III. GIẢI TRÌNH"),
        is_form=True,
    )


def _committee(organ: str, superior: str | None, place: str) -> Letterhead:
    return make.make_letterhead(
        superior_organ=superior,
        organ=organ,
        symbol="UBND",
        place=place,
        signer_title="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        signer_rank="",
        recipients=("Các đơn vị có tên trong bảng", "Lưu: VT"),
    )


def _quotas() -> Iterator[tuple[str, Printed]]:
    city, district, commune = (committee_name(unit) for unit in (CITY, DISTRICT, COMMUNE))
    for level, organ, superior, place, build in (
        ("city", city, None, "Cần Thơ", make.make_quota_table),
        ("district", district, city, "Ninh Kiều", make.make_quota_table),
        ("communes", district, city, "Ninh Kiều", make.make_quota_split),
        ("teams", commune, district, "An Hòa", _team_split),
    ):
        paper = build(letterhead=_committee(organ, superior, place))
        yield f"quotas-{level}", Printed(paper, paper.letterhead)


def _team_split(**overrides: Any) -> Any:
    values = dict(
        unit_name="Phường An Hòa",
        unit_heading="Tên Tổ công nghệ số cộng đồng",
        has_collection=False,
        rows=tuple(
            make.SplitRow(f"Tổ công nghệ số cộng đồng khu vực {n + 1}", 500, 1957, 39)
            for n in range(7)
        ),
        total=make.SplitRow("Tổng", 3500, 13_695, 274),
    )
    return make.make_quota_split(**values | overrides)


def _absent() -> Iterator[tuple[str, Printed]]:
    title = "DANH SÁCH CÔNG DÂN VẮNG MẶT TẠI NƠI CƯ TRÚ NGÀY 04/7/2023"
    for level in ("commune", "district", "city"):
        unit, _parent = LEVELS[level]
        paper = make.make_absent_list(
            letterhead=_letterhead(level), unit_name=police_name(unit), count=45
        )
        yield f"absent-{level}", Printed(paper, None, annex=("Phụ lục II", title))
    team = make.make_absent_list(
        letterhead=None,
        heading="",
        attached_to="Kèm theo Phiếu báo cáo ngày 04/7/2023 của Tổ công nghệ số khu vực 1",
    )
    yield "absent-team", Printed(team, None, annex=("", title))


def make_ranking(unit: str = "Quận Ninh Kiều", count: int = 11, **overrides: Any) -> BoardTable:
    """A ranking of communes or districts; ties share a rank."""
    rows = tuple(
        BoardRow(f"Phường thứ {n + 1}", 40, 42, 900 - n, Decimal(90 - n), 700, 6, n + 1)
        for n in range(count)
    )
    values = dict(
        heading="Bảng xếp hạng kết quả kích hoạt tài khoản định danh điện tử",
        short_heading="Bảng xếp hạng",
        unit_name=unit,
        unit_heading="Phường, xã, thị trấn",
        covers_on=make.DAY,
        as_of="17h05 ngày 04/7/2023",
        order="thứ hạng",
        rows=rows,
        rests=(),
        total=BoardRow("Cộng", 440, 462, 9845, Decimal("85.1"), 7700, 66),
    )
    return BoardTable(**values | overrides)


def make_proposal(
    level: str = "district", count: int = 4, **overrides: Any
) -> CommendationProposal:
    """A proposal of commendation with two collectives outside the ranking."""
    unit, parent = LEVELS[level]
    units = tuple(
        CommendedUnit(f"Công an phường thứ {n}", "Hoàn thành chỉ tiêu", 1000, 1020 - n, n, 11)
        for n in range(1, count + 1)
    )
    people = tuple(
        CommendedPerson(make.make_name(n), "Tổ trưởng", f"Tổ {n}, phường An Hòa", "Kích hoạt 214")
        for n in range(count)
    )
    values = dict(
        letterhead=replace(_letterhead(level), symbol="TTr-CAQ"),
        addressees=(police_name(parent or unit),),
        basis="Kế hoạch số 128/KH-UBND của Ủy ban nhân dân thành phố Cần Thơ",
        campaign="cao điểm 50 ngày, đêm đăng ký, kích hoạt tài khoản định danh điện tử",
        unit_name=police_name(unit),
        place=inside_sentence(unit.name),
        since=date(2023, 6, 15),
        covers_on=make.DAY,
        until="17h05 ngày 04/7/2023",
        activation=Progress(291, 274, 5118, 13_695),
        collection=Progress(201, 215, 4012, 10_771),
        reward="Bằng khen của Chủ tịch Ủy ban nhân dân thành phố Cần Thơ",
        units=(*units, CommendedUnit("Đoàn Thanh niên quận", "Vận động 300 đoàn viên")),
        people=people,
        remarks=("Các tập thể, cá nhân trên không có khiếu nại, tố cáo.", "Hồ sơ gửi kèm."),
    )
    return CommendationProposal(**values | overrides)


def _proposal(level: str) -> Printed:
    addressees = (committee_name(CITY), "Sở Nội vụ thành phố Cần Thơ")
    paper = make_proposal(level, addressees=addressees[: 2 if level == "city" else 1])
    return Printed(
        paper,
        paper.letterhead,
        kind="TỜ TRÌNH",
        subject=(
            "Về việc đề nghị khen thưởng tập thể, cá nhân",
            "có thành tích trong cao điểm 50 ngày, đêm đăng ký, kích hoạt",
            "tài khoản định danh điện tử",
        ),
        addressees=paper.addressees,
        headings=("I. TẬP THỂ", "II. CÁ NHÂN", "III. Ý KIẾN THÊM"),
        first="Thực hiện Kế hoạch số",
        last=f"{paper.unit_name} kính trình",
        gaps=2,
    )


def _minutes(level: str) -> Printed:
    unit, _parent = LEVELS[level]
    letterhead = replace(_letterhead(level), symbol="BB-CAP", recipients=("Lưu: VT",))
    paper = minutes.make_minutes(
        letterhead=letterhead, unit_name=police_name(unit), place=inside_sentence(unit.name)
    )
    return Printed(
        paper,
        paper.letterhead,
        kind="BIÊN BẢN",
        subject=paper.subject,
        headings=("I. CÁCH KIỂM TRA", "II. KẾT QUẢ KIỂM TRA", "1. Dấu hiệu", "III. NHẬN XÉT"),
        first="Thực hiện Kế hoạch số",
        last="Biên bản kèm phụ lục",
        annex=("Phụ lục", "KẾT QUẢ KIỂM TRA PHIẾU THEO TỔ NGÀY 04/7/2023"),
    )


def every_paper() -> dict[str, Printed]:
    """Return the papers of the report chain by kind and level."""
    found: dict[str, Printed] = {}
    week = "KẾT QUẢ TUẦN 28/6–04/7/2023 THEO TỔ"
    for level in LEVELS:
        for name, build, annex, first in (
            ("daily", make.make_daily_report, ("Phụ lục I", "KẾT QUẢ THEO TỔ"), "Trong ngày thu"),
            ("weekly", periods.make_weekly_report, ("Phụ lục", week), "Trong tuần thu nhận"),
            (
                "final",
                periods.make_final_report,
                ("Phụ lục", "KẾT QUẢ CẢ ĐỢT THEO TỔ"),
                "Cả đợt thu nhận",
            ),
        ):
            found[f"{name}-{level}"] = _report(build, level, annex, first)
    found["team-daily"] = _form(make.make_team_daily)
    found["team-weekly"] = _form(periods.make_team_weekly)
    found |= {f"minutes-{level}": _minutes(level) for level in ("commune", "town")}
    for level, name in (("city", "Thành phố Cần Thơ"), ("district", "Quận Ninh Kiều")):
        found[f"ranking-{level}"] = Printed(make_ranking(name), None)
        found[f"proposal-{level}"] = _proposal(level)
    return found | dict(_quotas()) | dict(_absent())
