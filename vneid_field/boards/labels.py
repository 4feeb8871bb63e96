"""Boards in Vietnamese: how rows may be sorted, what the papers are called."""

from vneid_field.boards.queries import UnitStanding
from vneid_field.core.text import vn_number, vn_percent
from vneid_field.units.rules import UnitKind

# In a sentence: "Xếp theo …"; the keys are the page's ?sort=.
ORDER_WORDS = {
    "order": "thứ tự đơn vị",
    "in_day": "kích hoạt trong ngày",
    "cumulative": "kích hoạt lũy kế",
    "percent": "% chỉ tiêu giao",
    "collected": "thu nhận lũy kế",
    "absent": "số vắng mặt",
    "confirmed": "số được xác nhận",
    "contradicted": "số bị bác",
    "rank": "thứ hạng",
}
TABLE, RANKING = "Bảng tiến độ", "Bảng xếp hạng"
_ACCOUNTS = "kích hoạt tài khoản định danh điện tử"
# By whether the rows collect applications.
TABLE_HEADS = {True: f"{TABLE} thu nhận hồ sơ và {_ACCOUNTS}", False: f"{TABLE} {_ACCOUNTS}"}
RANKING_HEAD = f"{RANKING} kết quả {_ACCOUNTS}"

# The proposal of a commendation: how units of a kind are called together, in a sentence.
TOGETHER = {
    UnitKind.DISTRICT: "quận, huyện",
    UnitKind.COMMUNE: "phường, xã, thị trấn",
    UnitKind.TEAM: "tổ",
}
GROUPS = {
    UnitKind.DISTRICT: "Công an quận, huyện",
    UnitKind.COMMUNE: "Công an phường, xã, thị trấn",
    UnitKind.TEAM: "Tổ công nghệ số cộng đồng",
}
LEADER, MEMBER = "Tổ trưởng", "Thành viên tổ"


def collective_words(standing: UnitStanding, among: int) -> str:
    """Return what a proposal may say of a unit: its rank, and whether it has reached its target."""
    if standing.rank is None:
        return f"Kích hoạt {vn_number(standing.done)} tài khoản"
    together = f"{among} {TOGETHER[standing.unit.kind]} về tỷ lệ kích hoạt"
    first = f"Dẫn đầu {together}" if standing.rank == 1 else f"Xếp thứ {standing.rank}/{together}"
    if standing.done < standing.quota:
        return first
    over = " vượt mức" if standing.done > standing.quota else ""
    return f"{first}; hoàn thành{over} chỉ tiêu cả đợt"


def individual_words(standing: UnitStanding, activated: int, *, is_leader: bool) -> str:
    """Return what a proposal may say of somebody of a team."""
    own = f"rực tiếp hỗ trợ kích hoạt {vn_number(activated)} tài khoản"
    if not is_leader:
        return f"T{own}"
    led = f"Phụ trách tổ kích hoạt {vn_number(standing.done)} tài khoản"
    if standing.percent is not None:
        led += f", đạt {vn_percent(standing.percent)} chỉ tiêu"
    return f"{led}; t{own}" if activated else led
