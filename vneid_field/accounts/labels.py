"""Roles in Vietnamese, and what login names begin with."""

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
# "totruong.31120.1": what a login name made from a unit's code begins with.
LOGIN_STEMS = {
    Role.VOLUNTEER: "tinhnguyen",
    Role.TEAM_LEADER: "totruong",
    Role.COLLECTION_OFFICER: "diem",
    Role.COMMUNE_POLICE: "congan",
    Role.BEAT_OFFICER: "canhsat",
    Role.COMMUNE_COMMITTEE: "ubnd",
    Role.DISTRICT_POLICE: "congan",
    Role.DISTRICT_COMMITTEE: "ubnd",
    Role.CITY_POLICE: "congan",
    Role.CITY_COMMITTEE: "ubnd",
    Role.ADMINISTRATOR: "quantri",
}
_SYSTEM_LABELS = {
    "android": "Điện thoại Android",
    "iphone": "iPhone",
    "ipad": "iPad",
    "windows": "Máy tính Windows",
    "mac": "Máy tính Mac",
    "linux": "Máy tính Linux",
}
_BROWSER_LABELS = {
    "zalo": "Zalo",
    "coccoc": "Cốc Cốc",
    "edge": "Edge",
    "opera": "Opera",
    "samsung": "Samsung Internet",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}
# Other ways to write a role in a spreadsheet, without accents.
ROLE_SPELLINGS = {
    "thanh vien": Role.VOLUNTEER,
    "tinh nguyen vien": Role.VOLUNTEER,
    "to vien": Role.VOLUNTEER,
    "diem thu nhan": Role.COLLECTION_OFFICER,
    "cong an xa": Role.COMMUNE_POLICE,
    "cong an phuong": Role.COMMUNE_POLICE,
    "cong an thi tran": Role.COMMUNE_POLICE,
    "cong an vien": Role.BEAT_OFFICER,
    "ubnd xa": Role.COMMUNE_COMMITTEE,
    "ubnd phuong": Role.COMMUNE_COMMITTEE,
    "ubnd thi tran": Role.COMMUNE_COMMITTEE,
    "cong an quan": Role.DISTRICT_POLICE,
    "cong an huyen": Role.DISTRICT_POLICE,
    "ubnd quan": Role.DISTRICT_COMMITTEE,
    "ubnd huyen": Role.DISTRICT_COMMITTEE,
    "quan tri": Role.ADMINISTRATOR,
}


def device_label(device: str) -> str:
    """Return "Điện thoại Android, Chrome" for "android/chrome"."""
    system, _, browser = device.partition("/")
    words = (_SYSTEM_LABELS.get(system, "Thiết bị khác"), _BROWSER_LABELS.get(browser, ""))
    return ", ".join(word for word in words if word)
