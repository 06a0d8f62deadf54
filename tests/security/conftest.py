"""The services on fakes, and the whole backend where nothing depends on which history it has."""

import pytest

from tests.parley import World
from tests.system import System


@pytest.fixture
def world() -> World:
    """A Parley on fakes of its own for each test."""
    return World()


@pytest.fixture
def parley(parley_without_cassandra: System) -> System:
    """The one that starts sooner."""
    return parley_without_cassandra
