"""What a unit puts around its papers: organ names, symbol, place, signer, recipients."""

import re
from dataclasses import dataclass
from datetime import date

# Box 2 is this many letters wide; a longer name breaks before the place's own name.
_BOX_LETTERS = 26
_KINDS = "thành phố|thị trấn|phường|huyện|quận|xã"
_NAME_HEAD = re.compile(
    rf"(Ủy ban nhân dân|Tổ công nghệ số cộng đồng|Công an (?:{_KINDS})|.+?(?= (?:{_KINDS}) )) ",
    re.IGNORECASE,
)


def broken_name(name: str) -> str:
    """Return an organ's name over two lines when it is too long for its box; breaks stay."""
    if len(name) <= _BOX_LETTERS or "\n" in name:
        return name
    head = _NAME_HEAD.match(name)
    return f"{head[1]}\n{name[head.end() :]}" if head else name


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The parts of a document that are per-unit settings (Nghị định 30/2020/NĐ-CP, Phụ lục I).

    superior_organ  organ above, printed upright ("Công an quận Ninh Kiều"), None at the top.
    organ           issuing organ, printed bold with a rule below. A line break in either is kept.
    symbol          after the number: "BC-CAP"; "" for a form without number (a team's paper).
    place           before the date: "An Hòa".
    signer_title    "Trưởng Công an phường"; several lines for "KT.", "TM.", "TL.".
    signer_rank     "Thiếu tá", or "" (only the armed forces write a rank before the name).
    signer_name     "" leaves room to write it by hand.
    recipients      lines of "Nơi nhận", without dash or punctuation: ("Như trên", "Lưu: VT").
    number          given by the clerk after signing; None leaves the place blank.
    signed_on       civil day of signing; None leaves day and month blank.
    year            the year printed when `signed_on` is None; None leaves it blank as well.
    """

    superior_organ: str | None
    organ: str
    symbol: str
    place: str
    signer_title: str
    signer_rank: str = ""
    signer_name: str = ""
    recipients: tuple[str, ...] = ()
    number: int | None = None
    signed_on: date | None = None
    year: int | None = None

    @property
    def number_text(self) -> str | None:
        """The number as printed: below 10 with a leading 0; None when still blank."""
        return None if self.number is None else f"{self.number:02d}"

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The signer's title, one entry a line."""
        return tuple(line.strip() for line in self.signer_title.splitlines() if line.strip())

    @property
    def signer(self) -> str:
        """Rank and name, as printed under the signature; "" when neither is set."""
        return f"{self.signer_rank} {self.signer_name}".strip()
