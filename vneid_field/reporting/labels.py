"""Rows of boards and papers in Vietnamese."""

from vneid_field.reporting.kinds import RemedyKind, ReportKind, ShortfallReason, Step
from vneid_field.reporting.lines import RestKind
from vneid_field.reporting.showing import Order, Show
from vneid_field.reporting.timeliness import By
from vneid_field.units.rules import UnitKind

REST_LABELS = {
    RestKind.UNPLACED: "Tổ lưu động, chưa rõ địa bàn",
    RestKind.BESIDES_TEAMS: "Điểm thu nhận, đơn vị khác, chưa rõ tổ",
    RestKind.ELSEWHERE: "Trừ: các tổ làm cho người nơi khác",
}
UNITS_LABELS = {
    UnitKind.DISTRICT: "Quận, huyện",
    UnitKind.COMMUNE: "Phường, xã, thị trấn",
    UnitKind.TEAM: "Tổ",
}
TABLE_TITLES = {
    UnitKind.TEAM: "KẾT QUẢ THEO TỔ",
    UnitKind.COMMUNE: "KẾT QUẢ THEO PHƯỜNG, XÃ, THỊ TRẤN",
    UnitKind.DISTRICT: "KẾT QUẢ THEO QUẬN, HUYỆN",
}
SHOW_LABELS = {
    Show.MISSING: "Chưa gửi",
    Show.LATE: "Trễ",
    Show.SENT: "Đã gửi",
    Show.ALL: "Tất cả",
}
STEP_LABELS = {
    Step.ACCEPTED: "duyệt",
    Step.RETURNED: "trả lại",
    Step.UNLOCKED: "mở khóa",
    Step.READ: "đã đọc",
}
SENT_BACK = "bị trả lại, chưa gửi lại"
KIND_LABELS = {
    ReportKind.DAILY: "Ngày",
    ReportKind.WEEKLY: "Tuần",
    ReportKind.FINAL: "Tổng kết",
}
REPORT_LABELS = {**KIND_LABELS, ReportKind.COLLECTION: "Kết quả 17h00"}
LEVEL_LABELS = {
    **UNITS_LABELS,
    UnitKind.CITY: "Thành phố",
    UnitKind.COLLECTION_POINT: "Điểm thu nhận (17h00)",
}
# Columns of the page and of its sheet; the rate is of what was due, as the paper says it.
TIMELINESS_LABELS = {
    By.DUE: "Phải gửi đến nay",
    By.ON_TIME: "Đúng hạn",
    By.LATE: "Trễ",
    By.MISSING: "Thiếu",
    By.RATE: "% đúng hạn",
    By.EXCUSED: "Được miễn",
    By.PENDING: "Chưa đến hạn",
}
ORDER_LABELS = {
    Order.STATE: "chưa gửi trước",
    Order.UNIT: "thứ tự đơn vị",
    Order.NAME: "tên",
    Order.MINUTES: "số phút",
}
SHORTFALL_LABELS = {
    ShortfallReason.DID_NOT_COME: "Được mời không đến",
    ShortfallReason.REFUSED: "Chưa đồng ý",
    ShortfallReason.AWAY: "Vắng mặt tại địa phương",
    ShortfallReason.DOCUMENTS: "Thiếu giấy tờ, sai lệch thông tin",
    ShortfallReason.EQUIPMENT: "Thiết bị, đường truyền, mất điện",
    ShortfallReason.LIST_LATE: "Danh sách giao chậm",
    ShortfallReason.WEATHER: "Thời tiết",
    ShortfallReason.OTHER: "Lý do khác",
}
REMEDY_LABELS = {
    RemedyKind.HOME_PERSUASION: "Đến nhà vận động",
    RemedyKind.HOME_COLLECTION: "Thu nhận lưu động tại nhà",
    RemedyKind.INVITE_AGAIN: "Mời lại",
    RemedyKind.OTHER: "Biện pháp khác",
}
