"""Frames that keep to the grammar, nearly, or not at all."""

import json
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import ErrorCode
from infra.gateway.core.invocation import Outcome
from tests.client import Socket
from tests.fuzz.effort import EXAMPLES, effort
from tests.system import System
from tests.waiting import until

FRAMES: Final = 25 * EXAMPLES
ACTIONS: Final = ("resume", "message.send", "read.mark", "typing", "presence.watch", "ping", "no.such", "__proto__")
FIELDS: Final = ("id", "rooms", "room", "text", "reply_to", "n", "version", "on", "users", "since", "idle", "sender")


def frames(room: str, user: str) -> st.SearchStrategy[str]:
    """Texts of frames: JSON of the right shape with some of the right values, any JSON, any text."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
    known = st.sampled_from((room, user, "", "$ne", "\0", "\ud800", 2**53, 2**63, 2**64, -1, 1e400))
    values = known | scalars | st.recursive(scalars, lambda it: st.lists(it) | st.dictionaries(st.text(), it))
    commands = st.fixed_dictionaries(
        {"action": st.sampled_from(ACTIONS) | values}, optional=dict.fromkeys(FIELDS, values)
    )
    return commands.map(json.dumps) | values.map(json.dumps) | st.text(min_size=1).filter(_encodable)


def _encodable(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


async def test_23_whatever_a_frame_is_it_is_answered_and_the_socket_lives_on(parley_without_cassandra: System) -> None:
    ada, bob = await parley_without_cassandra.person(), await parley_without_cassandra.person()
    room = await ada.room()
    await bob.post(f"/rooms/{room}/join")
    sent: list[str] = []

    @effort(FRAMES)
    @given(frames(room, bob.id))
    def draw(frame: str) -> None:
        sent.append(frame)

    draw()
    events = parley_without_cassandra.gateway.events
    events.clear()
    async with ada.socket() as socket, bob.socket() as other:
        for start in range(0, len(sent), 20):
            for frame in (*sent[start : start + 20], "[" * 10_000, '{"action": "ping"' + " " * 1_000):
                await socket.connection.send(frame)
            # Frames are limited a second, so that the end of a portion is waited for.
            n = await _said(socket, room, f"still here {start}")
            await other.kind("message.created", room=room, n=n)
        codes = {it["code"] for it in socket.frames if it["type"] == "error"}
        assert codes <= set(ErrorCode) - {ErrorCode.INTERNAL}, [
            it for it in socket.frames if it.get("code") == ErrorCode.INTERNAL
        ]
    assert not [it for it in events.all(function="websocket_message") if it.outcome is not Outcome.OK]


async def _said(socket: Socket, room: str, text: str) -> int:
    """The number of a message, sent again for as long as there are too many frames."""
    numbers: list[int] = []

    async def acked() -> bool:
        id_ = await socket.send("message.send", room=room, text=text)
        answer = await socket.wait(lambda it: it.get("id") == id_ and it["type"] in {"ack", "error"})
        if answer["type"] == "ack":
            numbers.append(answer["n"])
        else:
            assert answer["code"] == ErrorCode.RATE_LIMITED
        return bool(numbers)

    await until(acked)
    return numbers[0]
