"""Vietnamese words of lists."""

from collections.abc import Mapping
from datetime import datetime

from vneid_field.core.clock import to_local
from vneid_field.core.text import vn_moment, vn_number
from vneid_field.lists.kinds import DeltaGroup, HandOverState, ImportKind, ImportState

KIND_LABELS = {
    ImportKind.APPROVED_NOT_ACTIVATED: "Đã phê duyệt, chưa kích hoạt",
    ImportKind.NOT_COLLECTED: "Chưa thu nhận hồ sơ",
    ImportKind.ACTIVATED: "Đã kích hoạt (theo hệ thống quốc gia)",
    ImportKind.REJECTED: "Hồ sơ bị từ chối phê duyệt",
}
STATE_LABELS = {
    ImportState.UPLOADED: "Đang đọc",
    ImportState.READ: "Chờ quyết định",
    ImportState.APPLYING: "Đang áp dụng",
    ImportState.APPLIED: "Đã áp dụng",
    ImportState.DISCARDED: "Đã bỏ",
    ImportState.FAILED: "Không đọc được",
    ImportState.UNDOING: "Đang hoàn tác",
    ImportState.UNDONE: "Đã hoàn tác",
}
STATE_PILLS = {
    ImportState.READ: "pill-warn",
    ImportState.APPLIED: "pill-ok",
    ImportState.FAILED: "pill-bad",
}
# The four groups of the daily delta: name, what it means, before and after it is applied.
GROUP_LABELS = {
    DeltaGroup.NEW: "Người mới",
    DeltaGroup.VANISHED: "Không còn trong danh sách",
    DeltaGroup.CONTRADICTED: "Tổ báo đã kích hoạt, danh sách vẫn ghi chưa",
    DeltaGroup.MOVED: "Chuyển khu vực, ấp hoặc phường, xã",
}
GROUP_WORDS = {
    DeltaGroup.NEW: "thêm vào số chờ giao cho tổ",
    DeltaGroup.VANISHED: "hệ thống quốc gia đã ghi kích hoạt: xác nhận",
    DeltaGroup.CONTRADICTED: "bác kết quả tổ đã báo, trả lại cho tổ làm tiếp",
    DeltaGroup.MOVED: "chuyển theo danh sách",
}
GROUP_PILLS = {
    DeltaGroup.NEW: "ok",
    DeltaGroup.VANISHED: "ok",
    DeltaGroup.CONTRADICTED: "bad",
    DeltaGroup.MOVED: "warn",
}
REFUTED_WORDS = "danh sách quốc gia vẫn ghi chưa kích hoạt"
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
# Cases of `vneid-field holders --check` (lists/holders.py).
HOLDER_RULE_LABELS = {
    "two_holders": "hai nơi cùng giữ",
    "holder_differs": "nơi giữ khác tổ nhận danh sách",
    "ended_list": "còn giữ trên danh sách đã thu hồi",
    "closed_unit": "tổ đã giải thể còn giữ",
    "other_household": "nằm ở phiếu của hộ khác",
    "off_the_list": "không còn thuộc diện mà vẫn bị giữ",
    "part_of_nobody": "chia cho người không còn ở tổ",
    "wrongly_done": "dấu đã xong không khớp kết quả",
    "no_moment": "khép hoặc mở không khớp thời điểm",
    "lost": "chờ giao ở nơi không ai giao được",
    "other_path": "không nằm trong địa bàn của nơi cư trú",
}
EXAMPLE_LABELS = {
    "new": "Người mới",
    "changed": "Thay đổi",
    "rejected": "Bị loại",
    "warned": "Cảnh báo",
}


def download_mark(login_name: str, at: datetime) -> str:
    """Say who took a sheet of people and when: it stands in the sheet itself."""
    when = vn_moment(at)
    return f"Tải về bởi {login_name} lúc {when}. Có dữ liệu cá nhân: chỉ dùng để sửa và nạp lại."


def given_sentence(people: Mapping[str, int]) -> str:
    """Say what was handed over: people by name of the team that got them."""
    if len(people) == 1:
        ((team, count),) = people.items()
        return f"Đã giao {vn_number(count)} người cho {team}."
    parts = ", ".join(f"{team} ({vn_number(count)} người)" for team, count in people.items())
    total = vn_number(sum(people.values()))
    if len(people) > 3:
        return f"Đã giao {total} người cho {len(people)} tổ, số của từng tổ ở các bảng dưới."
    return f"Đã giao {total} người: {parts}."


def missing_sentence(vanished: int, held: int, share: int) -> str:
    """Say how many people a list no longer names, and what to do when that is right."""
    return (
        f"Danh sách không còn ghi tên {vn_number(vanished)} trong {vn_number(held)} người đơn vị "
        f"đang giữ ({share}%). Nếu tệp bị thiếu, hãy bỏ và tải tệp đủ lên. Nếu đúng là từng ấy "
        f"người đã kích hoạt, hãy nhập số {vanished} vào ô xác nhận rồi áp dụng."
    )


def later_sentence(unit_name: str, who: str, applied_at: datetime | None) -> str:
    """Say which later list closes the way back."""
    when = "đang được áp dụng"
    if applied_at is not None:
        local = to_local(applied_at)
        when = f"đã áp dụng lúc {vn_moment(local)}"
    return (
        f"Không hoàn tác được: {who} {when} một danh sách sau đó của {unit_name}. Chỉ lần nạp mới "
        "nhất của đơn vị hoàn tác được; hãy hoàn tác lần sau trước."
    )
