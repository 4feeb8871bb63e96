"""Vietnamese words of the review."""

from vneid_field.review.rules import Standing

STANDING_LABELS = {
    Standing.WAITING: "Chờ duyệt",
    Standing.CORRECTED: "Tổ đã sửa, chờ duyệt lại",
    Standing.RETURNED: "Đã trả lại tổ",
    Standing.ACCEPTED: "Đã duyệt",
}
STANDING_PILLS = {
    Standing.WAITING: "pill-warn",
    Standing.CORRECTED: "pill-info",
    Standing.RETURNED: "pill-bad",
    Standing.ACCEPTED: "pill-ok",
}
# One tap: what commune police most often ask a team to mend.
QUICK_REMARKS = (
    "Gọi lại, người dân nói chưa kích hoạt.",
    "Ghi vắng mặt nhưng gọi được, hãy đến lại.",
    "Số điện thoại sai, hãy hỏi lại.",
    "Ghi nhầm người trong hộ.",
)
