"""`python -m infra.run`, which is what `make run` calls."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.run.errors import RunError
from infra.run.logs import tail
from infra.run.settings import RunSettings, parse
from infra.run.supervisor import Supervisor
from infra.schema.migrations import SchemaError
from infra.stores import StoreError

_INTERRUPTED = 130
_TAIL_LINES = 20


def main(arguments: Sequence[str]) -> int:
    """Run Parley; returns the exit status: 0 after a stop that was asked for, else 1, with a sentence on stderr."""
    try:
        return asyncio.run(_main(parse(arguments)))
    except* (RunError, StoreError, SchemaError, OSError) as errors:
        _explain(_first(errors))
    return 1


async def _main(settings: RunSettings) -> int:
    supervisor = Supervisor(settings, os.environ, _say)
    running = asyncio.create_task(supervisor.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _interrupt, running)
    try:
        await running
    except asyncio.CancelledError:
        _say("Stopped")
    status = 0 if supervisor.is_ready else _INTERRUPTED
    # Not by returning: a download that runs in a thread would first be waited for.
    sys.stdout.flush()
    os._exit(status)


def _interrupt(running: "asyncio.Task[None]") -> None:
    if running.cancelling():
        # The second time: the children die with this process.
        os._exit(_INTERRUPTED)
    _say("Stopping (again to stop at once)")
    running.cancel()


def _say(line: str) -> None:
    print(line, flush=True)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _explain(error: BaseException) -> None:
    """Say it in one sentence, after the end of the log file that it points to."""
    log = getattr(error, "log", None)
    if isinstance(log, Path):
        print(tail(log, _TAIL_LINES), file=sys.stderr)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        if error.errno == errno.ENOSPC:
            print(f"The disk is full{where}: make room, then run the same command again.", file=sys.stderr)
        else:
            print(f"The system refused: {error.strerror or error}{where}. Mend that, and run again.", file=sys.stderr)
    else:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
