"""Numbers in addresses: an id that no column can hold is a page that does not exist."""

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**31 - 1  # PostgreSQL's integer


class IdConverter(IntegerConverter):
    """`<int:…>` up to the largest id."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})  # type: ignore[arg-type]


def init_converters(app: Flask) -> None:
    """Let every `<int:…>` be bounded; before any blueprint is registered."""
    app.url_map.converters["int"] = IdConverter
