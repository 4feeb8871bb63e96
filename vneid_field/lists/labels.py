"""Vietnamese words of lists."""

from vneid_field.lists.kinds import HandOverState, ImportKind, ImportState

KIND_LABELS = {
    ImportKind.APPROVED_NOT_ACTIVATED: "Đã phê duyệt, chưa kích hoạt",
    ImportKind.NOT_COLLECTED: "Chưa thu nhận hồ sơ",
    ImportKind.ACTIVATED: "Đã kích hoạt (theo hệ thống quốc gia)",
}
STATE_LABELS = {
    ImportState.UPLOADED: "Đang đọc",
    ImportState.READ: "Chờ quyết định",
    ImportState.APPLYING: "Đang áp dụng",
    ImportState.APPLIED: "Đã áp dụng",
    ImportState.DISCARDED: "Đã bỏ",
    ImportState.FAILED: "Không đọc được",
}
STATE_PILLS = {
    ImportState.READ: "pill-warn",
    ImportState.APPLIED: "pill-ok",
    ImportState.FAILED: "pill-bad",
}
HAND_OVER_LABELS = {
    HandOverState.SENT: "Chờ tổ nhận",
    HandOverState.RECEIVED: "Tổ đã nhận",
    HandOverState.ENDED: "Đã thu hồi",
}
FIELD_LABELS = {
    "full_name": "họ tên",
    "birth_on": "ngày sinh",
    "sex": "giới tính",
    "phone": "số điện thoại",
    "address_line": "địa chỉ",
    "unit_id": "khu vực/ấp",
    "approved_on": "ngày phê duyệt",
    "note": "ghi chú",
    "application_state": "trạng thái hồ sơ",
}
EXAMPLE_LABELS = {
    "new": "Người mới",
    "changed": "Thay đổi",
    "rejected": "Bị loại",
    "warned": "Cảnh báo",
}
