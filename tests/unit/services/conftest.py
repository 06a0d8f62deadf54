"""The services on fakes."""

import pytest

from tests.parley import World


@pytest.fixture
def world() -> World:
    """A Parley of its own for each test."""
    return World()
