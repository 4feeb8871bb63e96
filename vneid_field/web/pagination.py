"""Pages of a long list: "x–y trong z", never a silent limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select

from vneid_field.extensions import db

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """`items` of page `number` (from 1), of `total` items in all."""

    items: Sequence[Item]
    number: int
    size: int
    total: int

    @property
    def first(self) -> int:
        """Number of the first item shown, 0 when empty."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last item shown."""
        return min(self.number * self.size, self.total)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))


def page_number() -> int:
    """Return ?page=, 1 when absent or wrong."""
    return max(1, request.args.get("page", 1, type=int))


def paginate(query: Select[Any], *, number: int, size: int, scalars: bool = True) -> Page[Any]:
    """Run an ordered SELECT for one page and count the whole; a page past the end is the last."""
    total = (
        db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )
    number = min(number, max(1, -(-total // size)))
    rows = db.session.execute(query.limit(size).offset((number - 1) * size))
    return Page(rows.scalars().all() if scalars else rows.all(), number, size, total)
