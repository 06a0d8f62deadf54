"""Children that die are started again, a few times."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Never, Protocol

from infra.run.errors import RunError, ServiceKeepsEnding
from infra.stores import StoreError

MOST_ENDS = 3
WITHIN_SECONDS = 60.0


class RunningChild(Protocol):
    """What of a child process matters here."""

    async def wait(self) -> int:
        """Wait for its end."""

    def kill(self) -> None:
        """End it, if it is running."""


class Service(Protocol):
    """Something that runs as a child process; its address stays the same when it is started again."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def log(self) -> Path:
        """Where its output goes."""

    @property
    def child(self) -> RunningChild:
        """The process that was started last."""

    async def start(self) -> None:
        """Start a process. Raises RunError or StoreError."""

    async def ready(self) -> None:
        """Wait until it works. Raises RunError or StoreError."""


async def keep_running(
    service: Service, say: Callable[[str], None], now: Callable[[], float] = time.monotonic
) -> Never:
    """Start the service again whenever it ends; `now` is in seconds.

    Raises ServiceKeepsEnding when it ended MOST_ENDS times within WITHIN_SECONDS.
    """
    ends: deque[float] = deque(maxlen=MOST_ENDS)
    while True:
        await service.child.wait()
        ends.append(now())
        if len(ends) == MOST_ENDS and ends[-1] - ends[0] < WITHIN_SECONDS:
            raise ServiceKeepsEnding(service.name, MOST_ENDS, service.log)
        say(f"{service.name} ended unexpectedly, starting it again (see {service.log})")
        try:
            await service.start()
            await service.ready()
        except (RunError, StoreError):
            # It ended once more, or it hangs: counted like any other end.
            service.child.kill()
        else:
            say(f"{service.name} runs again")
