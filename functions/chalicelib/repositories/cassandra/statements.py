"""What an event writes to which partition. Each statement carries the event's time, so the latest wins cell by cell.

Nulls are never written: what has no value has no statement. The tables are in infra/schema/cassandra.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.log import Event, EventType
from chalicelib.domain.messages import CHANGES, bucket, created, mentions_of, number_of
from chalicelib.repositories.cassandra.session import Statement

_CREATE: Final = (
    "insert into messages (room_id, bucket, n, seq, ts, id, sender, body, rev)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?"
)
_REPLY: Final = "update messages USING TIMESTAMP ? set reply_to = ? where room_id = ? and bucket = ? and n = ?"
_MENTION: Final = "update messages USING TIMESTAMP ? set mentions = ? where room_id = ? and bucket = ? and n = ?"
_EDIT: Final = (
    "update messages USING TIMESTAMP ? set edited_body = ?, mentions = ?, edited_at = ?, rev = ?"
    " where room_id = ? and bucket = ? and n = ?"
)
_DELETE: Final = (
    "update messages USING TIMESTAMP ? set deleted_at = ?, rev = ? where room_id = ? and bucket = ? and n = ?"
)
_ERASE: Final = (
    "delete body, edited_body, mentions, reactions from messages USING TIMESTAMP ?"
    " where room_id = ? and bucket = ? and n = ?"
)
# One element of the set, never the set itself: that would leave a tombstone over all earlier reactions.
_REACT: Final = (
    "update messages USING TIMESTAMP ? set reactions = reactions + ?, rev = ?"
    " where room_id = ? and bucket = ? and n = ?"
)
_UNREACT: Final = (
    "update messages USING TIMESTAMP ? set reactions = reactions - ?, rev = ?"
    " where room_id = ? and bucket = ? and n = ?"
)
_KEEP_VERSION: Final = (
    "insert into message_versions (room_id, bucket, n, seq, ts, sender, body)"
    " values (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?"
)
_ERASE_VERSIONS: Final = "delete from message_versions USING TIMESTAMP ? where room_id = ? and bucket = ? and n = ?"


@dataclass(frozen=True, slots=True)
class Write:
    """A statement and the partition it is for: the table, and the bucket of the room."""

    table: str
    bucket: int
    statement: Statement

    @property
    def partition(self) -> tuple[str, int]:
        """What writes must share to go into one batch; the room is the same for all."""
        return self.table, self.bucket


def writes(room: str, event: Event) -> Iterator[Write]:
    """The writes an event of the room causes; none for what changes no message."""
    if event.type is EventType.MESSAGE_CREATED or event.type in CHANGES:
        n = number_of(event)
        row = (room, bucket(n), n)
        statements = _creating if event.type is EventType.MESSAGE_CREATED else _changing
        yield from (Write(table, bucket(n), statement) for table, statement in statements(event, row))


def _creating(event: Event, row: tuple[object, ...]) -> Iterator[tuple[str, Statement]]:
    it = created(event)
    yield "messages", (_CREATE, (*row, it.seq, it.ts, it.id, it.sender, it.text, it.rev, it.ts))
    if it.reply_to is not None:
        yield "messages", (_REPLY, (it.ts, it.reply_to, *row))
    if it.mentions:
        yield "messages", (_MENTION, (it.ts, it.mentions, *row))


def _changing(event: Event, row: tuple[object, ...]) -> Iterator[tuple[str, Statement]]:
    ts, seq = event.ts, event.seq
    match event.type:
        case EventType.MESSAGE_EDITED:
            text = str(event.body["text"])
            yield "messages", (_EDIT, (ts, text, mentions_of(event), ts, seq, *row))
            yield "message_versions", (_KEEP_VERSION, (*row, seq, ts, event.sender, text, ts))
        case EventType.MESSAGE_DELETED:
            yield "messages", (_DELETE, (ts, ts, seq, *row))
            yield "messages", (_ERASE, (ts, *row))
            yield "message_versions", (_ERASE_VERSIONS, (ts, *row))
        case _:
            cql = _REACT if event.type is EventType.REACTION_ADDED else _UNREACT
            yield "messages", (cql, (ts, {f"{event.body['emoji']} {event.sender}"}, seq, *row))
