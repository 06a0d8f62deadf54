"""The handlers as Lambda would call them, over services on fakes."""

import json
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from chalice.test import Client, HTTPResponse

import app
from chalicelib import bootstrap, runtime
from tests.parley import Person, World

T = TypeVar("T")
ROOT: Final = Path(__file__).parents[2]
GOLDEN: Final = ROOT / "tests" / "events"


@dataclass(slots=True)
class Edge:
    """The app's edges. `run` runs a coroutine on the loop the handlers use."""

    world: World
    client: Client

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return runtime.run(work)

    def person(self, name: str) -> Person:
        return self.run(self.world.person(name))

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        by: Person | None = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        """A REST request, through Chalice's own test client."""
        sent = {"Content-Type": "application/json", "User-Agent": "test"}
        if by is not None:
            sent["Authorization"] = f"Bearer {by.access}"
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.client.http.request(method, path, headers={**sent, **(headers or {})}, body=data)

    def refused(self, response: HTTPResponse, status: int, code: str) -> dict[str, Any]:
        """The error of a refusal, which must have the one shape."""
        assert response.status_code == status, response.body
        assert set(response.json_body) == {"error"}
        error: dict[str, Any] = response.json_body["error"]
        assert set(error) == {"code", "message", "details"}
        assert error["code"] == code
        return error

    def event(self, name: str, **context: object) -> dict[str, Any]:
        """A golden WebSocket event."""
        event: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
        event["requestContext"] |= context
        return event

    def frame(self, connection: str, body: object) -> list[dict[str, Any]]:
        """Handle a frame (text as it is, all else as JSON); the frames the connection was sent in return."""
        before = len(self.world.callbacks.frames[connection])
        event = self.event("message", connectionId=connection)
        event["body"] = body if isinstance(body, str) else json.dumps(body)
        assert app.message(event, None) == {"statusCode": 200}
        return self.world.callbacks.frames[connection][before:]


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    monkeypatch.setenv("AWS_REGION", "us-east-1")  # as in every Lambda environment
    world = World()
    bootstrap.install(world.app)
    with Client(app.app, stage_name="dev", project_dir=str(ROOT / "functions")) as client:
        yield Edge(world, client)
