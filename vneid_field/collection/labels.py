"""Vietnamese words of collection (III.3 of the plan)."""

from vneid_field.collection.kinds import Answer, CouldNot, EventKind, InvitationEnd

ANSWER_LABELS = {
    Answer.COMES: "Sẽ đến",
    Answer.OTHER_DAY: "Hẹn ngày khác",
    Answer.REFUSES: "Chưa đồng ý",
    Answer.AWAY: "Đi vắng",
}
END_LABELS = {
    InvitationEnd.COLLECTED: "Đã thu nhận",
    InvitationEnd.COULD_NOT: "Đến, chưa thu nhận được",
    InvitationEnd.NO_SHOW: "Không đến",
    InvitationEnd.OTHER_DAY: "Hẹn ngày khác",
    InvitationEnd.REFUSED: "Chưa đồng ý",
    InvitationEnd.AWAY: "Đi vắng",
    InvitationEnd.WITHDRAWN: "Đã thu hồi lời mời",
}
EVENT_LABELS = {
    EventKind.CHECKED_IN: "Đã đến",
    EventKind.COLLECTED: "Đã thu nhận",
    EventKind.COULD_NOT: "Chưa thu nhận được",
    EventKind.UNDO: "Hoàn tác",
}
COULD_NOT_LABELS = {
    CouldNot.NO_CHIP_CARD: "Chưa có thẻ CCCD gắn chip",
    CouldNot.FINGERPRINT: "Không lấy được vân tay",
    CouldNot.DATA_MISMATCH: "Thông tin sai lệch, phải sửa dữ liệu trước",
    CouldNot.PHONE: "Chưa có số điện thoại chính chủ nhận được tin nhắn",
    CouldNot.LEFT_QUEUE: "Chờ lâu, đã về",
    CouldNot.SYSTEM: "Hệ thống lỗi",
    CouldNot.EQUIPMENT: "Thiết bị hỏng",
    CouldNot.ALREADY_HAS: "Đã có hồ sơ từ trước",
    CouldNot.OTHER: "Lý do khác (ghi rõ)",
}
EVENT_KINDS = {
    EventKind.CHECKED_IN: "info",
    EventKind.COLLECTED: "ok",
    EventKind.COULD_NOT: "warn",
}
