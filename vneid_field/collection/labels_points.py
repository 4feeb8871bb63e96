"""Sessions and readiness of collection points in Vietnamese."""

from vneid_field.collection.kinds import PlaceKind, PointStanding, ReadinessItem

PLACE_KIND_LABELS = {
    PlaceKind.SCHOOL: "Trường học",
    PlaceKind.INDUSTRIAL_ZONE: "Khu công nghiệp",
    PlaceKind.APARTMENTS: "Khu chung cư",
    PlaceKind.MALL: "Trung tâm thương mại",
    PlaceKind.HOME: "Thu nhận tại nhà",
    PlaceKind.OTHER: "Nơi khác",
}
READINESS_LABELS = {
    ReadinessItem.EQUIPMENT: "Bộ máy thu nhận",
    ReadinessItem.COMPUTERS: "Máy tính",
    ReadinessItem.NETWORK: "Đường truyền",
    ReadinessItem.STAFF: "Cán bộ",
    ReadinessItem.TRAINED: "Đã tập huấn",
    ReadinessItem.ROOM: "Phòng, bàn ghế, biển chỉ dẫn",
    ReadinessItem.POWER: "Điện, nguồn dự phòng",
}
# As narrow columns and chips hold them.
READINESS_SHORT = READINESS_LABELS | {
    ReadinessItem.ROOM: "Phòng",
    ReadinessItem.POWER: "Điện",
    ReadinessItem.TRAINED: "Tập huấn",
}
STANDING_LABELS = {
    PointStanding.READY: "Sẵn sàng",
    PointStanding.LACKING: "Còn thiếu",
    PointStanding.UNCHECKED: "Chưa kiểm đủ",
}
# What is counted where a number means something.
QUANTITY_WORDS = {
    ReadinessItem.EQUIPMENT: "bộ",
    ReadinessItem.COMPUTERS: "máy",
    ReadinessItem.STAFF: "người",
    ReadinessItem.TRAINED: "người",
}
SESSION_FIELDS = {
    "on_day": "ngày",
    "from_minute": "giờ bắt đầu",
    "to_minute": "giờ kết thúc",
    "place_kind": "loại nơi",
    "place": "địa điểm",
    "partner": "đơn vị phối hợp",
    "expected": "số người dự kiến",
    "units": "địa bàn được mời",
}


def hour_text(minute: int) -> str:
    """Return minutes from midnight as the plan writes an hour: "07h30"."""
    return f"{minute // 60:02d}h{minute % 60:02d}"


def hours_text(from_minute: int, to_minute: int) -> str:
    """Return "07h30–11h00"."""
    return f"{hour_text(from_minute)}–{hour_text(to_minute)}"
