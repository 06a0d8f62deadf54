"""docs/asyncapi.json from the models of frames."""

from collections.abc import Iterable, Mapping

from chalicelib.schemas.base import Model
from infra.generate.contract import COMMANDS, LOG_EVENTS, PUSHES


def asyncapi(schemas: Mapping[str, object]) -> dict[str, object]:
    """The document, with `schemas` (refs into #/components/schemas) as its components."""
    pushes = (*LOG_EVENTS, *PUSHES)
    names = [it.__name__ for it in (*COMMANDS, *pushes)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley socket",
            "version": "1",
            "description": "What is live. See protocol.md for the order of things.",
        },
        "channels": {
            "socket": {
                "address": "/ws",
                "description": "Subprotocols parley.v1 and ticket.<ticket>; one JSON object a text frame.",
                "messages": {it: {"$ref": f"#/components/messages/{it}"} for it in names},
            }
        },
        "operations": {
            "command": {"action": "receive", **_channel(), "messages": _refs(COMMANDS)},
            "push": {"action": "send", **_channel(), "messages": _refs(pushes)},
        },
        "components": {
            "messages": {it.__name__: _message(it) for it in (*COMMANDS, *pushes)},
            "schemas": dict(schemas),
        },
    }


def _channel() -> dict[str, object]:
    return {"channel": {"$ref": "#/channels/socket"}}


def _refs(models: Iterable[type[Model]]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/socket/messages/{it.__name__}"} for it in models]


def _message(model: type[Model]) -> dict[str, object]:
    return {
        "name": model.__name__,
        "summary": (model.__doc__ or "").strip().splitlines()[0],
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }
