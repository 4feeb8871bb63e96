"""Units in Vietnamese."""

from vneid_field.units.models import Unit
from vneid_field.units.rules import Union, UnitKind

KIND_LABELS = {
    UnitKind.CITY: "Thành phố",
    UnitKind.DISTRICT: "Quận, huyện",
    UnitKind.COMMUNE: "Phường, xã, thị trấn",
    UnitKind.HAMLET: "Khu vực, ấp",
    UnitKind.TEAM: "Tổ",
    UnitKind.COLLECTION_POINT: "Điểm thu nhận",
    UnitKind.SUPPORT_TEAM: "Tổ hỗ trợ",
}
SUBTYPE_LABELS = {
    "phuong": "Phường",
    "xa": "Xã",
    "thi_tran": "Thị trấn",
    "khu_vuc": "Khu vực",
    "ap": "Ấp",
    "community_digital": "Tổ công nghệ số cộng đồng",
    "project06": "Tổ công tác Đề án 06",
    "volunteer": "Tổ tình nguyện viên",
    "fixed": "Cố định",
    "mobile": "Lưu động",
}
UNION_LABELS = {
    Union.YOUTH: "Đoàn Thanh niên",
    Union.WOMEN: "Hội Phụ nữ",
    Union.NONE: "Không",
}
HAMLET_WORD = {"phuong": "Khu vực", "xa": "Ấp", "thi_tran": "Ấp"}
COMMUNE_TEAM_NAME = "Tổ công nghệ số cộng đồng {hamlet}"
FIXED_POINT_NAME = "Tổ thu nhận hồ sơ Công an {commune}"


def mobile_name(number: int, district: str) -> str:
    """Name of a mobile collection point."""
    return f"Tổ thu nhận lưu động số {number} {district}"


def team_text(team: Unit) -> str:
    """Return a team as a narrow column holds it: "Tổ KV 4", "Tổ ấp Mỹ Phước"."""
    name = team.short_name or team.name
    short = name.replace("Khu vực", "KV").replace("Ấp", "ấp")
    return short if short.startswith("Tổ") else f"Tổ {short}"
