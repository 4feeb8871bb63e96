"""Counters of opening figures in Vietnamese."""

from vneid_field.figures.rules import ACTIVATED, Counter

OPENING_LABELS = {
    Counter.COLLECTED: "Thu nhận hồ sơ",
    Counter.ACTIVATED_APP: "Kích hoạt trên điện thoại",
    Counter.ACTIVATED_WEB: "Kích hoạt qua vneid.gov.vn",
    Counter.ACTIVATED_SELF: "Đã kích hoạt trước đó",
}
# A team collects no applications.
OF_TEAM = ACTIVATED
