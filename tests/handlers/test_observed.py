"""What is known around an invocation: the fields of its log lines, and that its metrics are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

import app
from chalicelib import log_context
from chalicelib.domain.connections import RATE_FRAMES
from chalicelib.handlers.observed import log_key
from chalicelib.metrics import AUTH_FAILURES, RATE_LIMITED, UNHANDLED_ERRORS, Metric
from chalicelib.services.messages import Changing, Sending
from tests.handlers.conftest import Edge


@dataclass
class Context:
    """What Lambda hands to a handler beside the event, as far as it is looked at."""

    aws_request_id: str = "request"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """What is known in the middle of sending and of editing, each time that happens."""
    found: list[Mapping[str, str]] = []

    async def look(*_arguments: Any, **_options: Any) -> None:
        found.append(dict(log_context.known()))
        raise RuntimeError("in the middle of it")

    monkeypatch.setattr(Sending, "send", look)
    monkeypatch.setattr(Changing, "edit", look)
    return found


def recorded(edge: Edge) -> dict[Metric, list[float]]:
    """What was recorded of refusals and defects, and told."""
    assert edge.world.metrics.written
    return {it: values for it, values in edge.world.metrics.recorded.items() if it in REFUSALS}


REFUSALS = {AUTH_FAILURES, RATE_LIMITED, UNHANDLED_ERRORS}


def test_a_frame_is_known_by_request_connection_room_user_and_client_id(
    edge: Edge, known: list[Mapping[str, str]]
) -> None:
    ada = edge.person("Ada")
    room, here = edge.run(edge.world.room(ada)), edge.run(edge.world.socket(ada))
    frame = f'{{"action": "message.send", "id": "{(id_ := edge.world.id())}", "room": "{room}", "text": "hello"}}'
    app.message({**edge.event("message", connectionId=here), "body": frame}, Context())
    assert known == [
        {"request_id": "request", "connection": here, "room": room, "user": ada.id, "client_id": id_},
    ]
    assert log_context.known() == {}
    assert recorded(edge) == {UNHANDLED_ERRORS: [1]}


def test_a_request_is_known_by_room_user_and_client_id(edge: Edge, known: list[Mapping[str, str]]) -> None:
    ada = edge.person("Ada")
    room, id_ = edge.run(edge.world.room(ada)), edge.world.id()
    answer = edge.call("PATCH", f"/rooms/{room}/messages/1", {"id": id_, "text": "other"}, by=ada)
    assert answer.status_code == 500
    (found,) = known
    assert {**found, "request_id": ""} == {"request_id": "", "room": room, "user": ada.id, "client_id": id_}
    assert recorded(edge) == {UNHANDLED_ERRORS: [1]}


def test_who_is_not_let_in_is_counted(edge: Edge) -> None:
    edge.call("GET", "/me")
    edge.call("POST", "/auth/login", {"login": "nobody@example.org", "password": "not the right one"})
    app.connect({**edge.event("connect"), "headers": {"Origin": "http://localhost:8000"}}, Context())
    assert recorded(edge) == {AUTH_FAILURES: [1, 1, 1]}


def test_who_sends_too_much_is_counted(edge: Edge) -> None:
    here = edge.run(edge.world.socket(edge.person("Ada")))
    frame = {"action": "ping", "id": edge.world.id(), "since": 0, "idle": False}
    for _ in range(RATE_FRAMES + 2):
        edge.frame(here, frame)
    assert recorded(edge)[RATE_LIMITED]


def test_metrics_are_written_after_every_kind_of_invocation(edge: Edge) -> None:
    room = edge.run(edge.world.room(edge.person("Ada")))
    for number, function in enumerate(("flush_room", "fanout"), 1):
        edge.client.lambda_.invoke(function, {"room": room, "seq": 1, "low": "", "high": "", "besides": ""})
        assert edge.world.metrics.written == number
    edge.call("GET", "/health")
    assert edge.world.metrics.written == 3


def test_users_are_digested_with_the_pepper(edge: Edge) -> None:
    assert log_key() == next(iter(edge.world.config.password_peppers.values()))
