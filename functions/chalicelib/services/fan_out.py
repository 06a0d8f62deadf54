"""Fan-out: frames to connections, concurrently, bounded, within a deadline.

Nothing here is needed for a message to be safe: a receiver that got nothing notices by seq and fetches. So failures
are counted and logged, never raised to the sender.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from random import Random
from typing import Final, cast

from chalicelib.domain.connections import Connection
from chalicelib.gateways.base import Callbacks, Clock, Delivery, Invoker, Metrics
from chalicelib.metrics import FAN_OUT_DURATION, FAN_OUT_FAILURES, FAN_OUT_SIZE, GONE_CONNECTIONS, THROTTLED_POSTS
from chalicelib.repositories.base import ConnectionRepository, EventRepository, Recipient
from chalicelib.schemas.base import Model
from chalicelib.schemas.events import log_event
from chalicelib.services.concurrency import aside, together

CONCURRENCY: Final = 64
DEADLINE_SECONDS: Final = 10.0
"""Well inside the 29 s that API Gateway gives the function that fans out."""

FUNCTION: Final = "fanout"
ATTEMPTS: Final = 5
BACK_OFF_SECONDS: Final = 0.05

log = logging.getLogger("parley.fan_out")


def encode(push: Model) -> bytes:
    """The frame that carries a push."""
    return push.model_dump_json(by_alias=True).encode()


class FanOut:
    """Delivers pushes to rooms, users and single connections."""

    def __init__(
        self,
        connections: ConnectionRepository,
        events: EventRepository,
        callbacks: Callbacks,
        invoker: Invoker,
        clock: Clock,
        random: Random,
        metrics: Metrics,
        shard: int,
    ) -> None:
        self._connections = connections
        self._events = events
        self._callbacks = callbacks
        self._invoker = invoker
        self._clock = clock
        self._random = random
        self._metrics = metrics
        self._shard = shard
        self._when_gone: list[Callable[[Connection], Awaitable[None]]] = []

    def when_gone(self, listener: Callable[[Connection], Awaitable[None]]) -> None:
        """Call the listener with each connection that turns out to be closed."""
        self._when_gone.append(listener)

    async def to_room(self, room: str, push: Model, *, seq: int | None = None, besides: str = "") -> None:
        """Send to every live connection of the room but `besides`.

        With `seq` (the push is that event of the log) and more recipients than a shard, the rest is handed to
        asynchronous invocations, which read the event themselves.
        """
        recipients = [it for it in await self._connections.live_in_room(room) if it.connection != besides]
        if seq is not None and len(recipients) > self._shard:
            later, recipients = recipients[self._shard :], recipients[: self._shard]
            await together(self._hand_over(room, seq, later, besides), self.deliver(recipients, push))
        else:
            await self.deliver(recipients, push)

    async def sign(self, room: str, user: str, push: Model, *, besides: str) -> None:
        """Send a sign of the user's to the room; in one of more connections than a shard, to those that watch the user.

        It may be lost, and is out of date in seconds: worth no invocation, and not thousands of posts.
        """
        recipients = await self._connections.live_in_room(room)
        if len(recipients) > self._shard:
            recipients = await self._connections.watching(user, [room])
        await self.deliver([it for it in recipients if it.connection != besides], push)

    async def shard(self, payload: Mapping[str, object]) -> None:
        """Deliver one shard: the event at `room`, `seq` to the live connections with `low` <= id < `high`."""
        room, seq = str(payload["room"]), cast("int", payload["seq"])
        events = await self._events.between(room, seq - 1, seq)
        if not events:
            return
        recipients = await self._connections.live_in_room(room, str(payload["low"]), str(payload["high"]))
        besides = payload["besides"]
        await self.deliver([it for it in recipients if it.connection != besides], log_event(events[0]))

    async def deliver(self, recipients: Iterable[Recipient], push: Model) -> None:
        """Send the push to the given connections; those that are gone are deleted."""
        frame = encode(push)
        begun = self._clock.monotonic()
        until = begun + DEADLINE_SECONDS
        slots = asyncio.Semaphore(CONCURRENCY)
        outcomes: Counter[Delivery] = Counter()

        async def one(connection: str) -> None:
            async with slots:
                outcomes[await self._post(connection, frame, until)] += 1

        async with asyncio.TaskGroup() as group:
            for recipient in recipients:
                group.create_task(one(recipient.connection))
        if not outcomes:
            return
        self._metrics.record(FAN_OUT_SIZE, outcomes.total())
        self._metrics.record(FAN_OUT_DURATION, (self._clock.monotonic() - begun) * 1_000)
        missed = outcomes.total() - outcomes[Delivery.DELIVERED] - outcomes[Delivery.GONE]
        if missed:
            self._metrics.record(FAN_OUT_FAILURES, missed)
            log.warning("fan-out of %s missed %d of %d", type(push).__name__, missed, outcomes.total())

    async def to_user(self, user: str, push: Model) -> None:
        """Send to all live connections of the user."""
        await self.deliver(await self._connections.live_of_user(user), push)

    async def to_connection(self, connection: str, push: Model) -> Delivery:
        """Send to one connection, live or becoming so."""
        return await self._post(connection, encode(push), self._clock.monotonic() + DEADLINE_SECONDS)

    async def _post(self, connection: str, frame: bytes, until: float) -> Delivery:
        outcome = Delivery.FAILED
        for attempt in range(ATTEMPTS):
            if self._clock.monotonic() >= until:
                return outcome
            outcome = await self._callbacks.post(connection, frame)
            if outcome is Delivery.GONE:
                self._metrics.record(GONE_CONNECTIONS)
                await self._forget(connection)
            if outcome is not Delivery.THROTTLED:
                return outcome
            self._metrics.record(THROTTLED_POSTS)
            await self._clock.sleep(self._random.uniform(0, BACK_OFF_SECONDS * 2**attempt))
        return outcome

    async def _forget(self, connection: str) -> None:
        # Live ones only reach this point: a pending connection answers 410 while its $connect still runs.
        await aside("forgetting a closed connection", self._remove(connection))

    async def _remove(self, connection: str) -> None:
        if (gone := await self._connections.remove(connection)) is not None:
            for listener in self._when_gone:
                await listener(gone)

    async def _hand_over(self, room: str, seq: int, recipients: list[Recipient], besides: str) -> None:
        ids = [it.connection for it in recipients]
        starts = range(0, len(ids), self._shard)
        bounds = [(ids[start], ids[start + self._shard] if start + self._shard < len(ids) else "") for start in starts]
        accepted = await together(
            *(
                self._invoker.invoke(FUNCTION, {"room": room, "seq": seq, "low": low, "high": high, "besides": besides})
                for low, high in bounds
            )
        )
        if not all(accepted):
            refused = sum(
                min(self._shard, len(ids) - start) for start, ok in zip(starts, accepted, strict=True) if not ok
            )
            self._metrics.record(FAN_OUT_FAILURES, refused)
            log.warning("%d of %d fan-out shards were not accepted", accepted.count(False), len(accepted))
