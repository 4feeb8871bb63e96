"""Menus: entries that create_app registers, drawn only when the person may open them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from vneid_field.web.access import may_open


@dataclass(frozen=True)
class MenuEntry:
    """One entry; `blueprints` are the blueprints under which it is the current one."""

    label: str
    endpoint: str
    icon: str
    blueprints: tuple[str, ...] = ()
    badge: Callable[[], int] | None = None


@dataclass(frozen=True)
class NavItem:
    """What the layouts draw."""

    label: str
    url: str
    icon: str
    is_current: bool
    badge: int


def items(entries: Sequence[MenuEntry]) -> list[NavItem]:
    """Return the entries that the person may open."""
    return [
        NavItem(
            entry.label,
            url_for(entry.endpoint),
            entry.icon,
            request.endpoint == entry.endpoint or request.blueprint in entry.blueprints,
            entry.badge() if entry.badge else 0,
        )
        for entry in entries
        if entry.endpoint in current_app.view_functions and may_open(entry.endpoint)
    ]


def init_navigation(app: Flask, context: Callable[[], dict[str, object]]) -> None:
    """Give every template the shell's context; `context` is made by create_app."""
    app.context_processor(context)
