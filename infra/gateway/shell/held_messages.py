"""Messages that a fault holds back before their functions get them."""

import asyncio
from collections.abc import Callable

from infra.gateway.core.faults import Faults

Deliver = Callable[[], None]


class HeldMessages:
    """Delivers messages late, or those of one connection in another order, as `faults` ask for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.faults = Faults()
        self._loop = loop
        self._reordered: dict[str, list[Deliver]] = {}
        self._closed = False

    def deliver(self, connection_id: str, deliver: Deliver) -> None:
        """Call `deliver` now or later."""
        faults = self.faults
        if faults.reorder_messages > 0:
            waiting = self._reordered.setdefault(connection_id, [])
            waiting.append(deliver)
            if len(waiting) == 1:
                self._loop.call_later(faults.delay_messages + faults.reorder_messages, self._release, connection_id)
        elif faults.delay_messages > 0:
            self._loop.call_later(faults.delay_messages, self._call, deliver)
        else:
            deliver()

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed = True

    def _release(self, connection_id: str) -> None:
        for deliver in reversed(self._reordered.pop(connection_id)):
            self._call(deliver)

    def _call(self, deliver: Deliver) -> None:
        if not self._closed:
            deliver()
