"""What every log line of an invocation says beside its message: request, connection, room, user, client id.

The handlers begin it; whoever learns more adds it. All tasks of an invocation share what is known. The user is kept as
it is and digested only when a line is written (gateways/logs.py): most invocations write none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

FIELDS: Final = ("request_id", "connection", "room", "user", "client_id")
"""In the order that lines show them."""

_LONGEST: Final = 128
"""Clients choose some of these: a line shows this much of them."""

_known: ContextVar[dict[str, str] | None] = ContextVar("known", default=None)


@contextmanager
def begun(request_id: str) -> Iterator[None]:
    """Collect anew for one invocation."""
    token = _known.set({"request_id": request_id})
    try:
        yield
    finally:
        _known.reset(token)


def learn(**fields: object) -> None:
    """Add to what is known, by the names in FIELDS; no effect outside an invocation."""
    known = _known.get()
    if known is not None:
        known.update((name, it[:_LONGEST]) for name, it in fields.items() if isinstance(it, str))


def known() -> Mapping[str, str]:
    """What is known now."""
    return _known.get() or {}
