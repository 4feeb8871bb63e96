"""Danh sách kích hoạt: the walk list on paper, the fallback when phones fail."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date


@dataclass(frozen=True, slots=True)
class WalkPerson:
    """A citizen to visit; `mark` is a short remark: "hẹn 19h00", "lần 2", "duyệt 02/7"."""

    number: int
    full_name: str
    birth: str
    citizen_id: str
    phone: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class WalkHousehold:
    """A door: address line, head's name ("" unknown), its people; kept on one page."""

    address: str
    head: str
    people: tuple[WalkPerson, ...]


@dataclass(frozen=True, slots=True)
class WalkHamlet:
    """A hamlet, its households in walking order; each begins on a new page."""

    name: str
    households: tuple[WalkHousehold, ...]

    @property
    def people_count(self) -> int:
        """Persons to visit in the hamlet."""
        return sum(len(household.people) for household in self.households)


@dataclass(frozen=True, slots=True)
class WalkList:
    """A team's list of approved, not activated citizens (III.4.c), with boxes to tick.

    from_unit, to_unit  who handed it over to whom; list_number: its number, for "Nhập thay".
    boxes        heads of the tick columns, in the order of the screen of "Nhập thay".
    watermark    who printed it and when; "" for none.
    """

    from_unit: str
    to_unit: str
    list_number: str
    listed_on: date
    hamlets: tuple[WalkHamlet, ...]
    watermark: str = ""
    boxes: tuple[str, ...] = (
        "KH trên ĐT", "KH qua web", "Đã KH trước", "Chưa gặp", "Vắng mặt", "Sai SĐT",
        "Không ĐT, SIM", "Chưa đồng ý",
    )  # fmt: skip

    template: ClassVar[str] = "walk_list/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Danh sách kích hoạt ngày {vn_date(self.listed_on)} - {self.to_unit}"
