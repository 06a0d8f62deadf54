"""REST: pages of messages and ranges of the log."""

from chalicelib.domain.messages import Message as Row
from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.schemas.messages import Events, Message, Messages, PageOfMessages, RangeOfEvents

messages = Rest(__name__)


@messages.operation("GET", "/rooms/{room}/messages", query=PageOfMessages, answer=Messages)
async def page_of_messages(call: Call, room: str, query: PageOfMessages) -> Messages:
    """A page of a room's messages, the newest by default."""
    await call.app.rooms.require_member(call.user, path_id(room))
    rows, as_of, total = await call.app.history.page(room, query.before, query.after, query.limit)
    return Messages(messages=[_shown(it) for it in rows], as_of=as_of, n=total)


@messages.operation("GET", "/rooms/{room}/events", query=RangeOfEvents, answer=Events)
async def range_of_events(call: Call, room: str, query: RangeOfEvents) -> Events:
    """What happened in a room after a seq."""
    await call.app.rooms.require_member(call.user, path_id(room))
    return await call.app.resuming.events(room, query.after, query.limit)


def _shown(row: Row) -> Message:
    return Message(room=row.room, n=row.n, seq=row.seq, ts=row.ts, id=row.id, sender=row.sender, text=row.text)
