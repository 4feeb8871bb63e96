"""Vietnamese words of people outside the list."""

from vneid_field.unlisted.kinds import Place, UnlistedState

PLACE_LABELS = {
    Place.DOOR: "Tại nhà dân",
    Place.SCHOOL: "Trường học",
    Place.MARKET: "Chợ, nơi buôn bán",
    Place.ELSEWHERE: "Nơi khác",
}
TAB_LABELS = {
    "waiting": "Chờ xử lý",
    "matched": "Đã khớp",
    "rejected": "Không tính",
    "handed": "Đã chuyển đi",
}
STATE_LABELS = {
    UnlistedState.WAITING: "chờ xử lý",
    UnlistedState.MATCHED: "đã khớp, đã tính",
    UnlistedState.REJECTED: "không tính",
    UnlistedState.PURGED: "đã xóa theo hạn",
}
EMPTY = {
    "waiting": "Không có ai chờ xử lý. Khi tổ ghi một người không có trong danh sách của tổ, "
    "trường hợp ấy hiện ở đây.",
    "matched": "Chưa khớp trường hợp nào.",
    "rejected": "Chưa từ chối trường hợp nào.",
    "handed": "Chưa chuyển trường hợp nào cho phường, xã khác.",
}
# What the team reads of each: the same whether the number is known or not, until police decide.
TAKEN = "Đã ghi nhận"
COUNTED = "Công an đã tính"
REFUSED = "Không tính"
