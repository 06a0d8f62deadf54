"""What the command does: a pass of the move, the comparison, and the switch to the target."""

import time
from collections.abc import Callable
from typing import Final

from infra.history.deployment import Deployment
from infra.history.errors import NotTheSource, StillFlushing
from infra.history.move import Counts, Move
from infra.history.verify import Comparison, Verification
from infra.stores import HistoryStore

Say = Callable[[str], None]

_SHOWN: Final = 20
"""Different rows of a room that are named; the others are counted."""

_REPORT_SECONDS: Final = 5.0


class Commands:
    """The commands on one deployment, from one store to the other."""

    def __init__(self, deployment: Deployment, source: HistoryStore, target: HistoryStore, say: Say) -> None:
        self._deployment = deployment
        self._source = source
        self._target = target
        self._say = say
        self._reported = time.monotonic()

    async def move(self, *, switch: bool) -> bool:
        """Copy what is new, and with `switch` verify it all and let the target be the deployment's history.

        False when there are differences. Raises NotTheSource, StillFlushing, Unavailable.
        """
        there = self._deployment
        found = await there.placement.found()
        if found is self._target:
            if not switch:
                raise NotTheSource(self._source, found)
            self._say(f"The history is in {found.label} already: start Parley with HISTORY_STORE={found}.")
            return True
        move = Move(there.source, there.target, there.heads, there.events, there.progress, self._report)
        self._say(_counted(await move.run()))
        if not switch:
            self._say("Nothing has been switched: Parley goes on with the history where it is.")
            return True
        if not await self.verify():
            return False
        if rooms := await move.left():
            raise StillFlushing(rooms)
        # In this order: a move that is begun later must not take what is done now for done then.
        await there.progress.clear()
        await there.placement.move(self._target)
        self._say(f"The history is in {self._target.label} now: start Parley with HISTORY_STORE={self._target}.")
        return True

    async def verify(self) -> bool:
        """Compare all rooms, a line for each; whether all are the same. Raises Unavailable."""
        there = self._deployment
        verification = Verification(there.source, there.target, there.heads, there.events, there.progress)
        rooms = different = 0
        async for comparison in verification.rooms():
            self._tell(comparison)
            rooms += 1
            different += bool(comparison.different)
        self._say(f"Rooms compared: {rooms}, different: {different}")
        return not different

    def _tell(self, it: Comparison) -> None:
        verdict = f"{len(it.different)} different" if it.different else "the same"
        counts = f"{it.source} messages in {self._source.label}, {it.target} in {self._target.label}"
        self._say(f"{it.room}: {counts}: {verdict}")
        for n, names in list(it.different.items())[:_SHOWN]:
            self._say(f"  message {n} {self._how(names)}")
        if len(it.different) > _SHOWN:
            self._say(f"  and {len(it.different) - _SHOWN} more")

    def _how(self, names: list[str]) -> str:
        match names:
            case ["source"]:
                return f"is not in {self._source.label}"
            case ["target"]:
                return f"is not in {self._target.label}"
            case _:
                return f"differs in {', '.join(names)}"

    def _report(self, counts: Counts) -> None:
        if time.monotonic() - self._reported > _REPORT_SECONDS:
            self._reported = time.monotonic()
            self._say(_counted(counts))


def _counted(counts: Counts) -> str:
    return f"Rooms done: {counts.rooms}, messages compared: {counts.compared}, written: {counts.written}"
