"""The WebSocket API: $connect, messages, $disconnect. app.py registers the three."""

import json
import logging
from collections.abc import Mapping
from typing import Final

from chalice.app import Response, WebsocketEvent
from pydantic import ValidationError

from chalicelib import runtime
from chalicelib.bootstrap import Parley, parley
from chalicelib.domain.connections import Connection
from chalicelib.errors import ErrorCode, Forbidden, ParleyError, Unauthenticated, UnknownAction
from chalicelib.handlers.rest import bad_request, count_refusal
from chalicelib.log_context import learn
from chalicelib.metrics import UNHANDLED_ERRORS
from chalicelib.schemas.commands import (
    COMMAND,
    Command,
    MarkRead,
    Ping,
    Resume,
    SendMessage,
    SetTyping,
    WatchPresence,
)
from chalicelib.schemas.events import Error, SessionEnded
from chalicelib.services.concurrency import aside

PROTOCOL: Final = "parley.v1"
_TICKET: Final = "ticket."
_UNKNOWN_TAG: Final = frozenset(("union_tag_invalid", "union_tag_not_found"))
_INTERNAL: Final = "Something went wrong here. Send it again, with the same id."

log = logging.getLogger("parley.websocket")


def connect(event: WebsocketEvent) -> Response:
    """Admit a socket from an allowed page with a ticket; the answer's status is the handshake's."""
    learn(connection=event.connection_id)
    headers = {name.lower(): value for name, value in event.to_dict().get("headers", {}).items()}
    return runtime.run(_connect(parley(), event.connection_id, headers))


def message(event: WebsocketEvent) -> None:
    """Handle one frame; whatever is wrong with it is answered with an error frame."""
    learn(connection=event.connection_id)
    runtime.run(_message(parley(), event.connection_id, event.body))


def disconnect(event: WebsocketEvent) -> None:
    """Forget the connection. API Gateway does not promise to call this: the sweep does what it would have done."""
    learn(connection=event.connection_id)
    runtime.run(parley().connections.closed(event.connection_id))


async def _connect(app: Parley, connection: str, headers: Mapping[str, str]) -> Response:
    try:
        if headers.get("origin") not in app.config.allowed_origins:
            raise Forbidden("Sockets may be opened from this server's own pages only.")
        offered = [it.strip() for it in headers.get("sec-websocket-protocol", "").split(",")]
        ticket = next((it.removeprefix(_TICKET) for it in offered if it.startswith(_TICKET)), None)
        if ticket is None or PROTOCOL not in offered:
            raise Unauthenticated(f"Offer the subprotocols {PROTOCOL} and {_TICKET}<ticket>.")
        await app.connections.open(connection, ticket)
    except ParleyError as error:
        count_refusal(app, error)
        log.info("refused a socket: %s", error.code)
        return Response("", status_code=error.status)
    return Response("", headers={"Sec-WebSocket-Protocol": PROTOCOL}, status_code=200)


async def _message(app: Parley, connection: str, body: str) -> None:
    try:
        command = _parse(body)
        learn(client_id=getattr(command, "id", None), room=getattr(command, "room", None))
        if isinstance(command, SendMessage):
            sender = await app.sending.receive(connection, command.room, command.id, command.text, command.reply_to)
            await aside("presence", app.presence.set_idle(sender, idle=False))
        else:
            sender = await app.connections.authenticate(connection, pending=isinstance(command, Resume))
            await _dispatch(app, sender, command)
    except Unauthenticated as error:
        count_refusal(app, error)
        await _refuse(app, connection, body, error.code, error.message, retry=False)
        await app.fan_out.to_connection(connection, SessionEnded())
        await app.connections.end(connection)
    except ParleyError as error:
        count_refusal(app, error)
        await _refuse(app, connection, body, error.code, error.message, retry=error.retry)
    except Exception:
        log.exception("unhandled")
        app.world.metrics.record(UNHANDLED_ERRORS)
        await _refuse(app, connection, body, ErrorCode.INTERNAL, _INTERNAL, retry=True)
    # Last, for frames that were refused too: by now everybody has what they wait for.
    await aside("counting frames", app.rates.write())


async def _dispatch(
    app: Parley, sender: Connection, command: MarkRead | Resume | Ping | SetTyping | WatchPresence
) -> None:
    match command:
        case MarkRead():
            await app.markers.mark(sender, command.room, command.n, command.version)
        case Resume():
            async for answer in app.resuming.resume(sender, command.id, command.rooms):
                await app.fan_out.to_connection(sender.id, answer)
        case Ping():
            pong = await app.resuming.ping(sender, command.id, command.since)
            await app.fan_out.to_connection(sender.id, pong)
            await app.connections.touch(sender)
            await aside("presence", app.presence.set_idle(sender, idle=command.idle))
        case SetTyping():
            await app.presence.set_typing(sender, command.room, on=command.on)
            await aside("presence", app.presence.set_idle(sender, idle=False))
        case WatchPresence():
            presence = await app.presence.watch(sender, command.users)
            await app.fan_out.to_connection(sender.id, presence)


def _parse(body: str) -> Command:
    try:
        return COMMAND.validate_json(body)
    except ValidationError as error:
        if error.errors()[0]["type"] in _UNKNOWN_TAG:
            raise UnknownAction("The frame names no action that exists.") from error
        raise bad_request(error) from error


async def _refuse(app: Parley, connection: str, body: str, code: ErrorCode, message: str, *, retry: bool) -> None:
    await app.fan_out.to_connection(connection, Error(id=_readable_id(body), code=code, message=message, retry=retry))


def _readable_id(body: str) -> str | None:
    """The id of a frame that may be anything, so that its sender can tell which was refused."""
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return None
    id_ = frame.get("id") if isinstance(frame, dict) else None
    return id_[:64] if isinstance(id_, str) else None
