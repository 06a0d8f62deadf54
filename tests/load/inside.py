"""Parley's services in the measuring process, on real stores: for what is not a matter of sockets."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Final

from chalicelib.bootstrap import Parley, RealStores, RealWorld
from chalicelib.config import load
from chalicelib.domain.log import Event, EventType
from tests.client import new_id
from tests.load.chats import TEXT

_NOBODY: Final = "http://127.0.0.1:1/ws"
START_US: Final = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z: when what is measured was said."""


def services(stores: Mapping[str, str]) -> Parley:
    """Services on these stores; nobody is reached by what they push."""
    config = load(
        {
            **stores,
            "PASSWORD_PEPPER": token_hex(32),
            "TOKEN_KEYS": f"bench:{token_hex(32)}",
            "ALLOWED_ORIGINS": "http://localhost",
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": _NOBODY,
            "AWS_ENDPOINT_URL_LAMBDA": _NOBODY,
        }
    )
    return Parley(config, RealStores(config), RealWorld(config))


def messages(room: str, low: int, high: int) -> list[Event]:
    """Messages with low < seq <= high of a log in which nothing else happened."""
    sender = new_id()
    return [
        Event(room, n, n, START_US + n, new_id(), sender, EventType.MESSAGE_CREATED, {"text": f"{n}: {TEXT}"})
        for n in range(low + 1, high + 1)
    ]
