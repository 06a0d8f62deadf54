"""The faults, each a scenario named after it. Importing this package collects them all in `ROWS`."""

from tests.faults.rows import access, clocks, flushing, order, sending, sockets, stores
from tests.faults.rows.row import ROWS, Row

__all__ = ["ROWS", "Row", "access", "clocks", "flushing", "order", "sending", "sockets", "stores"]
