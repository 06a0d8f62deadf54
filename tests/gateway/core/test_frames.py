"""The quick way for a whole text frame says what `websockets` says, and leaves it everything else."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from infra.gateway.core.frames import ends_whole, text_frame, whole_text

LIMIT = 32 * 1024
MASK = b"\1\2\3\4"
#: Lengths at which the head of a frame changes.
SIZES = st.one_of(st.integers(0, 130), st.sampled_from((LIMIT - 1, LIMIT, LIMIT + 1, 65_535, 65_536)))


def sent(opcode: Opcode, payload: bytes, *, fin: bool = True) -> bytes:
    """A client's frame, as `websockets` makes it."""
    return Frame(opcode, payload, fin).serialize(mask=True)


@given(SIZES)
def test_a_whole_text_frame_is_read_up_to_the_limit(size: int) -> None:
    payload = bytes(i % 251 for i in range(size))
    assert whole_text(sent(Opcode.TEXT, payload), LIMIT) == (payload if size <= LIMIT else None)


@given(st.binary(max_size=300))
def test_what_is_read_the_quick_way_websockets_reads_the_same_way(data: bytes) -> None:
    payload = whole_text(data, LIMIT)
    if payload is not None:
        server = ServerProtocol(state=State.OPEN)
        server.receive_data(data)
        assert server.events_received() == [Frame(Opcode.TEXT, payload)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x81",
        sent(Opcode.TEXT, b"hello")[:-1],
        sent(Opcode.TEXT, b"hello") * 2,
        sent(Opcode.TEXT, b"hello", fin=False),
        sent(Opcode.CONT, b"hello"),
        sent(Opcode.BINARY, b"hello"),
        sent(Opcode.PING, b"hello"),
        sent(Opcode.CLOSE, b"\x03\xe8"),
        Frame(Opcode.TEXT, b"hello").serialize(mask=False),
        b"\xc1\x85" + MASK + b"hello",
        b"\x81\xfe\x00\x05" + MASK + b"hello",
        b"\x81\xff" + (5).to_bytes(8) + MASK + b"hello",
    ],
)
def test_everything_else_is_left_to_websockets(data: bytes) -> None:
    assert whole_text(data, LIMIT) is None


@pytest.mark.parametrize(
    ("frames", "whole"),
    [
        ([], True),
        ([sent(Opcode.TEXT, b"a"), sent(Opcode.PING, b""), sent(Opcode.TEXT, b"b" * 200)], True),
        ([sent(Opcode.TEXT, b"c" * 70_000)], True),
        ([sent(Opcode.TEXT, b"a"), sent(Opcode.TEXT, b"b", fin=False)], False),
        ([sent(Opcode.TEXT, b"a", fin=False), sent(Opcode.CONT, b"b")], False),
    ],
)
def test_where_frames_end_is_known(frames: Sequence[bytes], whole: bool) -> None:
    assert ends_whole(b"".join(frames)) is whole


@given(SIZES, st.data())
def test_a_part_of_a_frame_is_not_taken_for_a_whole_one(size: int, data: st.DataObject) -> None:
    frame = sent(Opcode.TEXT, bytes(size))
    cut = data.draw(st.integers(1, len(frame) - 1))
    assert not ends_whole(frame[:cut])
    assert not ends_whole(frame + frame[:cut])


@given(SIZES.filter(lambda size: size < 65_536))
def test_a_frame_that_is_sent_is_what_websockets_sends(size: int) -> None:
    text = b"x" * size
    assert text_frame(text) == Frame(Opcode.TEXT, text).serialize(mask=False)
