"""Vietnamese words of the absent loop."""

from vneid_field.absences.kinds import CloseReason, ContactOutcome, Leave, Stage
from vneid_field.visits.kinds import Outcome

STAGE_LABELS = {
    Stage.FOUND: "Tổ ghi, chưa gửi",
    Stage.COMMUNE: "Chờ cấp xã tổng hợp",
    Stage.DISTRICT: "Chờ phân công",
    Stage.WORK: "Tổ đang liên hệ",
    Stage.ELSEWHERE: "Nơi khác nhận",
    Stage.BACK: "Về tổ, chờ ngày về",
}
STAGE_PILLS = {
    Stage.FOUND: "pill-grey",
    Stage.COMMUNE: "pill-warn",
    Stage.DISTRICT: "pill-warn",
    Stage.WORK: "pill-info",
    Stage.ELSEWHERE: "pill-info",
    Stage.BACK: "pill-grey",
}
CLOSE_LABELS = {
    CloseReason.ACTIVATED: "Đã kích hoạt",
    CloseReason.MET: "Đã gặp, có kết quả khác",
    CloseReason.WITHDRAWN: "Tổ hoàn tác kết quả vắng mặt",
    CloseReason.LEFT: "Không còn thuộc danh sách",
    CloseReason.DUPLICATE: "Trùng trong danh sách vắng mặt",
    CloseReason.OUTSIDE: "Ở ngoài thành phố",
    CloseReason.UNREACHABLE: "Không liên lạc được",
}
CONTACT_LABELS = {
    ContactOutcome.NO_ANSWER: "Gọi không nghe máy",
    ContactOutcome.WRONG_NUMBER: "Số không đúng, không liên lạc được",
    ContactOutcome.CALL_AGAIN: "Hẹn gọi lại",
    ContactOutcome.BACK_ON: "Hẹn ngày về, trả lại tổ",
    ContactOutcome.ELSEWHERE: "Đang ở nơi khác trong thành phố",
    ContactOutcome.OUTSIDE: "Ở ngoài thành phố",
    ContactOutcome.UNREACHABLE: "Không liên lạc được, kết thúc",
    ContactOutcome.RESULT: "Kết quả",
}
LEAVE_LABELS = {
    Leave.SENT: "chuyển tiếp",
    Leave.DECLINED: "không nhận",
    Leave.RECALLED: "rút lại đề nghị",
    Leave.FOLLOWED: "tổ ghi vắng mặt lần nữa",
    Leave.CLOSED: "kết thúc",
}
# What a support team can bring about by phone and on the web: visits of their own (section 7).
ACTIVATIONS = (Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB, Outcome.ALREADY_ACTIVATED)
REACHED = (
    Outcome.REFUSED,
    Outcome.PHONE_MISMATCH,
    Outcome.NO_PHONE_OR_SIM,
    Outcome.OTP_NOT_RECEIVED,
    Outcome.DEVICE_UNSUPPORTED,
    Outcome.CANNOT_SELF_OPERATE,
    Outcome.SYSTEM_ERROR,
    Outcome.NOT_APPROVED,
    Outcome.DATA_MISMATCH,
)
# Label, measure, meaning of the campaign's numbers for the loop.
LIMIT_LABELS = {
    "absence_tries": (
        "Không liên lạc được sau",
        "lần",
        "Đủ bấy nhiêu lần liên hệ không gặp thì trường hợp mới được kết thúc là “Không liên lạc "
        "được”. Từ 1 đến 10 lần.",
    ),
    "absence_work_days": (
        "Thời hạn của tổ được phân công",
        "ngày",
        "Tổ hỗ trợ có bấy nhiêu ngày, tính từ hôm được giao, đến 17h00 ngày cuối; quá hạn thì "
        "trường hợp hiện ở cột Quá hạn. Từ 1 đến 14 ngày.",
    ),
}
