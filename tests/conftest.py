"""Fixtures that every test may use. Databases come from the migrations (tests/databases.py)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask

from tests.databases import START, drop_database, make_app, new_database
from tests.make.world import PASSWORD, World
from tests.pages import Pages
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db

# Parametrizes `app`: services, queries and migrations are shown on both databases.
on_both = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on a copy of the founded world; the clock stands at START."""
    url = new_database(getattr(request, "param", "sqlite"))
    application = make_app(url)
    with clock.frozen(START):
        yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The founded world inside an application context that may write."""
    with app.app_context(), writing():
        yield World()
        db.session.rollback()


@pytest.fixture
def arrange(app: Flask) -> Callable[[], AbstractContextManager[World]]:
    """Return `with arrange() as world:` for tests over HTTP: commits, and leaves the context.

    A request inside an open context would share its `g` with every other request.
    """

    @contextmanager
    def step() -> Iterator[World]:
        with app.app_context(), writing():
            yield World()
            db.session.commit()

    return step


@pytest.fixture
def login(app: Flask) -> Callable[[str], Pages]:
    """Return a function that logs somebody in over HTTP and gives their browser."""

    def open_pages(login_name: str) -> Pages:
        pages = Pages(app)
        pages.post("/login", login_name=login_name, password=PASSWORD)
        pages.get("/account")  # the session is new, and so is its token
        return pages

    return open_pages
