"""A Parley whose history is where the test says."""

from functools import partial
from typing import Final

import pytest

from tests.integration.test_flush import Stored, in_cassandra, in_mongodb
from tests.system import System

_FIXTURES: Final = {"cassandra": "parley", "mongodb": "parley_without_cassandra"}
_ON_EITHER: Final = frozenset(("test_chat", "test_flush"))
"""Modules of what holds wherever the history is."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of these modules on both histories."""
    if "parley" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in _ON_EITHER:
        metafunc.parametrize("parley", list(_FIXTURES), indirect=True)


@pytest.fixture
def parley(request: pytest.FixtureRequest) -> System:
    """The run's own Parley, or the one without Cassandra."""
    system: System = request.getfixturevalue(_FIXTURES[getattr(request, "param", "cassandra")])
    return system


@pytest.fixture
def stored(parley: System, request: pytest.FixtureRequest) -> Stored:
    """What the history has, straight from where it is."""
    environment = parley.gateway.settings.environment
    if environment.get("HISTORY_STORE") == "mongodb":
        return partial(in_mongodb, environment["MONGODB_URL"])
    hosts, keyspace = (request.getfixturevalue(it) for it in ("cassandra_hosts", "cassandra_keyspace"))
    return partial(in_cassandra, hosts, keyspace)
