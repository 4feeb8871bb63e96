"""Outcomes, reasons and guide steps in Vietnamese."""

from vneid_field.figures.rules import Counter
from vneid_field.visits.kinds import AbsentReason, Outcome

OUTCOME_LABELS = {
    Outcome.ACTIVATED_APP: "Đã kích hoạt trên điện thoại",
    Outcome.ACTIVATED_WEB: "Đã kích hoạt qua vneid.gov.vn",
    Outcome.ALREADY_ACTIVATED: "Đã kích hoạt trước đó",
    Outcome.NOBODY_HOME: "Chưa gặp",
    Outcome.ABSENT: "Vắng mặt tại nơi cư trú",
    Outcome.REVISIT: "Hẹn lại",
    Outcome.REFUSED: "Chưa đồng ý",
    Outcome.PHONE_MISMATCH: "Sai hoặc đã đổi số điện thoại",
    Outcome.NO_PHONE_OR_SIM: "Không có điện thoại hoặc SIM",
    Outcome.OTP_NOT_RECEIVED: "Không nhận được mã OTP",
    Outcome.DEVICE_UNSUPPORTED: "Điện thoại không cài được ứng dụng",
    Outcome.CANNOT_SELF_OPERATE: "Không tự thao tác được",
    Outcome.SYSTEM_ERROR: "Lỗi hệ thống",
    Outcome.NOT_APPROVED: "Hồ sơ chưa được duyệt",
    Outcome.DATA_MISMATCH: "Sai lệch thông tin hồ sơ",
    Outcome.MOVED_OUT: "Đã chuyển đi",
    Outcome.DECEASED: "Đã mất",
    Outcome.DUPLICATE: "Trùng người trong danh sách",
}
OUTCOME_KINDS = {  # colour of the pill: always beside its word
    Outcome.ACTIVATED_APP: "ok",
    Outcome.ACTIVATED_WEB: "ok",
    Outcome.ALREADY_ACTIVATED: "ok",
    Outcome.NOBODY_HOME: "warn",
    Outcome.REVISIT: "warn",
    Outcome.ABSENT: "warn",
}
ABSENT_LABELS = {
    AbsentReason.WORKING_AWAY: "Đi làm ăn xa",
    AbsentReason.STUDYING: "Đi học xa",
    AbsentReason.ABROAD: "Ở nước ngoài",
    AbsentReason.UNKNOWN: "Không rõ",
    AbsentReason.BACK_ON: "Hẹn ngày về",
}
# "Khác…": what opens behind the fourth big button, in the order of how often it happens.
OTHER_OUTCOMES = (
    Outcome.ACTIVATED_WEB,
    Outcome.ALREADY_ACTIVATED,
    Outcome.NOBODY_HOME,
    Outcome.REFUSED,
    Outcome.PHONE_MISMATCH,
    Outcome.OTP_NOT_RECEIVED,
    Outcome.NO_PHONE_OR_SIM,
    Outcome.DEVICE_UNSUPPORTED,
    Outcome.CANNOT_SELF_OPERATE,
    Outcome.SYSTEM_ERROR,
    Outcome.NOT_APPROVED,
    Outcome.DATA_MISMATCH,
    Outcome.MOVED_OUT,
    Outcome.DECEASED,
    Outcome.DUPLICATE,
)


def say_outcome(outcome: Outcome | None) -> str:
    """Return an event's words; an undo has no outcome."""
    return OUTCOME_LABELS[outcome] if outcome else "Hoàn tác"


COUNTER_LABELS = {
    Counter.OUT_ABSENT: "vắng mặt tại nơi cư trú",
    Counter.OUT_REFUSED: "chưa đồng ý",
    Counter.OUT_PHONE_MISMATCH: "sai hoặc đã thay đổi số điện thoại",
    Counter.OUT_NO_PHONE_OR_SIM: "không có điện thoại hoặc SIM",
    Counter.OUT_OTP_NOT_RECEIVED: "không nhận được mã OTP",
    Counter.OUT_DEVICE_UNSUPPORTED: "điện thoại không cài được ứng dụng",
    Counter.OUT_CANNOT_SELF_OPERATE: "không tự thao tác được",
    Counter.OUT_SYSTEM_ERROR: "lỗi hệ thống",
    Counter.OUT_NOT_APPROVED: "hồ sơ chưa được duyệt",
    Counter.OUT_DATA_MISMATCH: "sai lệch thông tin hồ sơ",
    Counter.OUT_MOVED_OUT: "đã chuyển đi",
    Counter.OUT_DECEASED: "đã mất",
    Counter.OUT_DUPLICATE: "trùng người",
}
GUIDE_LABELS = {
    "agrees": "Đúng người, có mặt và đồng ý",
    "own_phone_number": "Số điện thoại là số đã đăng ký và nhận được tin nhắn",
    "app_ready": "Đã cài ứng dụng VNeID, hoặc mở vneid.gov.vn, trên máy của chính người dân",
    "requested": "Nhập số CCCD và số điện thoại, gửi yêu cầu kích hoạt",
    "otp_entered": "Người dân tự nhập mã OTP trong tin nhắn",
    "password_set": "Tự đặt mật khẩu 8–20 ký tự: có số, chữ thường, chữ hoa, ký tự đặc biệt",
    "passcode_set": "Tự đặt mã passcode 6 số",
    "questions_set": "Tự chọn 2 câu hỏi bảo mật",
    "level_2_shown": "Đăng nhập lại, thấy tài khoản mức độ 2",
}
