"""Vietnamese words of the way to approval."""

from vneid_field.collection.transmission_kinds import TransmissionEnd

END_LABELS = {
    None: "Chờ kết quả",
    TransmissionEnd.APPROVED: "Đã phê duyệt",
    TransmissionEnd.REJECTED: "Bị từ chối",
    TransmissionEnd.TAKEN_BACK: "Đã thu hồi",
    TransmissionEnd.LEFT: "Không còn thuộc diện",
}
END_PILLS = {
    TransmissionEnd.APPROVED: "pill-ok",
    TransmissionEnd.REJECTED: "pill-bad",
    None: "pill-warn",
}
