"""Wraps the stores and callbacks of a function so that an armed failpoint kills its process there."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chalicelib import bootstrap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TRIGGER: Final = Path(os.environ["FAILPOINT_TRIGGER"])


def _reach(step: str) -> None:
    with suppress(FileNotFoundError):
        if TRIGGER.read_text() == step:
            # Whoever removes the file is the one that dies; nothing is flushed, nothing is said.
            TRIGGER.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


class _Failing:
    """A repository or gateway whose methods are failpoints, named `noun.method`."""

    def __init__(self, noun: str, real: object) -> None:
        self._noun = noun
        self._real = real

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Awaitable[object]] = getattr(self._real, name)

        async def call(*args: object, **kwargs: object) -> object:
            _reach(f"before {self._noun}.{name}")
            result = await method(*args, **kwargs)
            _reach(f"after {self._noun}.{name}")
            return result

        return call


class _FailingStores(bootstrap.RealStores):
    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return value if name.startswith("_") or name == "probes" else _Failing(name, value)


class _FailingWorld(bootstrap.RealWorld):
    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return _Failing(name, value) if name in {"callbacks", "invoker"} else value


bootstrap.RealStores = _FailingStores  # type: ignore[misc]
bootstrap.RealWorld = _FailingWorld  # type: ignore[misc]
