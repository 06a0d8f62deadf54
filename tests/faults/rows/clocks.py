"""Clocks that are off."""

import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.faults.rows.row import row
from tests.faults.stage import Stage

OFFSETS: Final = (("websocket_message", "+295s"), ("websocket_message", "-295s"), ("flush_room", "+295s"))
"""Which function has a process with which clock. A request to AWS that was signed at 300 s from now is refused."""


@row("clocks off by 5 min on one process")
async def clocks_off(stage: Stage) -> None:
    while stage.again():
        clocks = stage.arena.folder / f"clocks-{secrets.token_hex(4)}"
        async with stage.elsewhere({**stage.arena.environment(), **faked_time(clocks)}):
            async with stage.load():
                await stage.progress()
                await stage.flush()
                await stage.progress()
            left = list(clocks.iterdir())
            assert left == [], "no process took these clocks"
            stage.injected += len(OFFSETS)


def faked_time(clocks: Path) -> Mapping[str, str]:
    """What functions are started with: the first process of each function to start takes a clock from the folder."""
    clocks.mkdir()
    for number, (function, offset) in enumerate(OFFSETS):
        (clocks / f"{function} {number}").write_text(offset)
    return {
        "CLOCKS": str(clocks),
        "LD_PRELOAD": str(_library()),
        "FAKETIME": "+0",
        # Or the offset that a process takes at its start would count from ten seconds later.
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _library() -> Path:
    """The library of the `libfaketime` wheel; found without importing the package, which would run it."""
    package = find_spec("libfaketime")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
