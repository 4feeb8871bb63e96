"""The phone's household, as in the tests of visits."""

from tests.visits.conftest import home

__all__ = ["home"]
