"""Papers in Vietnamese."""

from vneid_field.documents.kinds import PDF, XLSX, PaperKind

PAPER_LABELS = {
    PaperKind.TEAM_DAILY: "Phiếu báo cáo ngày của tổ",
    PaperKind.TEAM_WEEKLY: "Phiếu báo cáo tuần của tổ",
    PaperKind.DAILY_REPORT: "Báo cáo ngày",
    PaperKind.WEEKLY_REPORT: "Báo cáo tuần",
    PaperKind.FINAL_REPORT: "Báo cáo tổng kết",
    PaperKind.ABSENT_LIST: "Danh sách vắng mặt",
    PaperKind.QUOTA_TABLE: "Bảng phân bổ chỉ tiêu",
    PaperKind.BOARD: "Bảng tiến độ",
    PaperKind.RANKING: "Bảng xếp hạng",
    PaperKind.COMMENDATION: "Tờ trình đề nghị khen thưởng",
    PaperKind.REVIEW_MINUTES: "Biên bản kiểm tra phiếu",
    PaperKind.WALK_LIST: "Danh sách kích hoạt",
    PaperKind.SESSION_SCHEDULE: "Lịch thu nhận lưu động",
    PaperKind.REJECTED_ROWS: "Dòng bị loại",
    PaperKind.INTAKE_SLIP: "Phiếu tiếp nhận danh sách",
}
MEDIA_LABELS = {PDF: "PDF", XLSX: "Excel"}
