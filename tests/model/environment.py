"""An execution environment that can be stopped at any step of its stores, callbacks and invocations.

What runs in it is Parley as bootstrap wires it. A step is a call that leaves the process; right before or right after
one the process dies, the store does not answer, or somebody else gets in between.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from chalicelib.bootstrap import Parley, Stores, World
from chalicelib.config import Config
from chalicelib.errors import Unavailable
from chalicelib.gateways.base import Clock


class Died(Exception):
    """The environment's process is gone: whatever it still tries, nothing happens any more."""


class Effect(StrEnum):
    """What goes wrong at a step."""

    DIES = "dies"
    SILENT = "silent"
    """The store does not answer this once; `after`: it did what it was asked to."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An effect at a step, before or after what the step does.

    The step is counted from 1 within an operation, or is the first of a name: "events.insert".
    """

    effect: Effect
    step: int | str
    after: bool


@dataclass(slots=True)
class SkewedClock:
    """The place's clock as this environment has it, `skew` microseconds off; waiting lets the place's time pass."""

    place: Clock
    skew: int

    def now(self) -> int:
        return self.place.now() + self.skew

    def monotonic(self) -> float:
        return self.place.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self.place.sleep(seconds)


class Environment:
    """Services with a memory of their own, on stores that all environments share."""

    def __init__(self, config: Config, stores: Stores, outside: World, skew: int = 0) -> None:
        self.clock = SkewedClock(outside.clock, skew)
        self._steps = 0
        self._at: tuple[int | str, bool] | None = None
        self._act: Callable[[], Awaitable[None]] | None = None
        self.dead = False
        shared = {"clock": self.clock, "ids": outside.ids, "random": outside.random, "passwords": outside.passwords}
        shared |= {"tokens": outside.tokens, "metrics": outside.metrics}
        self.app = Parley(
            config,
            cast("Stores", _Nouns(stores, self, {"probes": stores.probes})),
            cast("World", _Nouns(outside, self, shared)),
        )

    def arm(self, step: int | str, act: Callable[[], Awaitable[None]], *, after: bool) -> None:
        """Run `act` once, at the step counted from now on, or the next of that name."""
        self._steps, self._at, self._act = 0, (step, after), act

    def arm_fault(self, fault: Fault) -> None:
        """Let the fault happen once."""

        async def dies() -> None:
            self.dead = True
            raise Died

        async def silent() -> None:
            raise Unavailable("no answer")

        self.arm(fault.step, dies if fault.effect is Effect.DIES else silent, after=fault.after)

    def disarm(self) -> None:
        """What did not happen so far does not happen."""
        self._at = self._act = None

    async def call(
        self, noun: str, method: Callable[..., Awaitable[object]], *args: object, **kwargs: object
    ) -> object:
        """One step."""
        self._steps += 1
        step, name = self._steps, f"{noun}.{method.__name__}"
        await self._reach(step, name, after=False)
        result = await method(*args, **kwargs)
        await self._reach(step, name, after=True)
        return result

    async def _reach(self, step: int, name: str, *, after: bool) -> None:
        if self.dead:
            raise Died
        if (act := self._act) is None or self._at not in {(step, after), (name, after)}:
            return
        self.disarm()
        try:
            await act()
        except Unavailable:
            # The management API says how a post ended, and an invocation that it was not accepted: neither raises.
            if not name.startswith(("callbacks.", "invoker.")):
                raise


class _Nouns:
    """Repositories or gateways by name; those in `plain` are no steps."""

    def __init__(self, real: object, environment: Environment, plain: dict[str, object]) -> None:
        self._real = real
        self._environment = environment
        self._plain = plain

    def __getattr__(self, noun: str) -> Any:
        if noun in self._plain:
            return self._plain[noun]
        return _Noun(noun, getattr(self._real, noun), self._environment)


class _Noun:
    """One repository or gateway, every method of which is a step."""

    def __init__(self, noun: str, real: object, environment: Environment) -> None:
        self._noun = noun
        self._real = real
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Awaitable[object]] = getattr(self._real, name)

        async def call(*args: object, **kwargs: object) -> object:
            return await self._environment.call(self._noun, method, *args, **kwargs)

        return call
