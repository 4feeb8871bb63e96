"""Vietnamese words of the review: standings, flags, thresholds, answers to a call."""

from collections.abc import Callable
from datetime import datetime

from vneid_field.core import clock
from vneid_field.core.text import vn_count2, vn_moment, vn_number, vn_time
from vneid_field.review.flags import BURST_S, Flag
from vneid_field.review.kinds import CallResult, FlagKind
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
FLAG_LABELS = {
    FlagKind.CONTRADICTED: "Danh sách sau ghi chưa kích hoạt",
    FlagKind.SHARED_PHONE: "Một số điện thoại mới cho nhiều hộ",
    FlagKind.BURST: "Nhiều kích hoạt trong một phút",
    FlagKind.PACE: "Kích hoạt sát giờ hộ trước",
    FlagKind.CONTACT_RATE: "Gần như nhà nào cũng gặp",
    FlagKind.NIGHT: "Ghi kết quả ban đêm",
    FlagKind.SKEW: "Đồng hồ điện thoại lệch",
}
CALL_LABELS = {
    CallResult.CONFIRMED: "Xác nhận đã kích hoạt",
    CallResult.DENIED: "Nói chưa kích hoạt",
    CallResult.NO_ANSWER: "Không gặp",
    CallResult.WRONG_NUMBER: "Sai số",
    CallResult.DECLINED: "Không muốn trả lời",
}
CALL_PILLS = {CallResult.CONFIRMED: "pill-ok", CallResult.DENIED: "pill-bad"}
# Name, what it is counted in, what it means.
THRESHOLD_LABELS = {
    "burst_activations": (
        "Kích hoạt trong 60 giây",
        "kết quả",
        "Một người ghi từ bấy nhiêu kết quả kích hoạt trong 60 giây thì các phiếu ấy có dấu hiệu. "
        "0: tắt.",
    ),
    "pace_seconds": (
        "Kích hoạt sau hộ trước",
        "giây",
        "Một người ghi kích hoạt (có hướng dẫn) ở một hộ khi chưa đủ bấy nhiêu giây sau kết quả ở "
        "hộ trước. 0: tắt.",
    ),
    "contact_percent": (
        "Tỷ lệ gặp trong ngày",
        "%",
        "Trong ngày một người gặp được từ bấy nhiêu phần trăm số người đã đến tìm. 0: tắt.",
    ),
    "contact_people": (
        "Chỉ xét tỷ lệ gặp khi đã tìm từ",
        "người",
        "Đi tìm ít hơn thì gặp hết cũng là chuyện thường.",
    ),
    "shared_phone_households": (
        "Một số điện thoại mới cho",
        "hộ",
        "Cùng một số mới được ghi tại nhà cho người của từ bấy nhiêu hộ. Trong một hộ dùng chung "
        "số là chuyện thường. 0: tắt.",
    ),
    "night_from": (
        "Ban đêm, từ",
        "giờ",
        "Kết quả ghi từ giờ này trở đi. 24: tắt.",
    ),
    "night_until": (
        "Sáng sớm, trước",
        "giờ",
        "Kết quả ghi trước giờ này. 0: tắt.",
    ),
    "skew_minutes": (
        "Đồng hồ điện thoại lệch quá",
        "phút",
        "So với giờ máy chủ lúc gửi. Gửi chậm vì mất sóng không tính là lệch. 0: tắt.",
    ),
    "sample_percent": (
        "Mẫu kiểm tra ngẫu nhiên",
        "% số phiếu",
        "Mỗi ngày mỗi phường, xã rút ngẫu nhiên bấy nhiêu phần trăm số phiếu để xem từng phiếu.",
    ),
    "sample_minimum": (
        "Mẫu ít nhất",
        "phiếu",
        "Ngày ít phiếu vẫn xem ít nhất bấy nhiêu phiếu (hoặc tất cả).",
    ),
}


def say_moment(instant: datetime) -> str:
    """Return "19h02 ngày 04/7/2023"."""
    local = clock.to_local(instant)
    return vn_moment(local)


def _hour(instant: datetime | None) -> str:
    return vn_time(clock.to_local(instant)) if instant else ""


_SENTENCES: dict[FlagKind, Callable[[Flag], str]] = {
    FlagKind.CONTRADICTED: lambda f: (
        f"Danh sách nạp {f'lúc {say_moment(f.at)}' if f.at else 'sau đó'} vẫn ghi chưa kích hoạt: "
        f"{vn_count2(f.found)} người trong phiếu này."
    ),
    FlagKind.SHARED_PHONE: lambda f: (
        f"Một số điện thoại mới được ghi cho người của {vn_count2(f.found)} hộ khác nhau (ngưỡng "
        f"{vn_number(f.limit)} hộ)."
    ),
    FlagKind.BURST: lambda f: (
        f"Một người ghi {vn_count2(f.found)} kết quả kích hoạt trong {BURST_S} giây, từ "
        f"{_hour(f.at)} (ngưỡng {vn_number(f.limit)})."
    ),
    FlagKind.PACE: lambda f: (
        f"Kích hoạt ghi lúc {_hour(f.at)}, chỉ {vn_number(f.found)} giây sau kết quả ở hộ khác "
        f"(ngưỡng {vn_number(f.limit)} giây)."
    ),
    FlagKind.CONTACT_RATE: lambda f: (
        f"Người đi gặp được {vn_count2(f.found)}/{vn_count2(f.of)} người đã đến tìm trong ngày "
        f"(ngưỡng {vn_number(f.limit)}%)."
    ),
    FlagKind.NIGHT: lambda f: (
        f"{vn_count2(f.found)} kết quả ghi ban đêm, lúc {_hour(f.at)} (ngoài giờ làm việc "
        f"{f.of:02d}h00–{f.limit:02d}h00)."
    ),
    FlagKind.SKEW: lambda f: (
        f"Đồng hồ điện thoại lệch {vn_number(f.found)} phút so với máy chủ (ngưỡng "
        f"{vn_number(f.limit)} phút)."
    ),
}


def say_flag(flag: Flag) -> str:
    """Return the reason in a sentence with its numbers and the threshold it met."""
    return _SENTENCES[flag.kind](flag)


OTHER_REMARK = "lý do khác, ghi trên phiếu"


def name_remark(remark: str) -> str:
    """Return what a paper calls a remark: a ready sentence as it is, anything written by hand by
    one name alone, for it may hold a citizen's.
    """
    if remark in QUICK_REMARKS:
        return remark.rstrip(".")
    if remark.startswith(DENIED_HEAD):
        return "gọi kiểm tra, người dân nói chưa kích hoạt"
    return OTHER_REMARK


DENIED_HEAD = "Công an gọi điện lúc "


def say_denied(instant: datetime, born: int | None) -> str:
    """Return the prepared remark after somebody said "not activated": no name, the team may hold
    the list no more and still reads what concerns its work.
    """
    who = f"một người sinh {born}" if born else "một người"
    return (
        f"{DENIED_HEAD}{say_moment(instant)}: {who} trong hộ nói chưa kích hoạt. Hãy đến "
        "lại và ghi đúng kết quả."
    )
