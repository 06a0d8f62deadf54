"""What third-party drivers leave behind when their server dies under them."""

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture
def drivers_may_leak() -> Iterator[None]:
    """Collect sockets that a driver dropped without closing, here and not in the middle of a later test.

    For tests that kill servers or cut connections: the Cassandra and MongoDB drivers forget some of those sockets.
    """
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
