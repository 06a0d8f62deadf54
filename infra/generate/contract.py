"""The web app's copy of the contract: all JSON Schemas, and the limits both sides must agree on."""

from typing import TYPE_CHECKING

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib import limits
from chalicelib.schemas import commands, events
from chalicelib.schemas import errors as error_schemas
from chalicelib.schemas.base import Model
from infra.generate.openapi import operations

if TYPE_CHECKING:
    from pydantic import BaseModel

COMMANDS: tuple[type[Model], ...] = (
    commands.Resume,
    commands.SendMessage,
    commands.MarkRead,
    commands.SetTyping,
    commands.WatchPresence,
    commands.Ping,
)
LOG_EVENTS: tuple[type[Model], ...] = (
    events.MessageCreated,
    events.MessageEdited,
    events.MessageDeleted,
    events.ReactionAdded,
    events.ReactionRemoved,
    events.MemberJoined,
    events.MemberLeft,
    events.RoomUpdated,
)
PUSHES: tuple[type[Model], ...] = (
    events.Ack,
    events.Error,
    events.Resumed,
    events.Delta,
    events.Limited,
    events.Reset,
    events.Left,
    events.Pong,
    events.ReadUpdated,
    events.Typing,
    events.Presence,
    events.ProfileUpdated,
    events.NotificationsUpdated,
    events.BlocksUpdated,
    events.WorkspaceRoleUpdated,
    events.SessionEnded,
)


def definitions(ref_template: str) -> dict[str, object]:
    """JSON Schemas by name of everything that crosses the wire."""
    bodies = {it.body for it in operations() if it.body} | {it.query for it in operations() if it.query}
    answers = {it.answer for it in operations() if it.answer} | {error_schemas.ErrorAnswer}
    read: list[tuple[type[BaseModel], JsonSchemaMode]] = [(it, "validation") for it in {*bodies, *COMMANDS}]
    written: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (it, "serialization") for it in {*answers, *LOG_EVENTS, *PUSHES}
    ]
    inputs = sorted([*read, *written], key=lambda pair: pair[0].__name__)
    _, schema = models_json_schema(inputs, ref_template=ref_template)
    found: dict[str, object] = schema["$defs"]
    return dict(sorted(found.items()))


def contract() -> dict[str, object]:
    """What frontend/ makes its types from."""
    numbers = {name: value for name, value in vars(limits).items() if isinstance(value, int)}
    unions = {
        name: {"anyOf": [{"$ref": f"#/$defs/{it.__name__}"} for it in models]}
        for name, models in (
            ("Command", COMMANDS),
            ("LogEvent", LOG_EVENTS),
            ("Push", (*LOG_EVENTS, *PUSHES)),
        )
    }
    return {"$defs": {**definitions("#/$defs/{model}"), **unions}, "limits": numbers}
