"""Minutes of a commune's review, and the part of reports that says the same."""

from tests.documents import make
from vneid_field.documents.papers.results import Reason
from vneid_field.documents.papers.review_minutes import ReviewMinutes, SamplePart
from vneid_field.documents.papers.review_part import ReviewPart, ReviewRow

SEED = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def make_review_row(name: str = "Cộng", **overrides) -> ReviewRow:
    """Return the checklists of a team, or of all."""
    values = dict(
        name=name,
        checklists=60,
        checked=21,
        bulk=35,
        returned=4,
        sampled=6,
        sampled_seen=6,
        flagged=5,
        flags_open=1,
        called=9,
        confirmed=6,
        denied=1,
    )
    return ReviewRow(**values | overrides)


def make_review_part(teams: int = 7, **overrides) -> ReviewPart:
    """Return the coverage of so many teams, all with the same numbers."""
    rows = tuple(
        make_review_row(f"Tổ công nghệ số cộng đồng khu vực {n + 1}") for n in range(teams)
    )
    names = [name for name in ReviewRow.__slots__ if name != "name"]
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    total = make_review_row(**sums)
    values = dict(
        reviewed=total.checked + total.bulk,
        returned=2,
        checklists=total.checklists,
        total=total,
        rows=rows,
    )
    return ReviewPart(**values | overrides)


def make_minutes(**overrides) -> ReviewMinutes:
    """Return the minutes of An Hòa's review of 4 July."""
    values = dict(
        letterhead=make.make_letterhead(symbol="BB-CAP", recipients=("Lưu: VT",)),
        basis="Kế hoạch số 128/KH-UBND ngày 15/6/2023 của Ủy ban nhân dân thành phố Cần Thơ",
        unit_name="Công an phường An Hòa",
        place="phường An Hòa",
        covers_on=make.DAY,
        made_at="09h30 ngày 05/7/2023",
        reviewers=("Nguyễn Văn Mẫu", "Trần Thị Mẫu"),
        review=make_review_part(),
        sample=SamplePart(10, 5, SEED, "18h05 ngày 04/7/2023"),
        flags=(
            Reason("Kích hoạt sát giờ hộ trước", 21),
            Reason("Nhiều kích hoạt trong một phút", 14),
        ),
        remarks=(Reason("Ghi nhầm người trong hộ", 20), Reason("lý do khác, ghi trên phiếu", 8)),
        calls=(
            Reason("Xác nhận đã kích hoạt", 42),
            Reason("Nói chưa kích hoạt", 7),
            Reason("Không gặp", 14),
        ),
        opinion=("Các Tổ ghi đúng giờ hơn hôm trước", "Đề nghị tổ 3 gọi lại các hộ vắng mặt."),
    )
    return ReviewMinutes(**values | overrides)
