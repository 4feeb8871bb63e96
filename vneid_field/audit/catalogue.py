"""Every event the log may hold, with the keys its data may carry. Nothing else is accepted.

Values are ids, counts, codes and states: never a name, an id number, a phone or an address.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class EventKind:
    """A name, its Vietnamese label and the keys that `data` must carry, all of them."""

    label: str
    keys: frozenset[str] = frozenset()


def _kind(label: str, *keys: str) -> EventKind:
    return EventKind(label, frozenset(keys))


CATALOGUE: dict[str, EventKind] = {
    "account.login": _kind("Đăng nhập"),
    "account.login_failed": _kind("Đăng nhập không thành công", "is_throttled"),
    "account.logout": _kind("Đăng xuất"),
    "account.logout_everywhere": _kind("Đăng xuất mọi thiết bị"),
    "account.session_ended": _kind("Đăng xuất một thiết bị khác"),
    "account.password_refused": _kind("Nhập sai mật khẩu hiện tại", "is_throttled"),
    "account.password_changed": _kind("Đổi mật khẩu"),
    "account.created": _kind("Tạo tài khoản", "role", "unit_id"),
    "account.disabled": _kind("Khóa tài khoản"),
    "account.enabled": _kind("Mở lại tài khoản"),
    "account.password_reset": _kind("Cấp mật khẩu tạm"),
    "account.granted": _kind("Thêm vai trò", "role", "unit_id"),
    "account.role_taken": _kind("Thu vai trò", "role", "unit_id"),
    "account.sheet_streamed": _kind("In phiếu mật khẩu tạm", "count"),
    "keys.rewritten": _kind("Mã hóa lại dữ liệu bằng khóa mới", "count"),
    "access.refused": _kind("Truy cập bị từ chối", "endpoint", "method"),
    "campaign.created": _kind("Tạo chiến dịch", "code"),
    "campaign.changed": _kind("Sửa chiến dịch", "fields"),
    "campaign.calendar_changed": _kind("Đổi lịch chiến dịch", "ends_on", "hours"),
    "clock.moved": _kind("Chuyển giờ bản thử", "from", "to"),
    "unit.created": _kind("Thêm đơn vị", "kind", "code"),
    "unit.changed": _kind("Sửa đơn vị", "fields"),
    "unit.seeded": _kind("Nạp danh mục đơn vị", "count"),
    "unit.closed": _kind("Giải thể đơn vị", "kind", "code"),
    "team.hamlets_changed": _kind("Đổi khu vực, ấp của tổ", "added", "removed"),
    "member.added": _kind("Thêm thành viên tổ", "team_id"),
    "member.changed": _kind("Sửa thành viên tổ", "team_id", "fields"),
    "member.left": _kind("Thành viên rời tổ", "team_id"),
    "member.returned": _kind("Thành viên trở lại tổ", "team_id"),
    "letterhead.changed": _kind("Sửa thể thức văn bản", "fields"),
    "person.number_revealed": _kind("Xem số đầy đủ", "field"),
    "person.searched": _kind("Tìm công dân", "by", "count"),
    "person.state_corrected": _kind("Sửa trạng thái hồ sơ", "from", "to"),
    "correction.told": _kind("Tổ báo sửa hồ sơ", "field"),
    "correction.done": _kind("Đã cập nhật hồ sơ", "field"),
    "correction.refused": _kind("Không sửa hồ sơ", "field"),
    "household.split": _kind("Tách hộ", "count", "new_household_id"),
    "household.merged": _kind("Gộp hộ", "count", "into_household_id"),
    "quota.split": _kind("Phân bổ chỉ tiêu", "revision", "activation", "collection", "units"),
    "quota.points_set": _kind("Đặt chỉ tiêu điểm thu nhận", "revision", "a_day", "points"),
    "opening.entered": _kind("Nhập số liệu ban đầu", "counter", "on", "value"),
    "import.uploaded": _kind("Tải danh sách lên", "kind", "size"),
    "import.read": _kind("Đọc danh sách", "new", "changed", "unchanged", "rejected"),
    "import.mapped": _kind("Chỉnh cột danh sách", "fields"),
    "import.applied": _kind(
        "Áp dụng danh sách",
        *("new", "changed", "unchanged", "rejected", "confirmed", "contradicted", "moved"),
    ),
    "import.undo_asked": _kind("Yêu cầu hoàn tác cả lần nạp"),
    "import.undone": _kind("Hoàn tác cả lần nạp", "restored", "deleted", "kept"),
    "import.discarded": _kind("Bỏ danh sách"),
    "import.rejected_downloaded": _kind("Tải dòng bị loại", "count"),
    "hamlet.alias_added": _kind("Ghi nhớ cách viết khu vực/ấp", "hamlet_id"),
    "list.handed_over": _kind("Giao danh sách", "to_unit_id", "count", "purpose"),
    "list.received": _kind("Nhận danh sách", "count"),
    "list.assigned": _kind("Chia danh sách", "to_user_id", "count"),
    "list.taken_back": _kind("Thu hồi danh sách", "count"),
    "list.expired": _kind("Danh sách hết hạn, người tổ chưa đến trở về", "count", "days"),
    "list.printed": _kind("In danh sách", "count"),
    "visit.recorded": _kind("Ghi kết quả", "outcome", "citizen_id", "typed_in", "off_list"),
    "visit.undone": _kind("Hoàn tác kết quả", "citizen_id", "off_list"),
    "visit.corrected": _kind("Công an hoàn tác kết quả của tổ", "citizen_id", "team_id"),
    "visit.household_marked": _kind("Ghi cả hộ", "outcome", "count"),
    "unlisted.taken": _kind("Ghi người ngoài danh sách", "outcome", "place"),
    "unlisted.matched": _kind("Khớp người ngoài danh sách", "citizen_id", "team_id"),
    "unlisted.handed_over": _kind("Chuyển người ngoài danh sách", "to_unit_id"),
    "unlisted.rejected": _kind("Không tính người ngoài danh sách"),
    "unlisted.number_revealed": _kind("Xem số đầy đủ người ngoài danh sách", "field"),
    "review.accepted": _kind("Duyệt phiếu", "household_id", "team_id"),
    "review.returned": _kind("Trả lại phiếu", "household_id", "team_id"),
    "review.corrected": _kind("Tổ sửa phiếu", "household_id", "team_id"),
    "review.accepted_rest": _kind("Duyệt chung phần còn lại", "on", "count"),
    "review.called": _kind("Gọi kiểm tra", "team_id", "call_result"),
    "review.threshold_changed": _kind("Đổi ngưỡng duyệt phiếu", "threshold", "from", "to"),
    "absence.opened": _kind("Mở trường hợp vắng mặt", "team_id"),
    "absence.received": _kind("Nhận trường hợp vắng mặt"),
    "absence.moved": _kind("Chuyển trường hợp vắng mặt", "to_unit_id", "stage"),
    "absence.contacted": _kind("Liên hệ người vắng mặt", "contact"),
    "absence.closed": _kind("Kết thúc trường hợp vắng mặt", "close_reason"),
    "absence.reopened": _kind("Mở lại trường hợp vắng mặt", "close_reason"),
    "absence.printed": _kind("In danh sách vắng mặt", "count"),
    "report.sent": _kind("Gửi báo cáo", "kind", "period", "version", "late", "on_behalf"),
    "report.decided": _kind("Duyệt, trả lại, mở khóa báo cáo", "step", "kind", "period", "version"),
    "report.read": _kind("Đã đọc báo cáo", "kind", "period", "version"),
    "report.reminded": _kind("Nhắc báo cáo", "count"),
    "report.excused": _kind("Miễn báo cáo", "kind", "period"),
    "report.excuse_taken_back": _kind("Bỏ miễn báo cáo", "kind", "period"),
    "collection.entered": _kind("Báo kết quả 17h00", "on", "collected", "late"),
    "collection.remedy_marked": _kind("Ghi kết quả biện pháp khắc phục", "on", "done"),
    "document.made": _kind("Lập văn bản", "kind", "version"),
    "document.numbered": _kind("Ghi số văn bản", "number", "on"),
    "document.purged": _kind("Xóa văn bản theo hạn", "kind"),
    "document.downloaded": _kind("Tải văn bản", "kind", "form"),
    "export.made": _kind("Xuất bảng", "what", "count"),
}
