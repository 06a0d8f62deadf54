"""`python -m infra.history`, which stops itself (SIGSTOP) whenever it has noted a page of the room STOPS_IN."""

import os
import signal
import sys

from infra.history.__main__ import main
from infra.history.progress import Done, StoredProgress

_noted = StoredProgress.set


async def _note_and_stop(self: StoredProgress, room: str, done: Done) -> None:
    before = await self.of(room)
    await _noted(self, room, done)
    if room == os.environ["STOPS_IN"] and done.n > before.n:
        os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    # Whoever is started in the background inherits that it ignores SIGINT, and so would this.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    StoredProgress.set = _note_and_stop  # type: ignore[method-assign]  # of the one that the command makes
    sys.exit(main(sys.argv[1:]))
