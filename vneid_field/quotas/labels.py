"""Targets in Vietnamese: the plan's column heads, what a proposal weighs by."""

from vneid_field.quotas.kinds import QuotaKind
from vneid_field.units.rules import UnitKind

KIND_LABELS = {
    QuotaKind.ACTIVATION: "Kích hoạt",
    QuotaKind.COLLECTION: "Thu nhận hồ sơ",
    QuotaKind.POINT_DAY: "Thu nhận mỗi ngày",
}
# Columns 1 to 12 as the plan prints them.
COLUMN_HEADS = (
    "Stt",
    "Tên đơn vị",
    "Tổng số chỉ tiêu theo KH cao điểm",
    "Chỉ tiêu kích hoạt trong 01 ngày",
    "Tổng số hồ sơ đã thu nhận chưa kích hoạt",
    "Tổng số hồ sơ cần phải tiếp tục thu nhận và kích hoạt",
    "Tổng số hồ sơ cần thu nhận trong 01 ngày",
    "Số bộ máy thu nhận hồ sơ tại CA cấp xã",
    "Số Tổ lưu động thu nhận hồ sơ",
    "Số hồ sơ thu nhận bình quân 01 tổ/ngày (LL CA thu nhận)",
    "Số Tổ công nghệ số cộng đồng",
    "Bình quân mỗi Tổ công nghệ số cộng đồng phải hỗ trợ kích hoạt trong 01 ngày",
)
# By the kind of the units in the rows.
CHILD_HEADS = {
    UnitKind.DISTRICT: "Tên quận, huyện",
    UnitKind.COMMUNE: "Tên xã, phường, thị trấn",
    UnitKind.TEAM: "Tên tổ",
}
WEIGHT_HEADS = {"list": "Số người trong danh sách", "teams": "Số tổ", "equal": "Trọng số"}
WEIGHT_WORDS = {
    "list": "số người trong danh sách của địa bàn",
    "teams": "số Tổ công nghệ số cộng đồng",
    "equal": "chia đều",
    "own": "trọng số vừa nhập",
}
TOTAL = "Tổng"
