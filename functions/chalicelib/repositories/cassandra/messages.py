"""Message history: a row for each message, and one for each edit. The partition of a message follows from its number.

Statements apply in any order, and a batch may apply in part, so a row may hold a change before its creation, or a text
that came after the deletion: reading leaves both out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from chalicelib.domain.log import Event
from chalicelib.domain.messages import Message, Span, Version, bucket, buckets
from chalicelib.repositories.bounded import bounded
from chalicelib.repositories.cassandra.session import Cassandra, Row, Statement
from chalicelib.repositories.cassandra.statements import writes

_BATCH_STATEMENTS: Final = 30
"""What Keyspaces takes in an unlogged batch (docs.aws.amazon.com/keyspaces, "Quotas")."""

_SPAN: Final = (
    "select n, seq, ts, id, sender, body, rev, reply_to, mentions, edited_body, edited_at, deleted_at, reactions"
    " from messages where room_id = ? and bucket = ? and n >= ? and n <= ?"
)
_ERASE: Final = "delete from messages USING TIMESTAMP ? where room_id = ? and bucket = ?"
_ERASE_EDITS: Final = "delete from message_versions USING TIMESTAMP ? where room_id = ? and bucket = ?"
_REV: Final = "update messages USING TIMESTAMP ? set rev = ? where room_id = ? and bucket = ? and n = ?"
_FIRST: Final = "select seq, ts, sender, body, deleted_at from messages where room_id = ? and bucket = ? and n = ?"
_EDITS: Final = "select seq, ts, sender, body from message_versions where room_id = ? and bucket = ? and n = ?"


class Messages:
    """HistoryRepository on the tables `messages` and `message_versions`."""

    def __init__(self, cassandra: Cassandra) -> None:
        self._cassandra = cassandra

    async def apply(self, room: str, events: Sequence[Event]) -> None:
        """Write what the events change, each with its time as write timestamp: the latest wins, whoever writes last."""
        await bounded(partial(self._cassandra.write, batch) for batch in _batches(room, events))

    async def erase(self, room: str, n: int, ts: int) -> None:
        """Delete the room's partitions as of `ts`: what a flush that was overtaken writes later is older than that."""
        statements: list[list[Statement]] = [
            [(cql, (ts, room, number))] for number in range(bucket(n) + 1) for cql in (_ERASE, _ERASE_EDITS)
        ]
        await bounded(partial(self._cassandra.write, it) for it in statements)

    async def read(self, room: str, span: Span) -> list[Message]:
        """Rows numbered in the span, ascending by n: one range of each partition it touches, read concurrently."""
        found = await bounded(
            partial(self._cassandra.rows, _SPAN, room, number, part.low, part.high) for number, part in buckets(span)
        )
        # The clustering order is descending, as the newest are asked for most.
        messages = (_message(room, row) for rows in found for row in reversed(rows))
        return [it for it in messages if it is not None]

    async def versions(self, room: str, n: int) -> list[Version]:
        """The text of the creation and those of the edits, ascending by seq; none once the message is deleted."""
        first, edits = await bounded(
            partial(self._cassandra.rows, query, room, bucket(n), n) for query in (_FIRST, _EDITS)
        )
        texts = [Version(*row[:4]) for row in (*first, *edits) if row[3] is not None]
        return texts if _shows_texts(first) else []

    async def raise_revs(self, room: str, revs: Mapping[int, int], ts: int) -> None:
        """Set the `rev` of these rows, with `ts` as write timestamp."""
        partitions: defaultdict[int, list[Statement]] = defaultdict(list)
        for n, rev in revs.items():
            partitions[bucket(n)].append((_REV, (ts, rev, room, bucket(n), n)))
        batches = (batch for statements in partitions.values() for batch in _batched(statements))
        await bounded(partial(self._cassandra.write, batch) for batch in batches)


def _shows_texts(rows: Sequence[Row]) -> bool:
    """Whether the row was created and not deleted."""
    return any(seq is not None and deleted_at is None for seq, _, _, _, deleted_at in rows)


def _batches(room: str, events: Iterable[Event]) -> Iterator[list[Statement]]:
    """Batches of at most 30 statements, each of one partition."""
    partitions: defaultdict[tuple[str, int], list[Statement]] = defaultdict(list)
    for event in events:
        for write in writes(room, event):
            partitions[write.partition].append(write.statement)
    for statements in partitions.values():
        yield from _batched(statements)


def _batched(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    for start in range(0, len(statements), _BATCH_STATEMENTS):
        yield list(statements[start : start + _BATCH_STATEMENTS])


def _message(room: str, row: Row) -> Message | None:
    """The row's message; None if its creation is still to come."""
    n, seq, ts, id_, sender, body, rev, reply_to, mentions, edited_body, edited_at, deleted_at, reactions = row
    if seq is None:
        return None
    shown = deleted_at is None
    return Message(
        room=room,
        n=n,
        seq=seq,
        ts=ts,
        id=id_,
        sender=sender,
        # Neither is there when a deletion has erased them and the rest of it is still to come.
        text=(edited_body or body or "") if shown else "",
        rev=rev,
        reply_to=reply_to,
        mentions=frozenset(mentions or ()) if shown else frozenset(),
        edited_at=edited_at,
        deleted_at=deleted_at,
        reactions=_by_emoji(reactions or ()) if shown else {},
    )


def _by_emoji(reactions: Iterable[str]) -> dict[str, frozenset[str]]:
    """The users of each emoji, of "<emoji> <user>"."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    for reaction in reactions:
        emoji, _, user = reaction.rpartition(" ")
        users[emoji].add(user)
    return {emoji: frozenset(users[emoji]) for emoji in users}
