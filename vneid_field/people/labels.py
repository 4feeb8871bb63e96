"""Vietnamese words of people and their applications."""

from vneid_field.people.kinds import ApplicationState, CorrectedField, CorrectionState, Sex

STATE_LABELS = {
    ApplicationState.NOT_COLLECTED: "Chưa thu nhận",
    ApplicationState.INVITED: "Đã mời",
    ApplicationState.COLLECTED: "Đã thu nhận hồ sơ",
    ApplicationState.TRANSMITTED: "Đã truyền hồ sơ",
    ApplicationState.APPROVED: "Đã phê duyệt, chưa kích hoạt",
    ApplicationState.ACTIVATED: "Đã kích hoạt (hệ thống quốc gia)",
    ApplicationState.REJECTED: "Hồ sơ bị từ chối",
    ApplicationState.INELIGIBLE: "Không thuộc diện",
    ApplicationState.MOVED_OUT: "Đã chuyển đi",
    ApplicationState.DECEASED: "Đã mất",
}
SEX_LABELS = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", Sex.UNKNOWN: "chưa rõ"}
CORRECTION_FIELDS = {
    CorrectedField.PHONE: "Số điện thoại",
    CorrectedField.ADDRESS: "Địa chỉ",
    CorrectedField.HOUSEHOLD: "Hộ",
}
CORRECTION_TABS = {
    CorrectionState.OPEN: "Chờ cập nhật",
    CorrectionState.DONE: "Đã cập nhật",
    CorrectionState.REFUSED: "Không sửa",
}
SOURCE_LABELS = {
    "import": "danh sách",
    "correction": "sửa tay",
    "police": "Công an xác nhận",
    "undo": "hoàn tác lần nạp",
    "demo": "bản thử",
}
