"""Message history: one row a message. The partition of a message follows from its number."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from typing import Final, TypeVar

from chalicelib.domain.messages import Message, Span, bucket, buckets
from chalicelib.repositories.cassandra.session import Cassandra, Row

T = TypeVar("T")

_BATCH_ROWS: Final = 30
"""What Keyspaces takes in an unlogged batch (docs.aws.amazon.com/keyspaces, "Quotas")."""
_AT_ONCE: Final = 8

_INSERT: Final = (
    "insert into messages (room_id, bucket, n, seq, ts, id, sender, body, rev)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?"
)
_SELECT: Final = (
    "select n, seq, ts, id, sender, body, rev from messages where room_id = ? and bucket = ? and n >= ? and n <= ?"
)


class Messages:
    """HistoryRepository on the table `messages`."""

    def __init__(self, cassandra: Cassandra) -> None:
        self._cassandra = cassandra

    async def write(self, messages: Sequence[Message]) -> None:
        """Store rows, each with its event's time as write timestamp: the latest event wins, whoever writes last."""
        await _bounded(partial(self._cassandra.write, _INSERT, map(_parameters, batch)) for batch in _batches(messages))

    async def read(self, room: str, span: Span) -> list[Message]:
        """Rows numbered in the span, ascending by n: one range of each partition it touches, read concurrently."""
        found = await _bounded(
            partial(self._cassandra.rows, _SELECT, room, number, part.low, part.high) for number, part in buckets(span)
        )
        # The clustering order is descending, as the newest are asked for most.
        return [_message(room, row) for rows in found for row in reversed(rows)]


def _batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """Batches of at most 30 rows, each of one partition."""
    ordered = sorted(messages, key=lambda it: (it.room, it.n))
    for _, rows in groupby(ordered, key=lambda it: (it.room, bucket(it.n))):
        while batch := list(islice(rows, _BATCH_ROWS)):
            yield batch


async def _bounded(operations: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """The operations' results, in order, a few operations running at a time.

    All have ended when it returns or raises: nothing is left to run on after the request.
    """
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(operation: Callable[[], Awaitable[T]]) -> T:
        async with slots:
            return await operation()

    outcomes = await asyncio.gather(*map(one, operations), return_exceptions=True)
    results: list[T] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        results.append(outcome)
    return results


def _parameters(message: Message) -> tuple[object, ...]:
    return (
        message.room,
        bucket(message.n),
        message.n,
        message.seq,
        message.ts,
        message.id,
        message.sender,
        message.text,
        message.rev,
        message.ts,
    )


def _message(room: str, row: Row) -> Message:
    n, seq, ts, id_, sender, body, rev = row
    return Message(room=room, n=n, seq=seq, ts=ts, id=id_, sender=sender, text=body, rev=rev)
