"""What runs without a client."""

import json
import logging

import pytest
from chalice.test import Client

from chalicelib.errors import Unavailable
from chalicelib.gateways.logs import StructuredFormatter
from tests.handlers.conftest import Edge


def scheduled(client: Client) -> dict[str, object]:
    event: dict[str, object] = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    return event


def test_the_scheduled_flush_and_sweep_say_what_they_did(edge: Edge) -> None:
    edge.run(edge.world.room(edge.person("Ada")))
    lambdas = edge.client.lambda_
    assert lambdas.invoke("flush", scheduled(edge.client)).payload == {"events": 1}
    swept = lambdas.invoke("sweep", scheduled(edge.client)).payload
    assert swept == {"changes": 0, "sessions": 0, "connections": 0, "events": 0, "rooms": 0}


def test_what_a_function_dies_of_is_a_line_with_what_is_known_of_the_invocation(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    room = edge.run(edge.world.room(edge.person("Ada")))
    edge.world.stores.cassandra.away = True
    caplog.handler.setFormatter(StructuredFormatter(lambda: b"key"))
    with caplog.at_level(logging.ERROR, "parley"), pytest.raises(Unavailable):
        edge.client.lambda_.invoke("flush_room", {"room": room})
    line = json.loads(caplog.text)
    assert (line["message"], line["room"], line["exception_name"]) == ("the function failed", room, "Unavailable")


def test_one_room_is_flushed_on_demand(edge: Edge) -> None:
    ada = edge.person("Ada")
    room, other = edge.run(edge.world.room(ada)), edge.run(edge.world.room(ada))
    assert edge.client.lambda_.invoke("flush_room", {"room": room}).payload == {"events": 1}
    assert edge.run(edge.world.stores.heads.get(other)).flushed.seq == 0


def test_a_shard_is_delivered_on_demand(edge: Edge) -> None:
    ada = edge.person("Ada")
    room = edge.run(edge.world.room(ada))
    here = edge.run(edge.world.socket(ada))
    edge.client.lambda_.invoke("fanout", {"room": room, "seq": 1, "low": "", "high": "", "besides": ""})
    assert edge.world.callbacks.types(here) == ["member.joined"]
