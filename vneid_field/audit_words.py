"""The log in words: names, roles and labels of all slices; the log itself holds ids and codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from vneid_field.absences.labels import CLOSE_LABELS, CONTACT_LABELS, LIMIT_LABELS, STAGE_LABELS
from vneid_field.accounts.labels import ROLE_LABELS
from vneid_field.accounts.models import User
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.labels import ANSWER_LABELS, EVENT_LABELS
from vneid_field.collection.labels_points import READINESS_LABELS, SESSION_FIELDS
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.core.text import vn_date, vn_moment, vn_number
from vneid_field.documents.labels import PAPER_LABELS
from vneid_field.extensions import db
from vneid_field.lists.labels import FIELD_LABELS, KIND_LABELS
from vneid_field.lists.preview import COLUMN_LABELS
from vneid_field.people.labels import STATE_LABELS
from vneid_field.reporting.labels import STEP_LABELS
from vneid_field.review.labels import CALL_LABELS, THRESHOLD_LABELS
from vneid_field.units.labels import KIND_LABELS as UNIT_KIND_LABELS
from vneid_field.units.models import Unit
from vneid_field.unlisted.labels import PLACE_LABELS
from vneid_field.visits.labels import COUNTER_LABELS, OUTCOME_LABELS

SUBJECTS = {
    "user": "Tài khoản",
    "unit": "Đơn vị",
    "team_member": "Thành viên tổ số",
    "absences": "Danh sách vắng mặt",
    "citizen": "Công dân mã",
    "household": "Hộ mã",
    "visit": "Lần đến số",
    "list_import": "Danh sách tải lên số",
    "hand_over": "Danh sách giao số",
    "unlisted": "Người ngoài danh sách số",
    "checklist_review": "Phiếu duyệt số",
    "collection_session": "Buổi thu nhận số",
    "absence_case": "Trường hợp vắng mặt số",
    "invitation": "Lời mời số",
    "collection_event": "Việc tại điểm thu nhận số",
    "transmission": "Đợt truyền hồ sơ số",
    "report": "Báo cáo số",
    "document": "Văn bản số",
    "campaign": "Chiến dịch số",
}
KEYS = {
    "is_throttled": "bị chặn vì sai nhiều lần",
    "role": "vai trò",
    "unit_id": "đơn vị",
    "count": "số lượng",
    "endpoint": "trang",
    "method": "thao tác",
    "code": "mã",
    "fields": "các mục",
    "from": "từ",
    "to": "đến",
    "kind": "loại",
    "added": "thêm",
    "done": "đã làm",
    "removed": "bớt",
    "team_id": "tổ",
    "field": "số",
    "by": "tìm theo",
    "new_household_id": "hộ mới mã",
    "into_household_id": "vào hộ mã",
    "revision": "lần",
    "activation": "kích hoạt",
    "collection": "thu nhận",
    "units": "số đơn vị",
    "ends_on": "ngày kết thúc",
    "hours": "giờ báo cáo",
    "a_day": "mỗi ngày",
    "days": "số ngày",
    "points": "số điểm",
    "counter": "chỉ số",
    "on": "ngày",
    "value": "giá trị",
    "size": "dung lượng (byte)",
    "new": "mới",
    "number": "số",
    "changed": "thay đổi",
    "unchanged": "giữ nguyên",
    "rejected": "bị loại",
    "confirmed": "được xác nhận",
    "contradicted": "bị bác",
    "moved": "chuyển nơi ở",
    "restored": "trả lại như trước",
    "deleted": "bỏ đi",
    "kept": "giữ nguyên vì đã có việc sau đó",
    "hamlet_id": "khu vực/ấp",
    "to_unit_id": "giao cho",
    "to_user_id": "chia cho",
    "purpose": "mục đích",
    "outcome": "kết quả",
    "place": "nơi gặp",
    "citizen_id": "công dân mã",
    "typed_in": "nhập thay",
    "off_list": "đến sau khi người đó rời danh sách",
    "household_id": "hộ mã",
    "period": "kỳ",
    "version": "bản",
    "step": "việc",
    "late": "trễ (phút)",
    "on_behalf": "gửi thay",
    "collected": "thu nhận",
    "form": "bản in",
    "what": "bảng",
    "call_result": "kết quả gọi",
    "threshold": "ngưỡng",
    "stage": "chặng",
    "contact": "liên hệ",
    "close_reason": "vì",
    "answer": "trả lời",
    "event_kind": "việc",
    "walk_in": "ngoài danh sách mời",
    "found": "tìm thấy",
    "expected": "dự kiến",
    "ready": "số mục sẵn sàng",
}
# Pages are named by the menu under which they stand.
PAGES = {
    "collection_day": "Thu nhận",
    "invitations": "Danh sách mời",
    "home": "Trang đầu",
    "handbook": "Cẩm nang",
    "accounts": "Tài khoản của mình",
    "accounts_admin": "Tài khoản",
    "staff": "Tài khoản từ tệp",
    "teams": "Tổ",
    "campaigns": "Chiến dịch",
    "documents": "Văn bản",
    "letterheads": "Thể thức văn bản",
    "people": "Công dân",
    "households": "Tách, gộp hộ",
    "field_corrections": "Cần cập nhật hồ sơ",
    "telling": "Báo sửa thông tin",
    "quotas": "Chỉ tiêu",
    "lists": "Danh sách",
    "imports": "Nạp danh sách",
    "type_in": "Nhập thay",
    "visits": "Hộ",
    "tally": "Việc của tôi",
    "review": "Duyệt phiếu",
    "review_rates": "Tỷ lệ của tổ",
    "review_thresholds": "Ngưỡng duyệt phiếu",
    "review_minutes": "Biên bản kiểm tra",
    "unlisted": "Người ngoài danh sách",
    "reporting": "Báo cáo",
    "decisions": "Duyệt báo cáo",
    "excuses": "Miễn báo cáo",
    "timeliness": "Chấp hành giờ báo cáo",
    "point_board": "Kết quả thu nhận 17h00",
    "boards": "Tiến độ",
    "commendations": "Đề nghị khen thưởng",
    "audit": "Nhật ký",
    "openings": "Số liệu ban đầu",
    "absences": "Vắng mặt",
    "absence_limits": "Ngưỡng của việc vắng mặt",
    "calls": "Vắng mặt",
    "support": "Tổ hỗ trợ",
    "sessions": "Lịch thu nhận lưu động",
    "readiness": "Sẵn sàng của điểm thu nhận",
    "transmissions": "Truyền hồ sơ",
}
REPORT_KINDS = {
    "daily": "báo cáo ngày",
    "collection": "kết quả thu nhận",
    "weekly": "báo cáo tuần",
    "final": "báo cáo tổng kết",
}
_FIELDS = {
    "phone": "điện thoại",
    "field_phone": "điện thoại mới ghi tại nhà",
    "citizen_id": "số CCCD",
    "address": "địa chỉ",
    "household": "hộ",
    "name": "tên",
    "full_name": "họ tên",
    "plan_title": "căn cứ",
    "subtype": "loại tổ",
    "expire_untouched_days": "số ngày tổ giữ người chưa đến",
    "keep_people_days": "số ngày giữ dữ liệu tổ ghi về người dân",
    "only_own_part": "mỗi người chỉ thấy phần của mình",
    "union": "đoàn thể",
    "knows_it": "biết công nghệ",
    "trained_on": "ngày tập huấn",
    "is_leader": "tổ trưởng",
    "superior_organ": "cơ quan chủ quản",
    "organ": "cơ quan ban hành",
    "symbol": "ký hiệu",
    "place": "nơi ký",
    "desk_place": "nơi làm việc",
    "desk_hours": "giờ làm việc",
    "signer_title": "chức vụ người ký",
    "signer_rank": "cấp bậc người ký",
    "signer_name": "người ký",
}
_COLLECTION_FIELDS: Mapping[Any, str] = {**SESSION_FIELDS, **READINESS_LABELS}
_PLAIN = {
    "GET": "xem",
    "POST": "gửi, sửa",
    "activate": "kích hoạt",
    "invite": "mời thu nhận",
    "absent": "vắng mặt",
    "blank": "chưa điền số, ngày",
}
# Codes that mean the same whatever the event, in one table: enums do not share a value here.
VALUES: Mapping[str, Mapping[Any, str]] = {
    "role": ROLE_LABELS,
    "kind": {**KIND_LABELS, **PAPER_LABELS, **UNIT_KIND_LABELS, **REPORT_KINDS},
    "from": STATE_LABELS,
    "to": STATE_LABELS,
    "outcome": OUTCOME_LABELS,
    "step": STEP_LABELS,
    "call_result": CALL_LABELS,
    "threshold": {
        name: words[0].lower() for name, words in {**THRESHOLD_LABELS, **LIMIT_LABELS}.items()
    },
    "place": PLACE_LABELS,
    "counter": COUNTER_LABELS,
    "stage": STAGE_LABELS,
    "contact": CONTACT_LABELS,
    "close_reason": CLOSE_LABELS,
    "answer": ANSWER_LABELS,
    "event_kind": EVENT_LABELS,
    "what": {
        "board": "tiến độ",
        "obligations": "việc phải làm",
        "timeliness": "chấp hành giờ báo cáo",
        "invitations": "danh sách mời",
        "absence_ages": "thời gian giữ người vắng mặt",
    },
    "by": {"citizen_id": "số CCCD", "phone": "số điện thoại", "name": "tên"},
    "field": _FIELDS,
    "fields": {**COLUMN_LABELS, **FIELD_LABELS, **_FIELDS, **_COLLECTION_FIELDS},
}
_UNITS = frozenset({"unit_id", "team_id", "to_unit_id", "hamlet_id", "added", "removed"})
_IDS = frozenset({"citizen_id", "household_id", "new_household_id", "into_household_id"})


@dataclass(frozen=True)
class Words:
    """What the viewer shows of one event."""

    who: str
    subject: str
    details: tuple[tuple[str, str], ...]


def word_events(events: Sequence[AuditEvent]) -> dict[int, Words]:
    """Return the words of a page of events by event id: two SELECTs for all names."""
    users, units = _names(events)
    return {
        one.id: Words(
            _who(one, users),
            _subject(one, users, units),
            tuple(
                (KEYS.get(key, key), _value(key, value, users, units))
                for key, value in one.data.items()
            ),
        )
        for one in events
    }


def _whole(value: object) -> list[int]:
    found: list[Any] = value if isinstance(value, list) else [value]
    return [int(one) for one in found if str(one).isdigit()]


def _names(events: Sequence[AuditEvent]) -> tuple[dict[int, str], dict[int, str]]:
    user_ids, unit_ids = set[int](), set[int]()
    for one in events:
        user_ids.update(_whole(one.actor_id), _whole(one.data.get("to_user_id")))
        if one.subject_kind == "user":
            user_ids.update(_whole(one.subject_id))
        if one.subject_kind == "unit":
            unit_ids.update(_whole(one.subject_id))
        for key in _UNITS & set(one.data):
            unit_ids.update(_whole(one.data[key]))
    users = select(User.id, User.display_name).where(User.id.in_(user_ids))
    units = select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return (
        {row[0]: row[1] for row in db.session.execute(users)},
        {row[0]: row[1] for row in db.session.execute(units)},
    )


def _who(one: AuditEvent, users: Mapping[int, str]) -> str:
    login, _, role = one.actor_label.partition(" (")
    role = role.rstrip(")")
    if one.actor_id is None:
        return "Hệ thống" if login == "system" else login
    label = ROLE_LABELS[Role(role)] if role in set(Role) else role
    name = users.get(one.actor_id, "")
    return " · ".join(filter(None, (name, login, label)))


def _subject(one: AuditEvent, users: Mapping[int, str], units: Mapping[int, str]) -> str:
    if not one.subject_kind:
        return ""
    label = SUBJECTS.get(one.subject_kind, one.subject_kind)
    names = {"user": users, "unit": units}.get(one.subject_kind, {})
    named = names.get(int(one.subject_id)) if one.subject_id.isdigit() else None
    return named or f"{label} {one.subject_id}"


def _value(key: str, value: Any, users: Mapping[int, str], units: Mapping[int, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_value(key, one, users, units) for one in value) or "không"
    if isinstance(value, bool):
        return "có" if value else "không"
    if value is None:
        return "cả tổ" if key == "to_user_id" else "không"
    if key == "endpoint":
        return PAGES.get(str(value).partition(".")[0], "trang khác")
    names = units if key in _UNITS else users if key == "to_user_id" else {}
    if isinstance(value, int):
        return names.get(value) or (str(value) if key in _IDS else vn_number(value))
    text = str(value)
    return VALUES.get(key, {}).get(text) or _PLAIN.get(text) or _moment(text)


def _moment(text: str) -> str:
    """A day or an instant as people write it; anything else as it stands."""
    readers: tuple[Callable[[str], Any], ...] = (date.fromisoformat, datetime.fromisoformat)
    for read in readers:
        try:
            found = read(text)
        except ValueError:
            continue
        if isinstance(found, datetime):
            there = clock.to_local(found)
            return vn_moment(there)
        return vn_date(found)
    return text
