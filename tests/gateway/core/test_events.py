"""Events against their golden copies, which other tests invoke handlers with."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.connection import reported_close
from infra.gateway.core.events import (
    Api,
    Caller,
    connect_event,
    disconnect_event,
    message_event,
    request_time,
)

GOLDEN = Path(__file__).parents[2] / "events"
API = Api("abcd1234", "ws", "abcd1234.execute-api.us-east-1.amazonaws.com")
CALLER = Caller("AAAA1234=", 1707503007396, "192.0.2.1", "Mozilla/5.0")
HANDSHAKE = [
    ("Host", "abcd1234.execute-api.us-east-1.amazonaws.com"),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Origin", "https://chat.example.org"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Protocol", "parley.v1, ticket.c2VjcmV0"),
    ("Sec-WebSocket-Version", "13"),
    ("User-Agent", "Mozilla/5.0"),
]


def golden(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return document


def test_a_connect_event_is_its_golden_copy() -> None:
    assert connect_event(API, CALLER, "ABCD1234=", 1707503007.396, HANDSHAKE, "") == golden("connect")


def test_a_message_event_is_its_golden_copy() -> None:
    expected = golden("message")
    event = message_event(API, CALLER, "$default", "ABCD1235=", "MMMM1234=", 1707503008.127, expected["body"])
    assert event == expected


def test_a_disconnect_event_is_its_golden_copy() -> None:
    close = reported_close(1005, "")
    event = disconnect_event(API, CALLER, "ABCD1236=", 1707503008.941, close.code, close.reason)
    assert event == golden("disconnect")


def test_a_query_is_decoded_and_repeated_values_are_kept() -> None:
    event = connect_event(API, CALLER, "ABCD1234=", 0, HANDSHAKE, "a=1&a=2&empty=&b=%C3%BC")
    assert event["queryStringParameters"] == {"a": "2", "empty": "", "b": "ü"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "empty": [""], "b": ["ü"]}


@given(st.integers(min_value=0, max_value=4_000_000_000))
def test_request_times_are_in_log_format(epoch: int) -> None:
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", request_time(epoch))


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        (4000, "why", (4000, "why")),
        (1000, "", (1000, "")),
        (1005, "", (1005, "Client-side close frame status not set")),
        (None, "", (1006, "Connection closed abnormally")),
    ],
)
def test_disconnect_is_told_the_client_s_status(code: int | None, reason: str, told: tuple[int, str]) -> None:
    close = reported_close(code, reason)
    assert (close.code, close.reason) == told
