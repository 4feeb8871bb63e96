"""Boards in Vietnamese: how rows may be sorted, what the papers are called."""

# In a sentence: "Xếp theo …"; the keys are the page's ?sort=.
ORDER_WORDS = {
    "order": "thứ tự đơn vị",
    "in_day": "kích hoạt trong ngày",
    "cumulative": "kích hoạt lũy kế",
    "percent": "% chỉ tiêu giao",
    "collected": "thu nhận lũy kế",
    "absent": "số vắng mặt",
    "rank": "thứ hạng",
}
TABLE, RANKING = "Bảng tiến độ", "Bảng xếp hạng"
_ACCOUNTS = "kích hoạt tài khoản định danh điện tử"
# By whether the rows collect applications.
TABLE_HEADS = {True: f"{TABLE} thu nhận hồ sơ và {_ACCOUNTS}", False: f"{TABLE} {_ACCOUNTS}"}
RANKING_HEAD = f"{RANKING} kết quả {_ACCOUNTS}"
