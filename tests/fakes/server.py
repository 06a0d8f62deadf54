"""What the fakes of one store share: it can be away, it counts, and a test can get between two steps."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chalicelib.errors import Unavailable


@dataclass(slots=True)
class FakeServer:
    """A store as its fakes reach it. Calls are named by noun and method: "events.insert"."""

    name: str
    away: bool = False
    """Every call raises Unavailable."""
    calls: Counter[str] = field(default_factory=Counter)
    before: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """Steps to run before the next call of a name, once each."""

    async def reached(self, call: str) -> None:
        """What every method of a fake begins with. It yields, so calls that are gathered interleave."""
        await asyncio.sleep(0)
        self.calls[call] += 1
        if (step := self.before.pop(call, None)) is not None:
            await step()
        if self.away:
            raise Unavailable(f"{self.name} did not answer.")

    async def ping(self) -> None:
        """The store's probe."""
        await self.reached("ping")
