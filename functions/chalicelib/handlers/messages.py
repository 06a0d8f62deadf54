"""REST: pages of messages, ranges of the log, and what can be done to a message there is."""

from chalicelib.domain.messages import Message as Row
from chalicelib.domain.permissions import Operation
from chalicelib.handlers.rest import Call, Rest, path_id, path_number
from chalicelib.schemas.messages import (
    DeleteMessage,
    Done,
    EditMessage,
    Events,
    FirstSince,
    Message,
    MessagePlace,
    Messages,
    PageOfMessages,
    RangeOfEvents,
    React,
    Reaction,
    Version,
    Versions,
)

messages = Rest(__name__)


@messages.operation("GET", "/rooms/{room}/messages", query=PageOfMessages, answer=Messages)
async def page_of_messages(call: Call, room: str, query: PageOfMessages) -> Messages:
    """A page of a room's messages, the newest by default."""
    await call.app.permissions.require(call.user, path_id(room), Operation.READ)
    rows, as_of, total = await call.app.history.page(room, query.before, query.after, query.limit)
    return Messages(messages=[shown(it) for it in rows], as_of=as_of, n=total)


@messages.operation("GET", "/rooms/{room}/messages/first", query=FirstSince, answer=MessagePlace)
async def first_since(call: Call, room: str, query: FirstSince) -> MessagePlace:
    """The number of a room's first message from a time on, as a day's beginning."""
    await call.app.permissions.require(call.user, path_id(room), Operation.READ)
    return MessagePlace(n=await call.app.history.first_since(room, query.since))


@messages.operation("GET", "/rooms/{room}/events", query=RangeOfEvents, answer=Events)
async def range_of_events(call: Call, room: str, query: RangeOfEvents) -> Events:
    """What happened in a room after a seq."""
    await call.app.permissions.require(call.user, path_id(room), Operation.READ)
    return await call.app.resuming.events(room, query.after, query.limit)


@messages.operation("PATCH", "/rooms/{room}/messages/{n}", body=EditMessage, answer=Done)
async def edit_message(call: Call, room: str, n: str, body: EditMessage) -> Done:
    """Give the caller's own message another text."""
    event = await call.app.changing.edit(call.user, path_id(room), path_number(n), body.id, body.text)
    return Done(seq=event.seq)


@messages.operation("POST", "/rooms/{room}/messages/{n}/delete", body=DeleteMessage, answer=Done)
async def delete_message(call: Call, room: str, n: str, body: DeleteMessage) -> Done:
    """Delete the caller's own message, or anybody's in a room the caller moderates."""
    event = await call.app.changing.delete(call.user, path_id(room), path_number(n), body.id)
    return Done(seq=event.seq)


@messages.operation("POST", "/rooms/{room}/messages/{n}/reactions", body=React, answer=Done)
async def react(call: Call, room: str, n: str, body: React) -> Done:
    """Add a reaction to a message, or take it back."""
    event = await call.app.changing.react(call.user, path_id(room), path_number(n), body.id, body.emoji, on=body.on)
    return Done(seq=event.seq)


@messages.operation("GET", "/rooms/{room}/messages/{n}/versions", answer=Versions)
async def list_versions(call: Call, room: str, n: str) -> Versions:
    """The texts a message had: for its author and the room's owners and moderators."""
    versions = await call.app.changing.versions(call.user, path_id(room), path_number(n))
    return Versions(versions=[Version(seq=it.seq, ts=it.ts, sender=it.sender, text=it.text) for it in versions])


def shown(row: Row) -> Message:
    """A message as readers see it."""
    return Message(
        room=row.room,
        n=row.n,
        seq=row.seq,
        ts=row.ts,
        id=row.id,
        sender=row.sender,
        text=row.text,
        reply_to=row.reply_to,
        mentions=sorted(row.mentions),
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        reactions=[Reaction(emoji=it, users=sorted(row.reactions[it])) for it in sorted(row.reactions)],
    )
