"""Roles in Vietnamese."""

from vneid_field.core.access import Role

ROLE_LABELS = {
    Role.VOLUNTEER: "Thành viên tổ",
    Role.TEAM_LEADER: "Tổ trưởng",
    Role.COLLECTION_OFFICER: "Cán bộ điểm thu nhận",
    Role.COMMUNE_POLICE: "Công an cấp xã",
    Role.BEAT_OFFICER: "Cảnh sát khu vực",
    Role.COMMUNE_COMMITTEE: "UBND cấp xã",
    Role.DISTRICT_POLICE: "Công an cấp huyện",
    Role.DISTRICT_COMMITTEE: "UBND cấp huyện",
    Role.CITY_POLICE: "Công an thành phố",
    Role.CITY_COMMITTEE: "UBND thành phố",
    Role.ADMINISTRATOR: "Quản trị hệ thống",
}
