"""Day-by-day bars as coordinates: one macro draws them on the page and in a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 260, 52, 26, 18


@dataclass(frozen=True)
class Bar:
    """A day: its rectangle, its number, and whether it is the day shown."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int
    is_current: bool
    has_label: bool


@dataclass(frozen=True)
class Chart:
    """Everything a macro needs; the numbers stand in a table for screen readers too."""

    bars: list[Bar]
    quota: int
    quota_y: float | None
    top_value: int
    title: str
    height: int = HEIGHT

    @property
    def axis_y(self) -> int:
        """Where zero lies."""
        return self.height - BOTTOM


def day_chart(
    title: str,
    days: Sequence[tuple[str, int]],
    quota: int,
    current: int | None = None,
    height: int = HEIGHT,
) -> Chart:
    """Return a chart of (label, value) per day; `current` is the index of the day shown."""
    highest = max([value for _label, value in days] + [quota, 1])
    inner_height = height - BOTTOM - TOP
    step = (WIDTH - LEFT - 8) / max(1, len(days))
    every = max(1, -(-len(days) // 7))

    def y_of(value: int) -> float:
        return round(TOP + inner_height * (1 - max(0, value) / highest), 1)

    bars = [
        Bar(
            x=round(LEFT + index * step + step * 0.12, 1),
            y=y_of(value),
            width=round(step * 0.76, 1),
            height=round(TOP + inner_height - y_of(value), 1),
            label=label,
            value=value,
            is_current=index == current,
            has_label=(len(days) - 1 - index) % every == 0,
        )
        for index, (label, value) in enumerate(days)
    ]
    return Chart(bars, quota, y_of(quota) if quota else None, highest, title, height)
