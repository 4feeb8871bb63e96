"""Synthetic papers of a week and of the whole drive; nobody in them exists."""

from dataclasses import replace
from datetime import date, timedelta

from tests.documents.make import DAY, make_daily_report, make_table, make_team_daily
from vneid_field.documents.papers.period_reports import DayResult, FinalReport, WeeklyReport
from vneid_field.documents.papers.police_report import ActivationPart, CollectionPart
from vneid_field.documents.papers.results import (
    Assessment,
    Progress,
    Reason,
    Timeliness,
    WeekBefore,
)
from vneid_field.documents.papers.team_forms import TeamWeekly

ASSESSMENT = Assessment(
    ("Các Tổ ra quân đúng giờ, đủ người, phối hợp tốt với cảnh sát khu vực",),
    ("Còn hộ ở nhà trọ đi làm cả ngày, phải đến nhiều lượt", "Một số Tổ gửi báo cáo trễ"),
    ("Mưa nhiều buổi chiều; mã OTP về chậm ngày 30/6",),
    ("Tổ trưởng Tổ khu vực 5 chịu trách nhiệm về các báo cáo gửi trễ",),
)


def make_timely_table(title, count=12, is_drive=False):
    """A table of a week or the drive, whose rows say how punctual they were."""
    table = make_table(count)

    def longer(part):
        if part is None or is_drive:
            return part and replace(part, in_day=part.cumulative, daily_quota=part.quota)
        return replace(part, in_day=part.in_day * 7, daily_quota=part.daily_quota * 7)

    def changed(row, **more):
        parts = {"collection": longer(row.collection), "activation": longer(row.activation)}
        return replace(row, **parts, **more)

    rows = tuple(
        changed(row, timeliness=Timeliness(6 - n % 3, n % 2, n // 5))
        for n, row in enumerate(table.rows)
    )
    return replace(table, rows=rows, total=changed(table.total), title=title)


def _period(**more):
    daily = make_daily_report()
    names = ("letterhead", "addressees", "basis", "unit_name", "not_activated", "absent")
    values = {name: getattr(daily, name) for name in names}
    values |= dict(
        assessment=ASSESSMENT,
        punctuality=Timeliness(7, 1, 0),
        table=make_timely_table("KẾT QUẢ TUẦN 28/6–04/7/2023 THEO TỔ"),
        owing=(Reason("Tổ khu vực 11", 2), Reason("Tổ khu vực 6", 1)),
        missing_units=("Tổ khu vực 5", "Tổ khu vực 7"),
        late_units=("Tổ khu vực 2",),
        made_at="09h12 ngày 05/7/2023",
        explanation="Mưa lớn ba ngày, công dân hẹn tuần sau",
        difficulties=("Hẻm 51 mất sóng từ 18h00 đến 19h00",),
        proposals=daily.proposals,
    )
    return values | more


def make_weekly_report(**overrides):
    values = _period(
        since=date(2023, 6, 28),
        covers_on=DAY,
        collection=CollectionPart(Progress(1201, 1505, 4012, 10_771)),
        activation=ActivationPart(
            Progress(1931, 1918, 5118, 13_695), app=1700, web=150, already_activated=81
        ),
        previous=WeekBefore(date(2023, 6, 21), date(2023, 6, 27), 1752, 1333, 51),
    )
    return WeeklyReport(**values | overrides)


def make_final_report(**overrides):
    first = date(2023, 6, 15)
    values = _period(
        since=first,
        covers_on=date(2023, 8, 5),
        collection=CollectionPart(Progress(10_012, 10_771, 10_012, 10_771)),
        activation=ActivationPart(
            Progress(13_801, 13_695, 13_801, 13_695), app=12_700, web=950, already_activated=151
        ),
        by_day=tuple(
            DayResult(first + timedelta(days=n), 150 + n * 37 % 211, 120 + n * 53 % 167)
            for n in range(52)
        ),
        activation_a_day=274,
        collection_a_day=215,
        table=make_timely_table("KẾT QUẢ CẢ ĐỢT THEO TỔ", is_drive=True),
        made_at="09h40 ngày 06/8/2023",
    )
    return FinalReport(**values | overrides)


def make_team_weekly(**overrides):
    form = make_team_daily()
    names = ("letterhead", "team_name", "submitted_to", "covers_on", "not_activated", "absent")
    values = {name: getattr(form, name) for name in names}
    values |= dict(
        since=date(2023, 6, 28),
        visits=431,
        persons=602,
        activation=Progress(301, 294, 801, 2100),
        app=270,
        web=20,
        already_activated=11,
        pending=11,
        previous=WeekBefore(date(2023, 6, 21), date(2023, 6, 27), 250, 0, 9),
        assessment=ASSESSMENT,
        punctuality=Timeliness(6, 1, 0),
        explanation=("Mưa lớn ba ngày",),
        difficulties=form.difficulties,
    )
    return TeamWeekly(**values | overrides)
