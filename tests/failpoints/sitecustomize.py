"""Wraps the stores and callbacks of a function so that an armed failpoint kills or stops its process there.

Also what else tests change in a process of a function, each by its variable:

    FAILPOINTS         the folder with the armed steps
    SHORTENED          module:name=value, ...: constants that are minutes or days in production
    CLOCKS             a folder with a file per clock that is off: the first process to start takes one. libfaketime
                       (preloaded) reads the offset from FAKETIME.
"""

import os
import signal
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chalicelib import bootstrap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

FOLDER: Final = Path(os.environ["FAILPOINTS"])
# Chalice calls the function of all REST routes by the prefix alone.
FUNCTION: Final = os.environ["AWS_LAMBDA_FUNCTION_NAME"].removeprefix("parley-dev").lstrip("-") or "api_handler"


def _reach(step: str) -> None:
    for name in (step, f"{FUNCTION} {step}"):
        armed = FOLDER / name
        with suppress(FileNotFoundError):
            action = armed.read_text()
            # Whoever removes the file is the one that is meant; nothing is flushed, nothing is said.
            armed.unlink()
            if action == "stop":
                draft = FOLDER / f"{os.getpid()}.pid"
                draft.write_text(str(os.getpid()))
                draft.rename(FOLDER / f"{step}.pid")
                os.kill(os.getpid(), signal.SIGSTOP)
            else:
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
        if name == "_cassandra":
            return _Failing("cassandra", value)
        return value if name.startswith("_") or name == "probes" else _Failing(name, value)


class _FailingWorld(bootstrap.RealWorld):
    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return _Failing(name, value) if name in {"callbacks", "invoker"} else value


def _shorten(constants: str) -> None:
    for constant in filter(None, constants.split(",")):
        place, _, value = constant.partition("=")
        module, _, name = place.partition(":")
        setattr(import_module(module), name, type(getattr(import_module(module), name))(value))


def _take_a_clock(folder: str) -> None:
    for clock in sorted(Path(folder).glob(f"{FUNCTION} *")) if folder else ():
        with suppress(FileNotFoundError):
            offset = clock.read_text()
            clock.unlink()
            os.environ["FAKETIME"] = offset
            return


bootstrap.RealStores = _FailingStores  # type: ignore[misc]
bootstrap.RealWorld = _FailingWorld  # type: ignore[misc]
_shorten(os.environ.get("SHORTENED", ""))
_take_a_clock(os.environ.get("CLOCKS", ""))
