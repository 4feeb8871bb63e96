"""Template filters: numbers, days and instants as the plan writes them."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from flask import Flask

from vneid_field.core import clock, text


def local_time(instant: datetime | None) -> str:
    """An instant as "17h05"."""
    return text.vn_time(clock.to_local(instant)) if instant else ""


def local_day(instant: datetime | None) -> str:
    """An instant as "05/7"."""
    return text.vn_day(clock.to_local(instant).date()) if instant else ""


def local_moment(instant: datetime | None) -> str:
    """An instant as "17h05 ngày 05/7/2023"."""
    if instant is None:
        return ""
    there = clock.to_local(instant)
    return text.vn_moment(there)


def local_end(instant: datetime | None) -> str:
    """An instant that closes a day as the plan writes it: "24h00 ngày 05/8/2023"."""
    if instant is None:
        return ""
    there = clock.to_local(instant)
    if there.hour or there.minute:
        return local_moment(instant)
    return f"24h00 ngày {text.vn_date(there.date() - timedelta(days=1))}"


def age_in_days(day: date | None) -> int | None:
    """Days from a civil day to today."""
    return None if day is None else (clock.today() - day).days


def init_filters(app: Flask) -> None:
    """Register the filters, and the id that a form carries for a browser without script."""
    app.add_template_global(uuid4, "new_uuid")
    for function in (local_time, local_day, local_moment, local_end, age_in_days):
        app.add_template_filter(function)
    for name in (
        "vn_number",
        "vn_percent",
        "vn_count2",
        "vn_day",
        "vn_date",
        "vn_date_prose",
        "vn_weekday",
        "vn_time",
        "vn_duration",
        "mask_phone",
    ):
        app.add_template_filter(getattr(text, name), name)
