"""The approximate rate of a connection."""

from chalicelib.domain.connections import (
    RATE_FRAMES,
    RATE_WINDOW_US,
    Connection,
    ConnectionState,
    over_rate,
)

START = 5_000_000


def connection(frames: int) -> Connection:
    return Connection(
        id="c",
        user="ada",
        session="s",
        state=ConnectionState.LIVE,
        version=1,
        rooms=frozenset(),
        session_expires=0,
        lease_until=0,
        opened_at=0,
        window_start=START,
        window_frames=frames,
    )


def test_written_and_unwritten_frames_count_together() -> None:
    assert not over_rate(connection(RATE_FRAMES - 10), 10, START + 1)
    assert over_rate(connection(RATE_FRAMES - 10), 11, START + 1)


def test_a_new_window_starts_from_nothing() -> None:
    assert not over_rate(connection(RATE_FRAMES), 1, START + RATE_WINDOW_US)
    assert over_rate(connection(0), RATE_FRAMES + 1, START + RATE_WINDOW_US)
