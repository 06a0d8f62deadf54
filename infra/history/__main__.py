"""`python -m infra.history move|verify --from STORE --to STORE`.

Needs functions/ on the Python path; `make move-history` sees to it.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from chalicelib.errors import ParleyError
from infra.history.commands import Commands
from infra.history.deployment import opened
from infra.history.errors import MoveError, SameStore
from infra.schema.migrations import SchemaError
from infra.stores import HistoryStore, StoreError

_DESCRIPTION = """\
Move a deployment's message history from one store to the other, and verify it. The source is not written to.

  move            copies what is new since the last time; may be stopped or killed, and run while Parley runs
  move --switch   the same, then verifies, then lets the target be the deployment's history: without flushes meanwhile
  verify          compares every message in full; exit status 1 when there is a difference
"""

_EPILOG = """\
environment:
  DATA_DIR            the same as --data-dir
  MONGODB_URL, CASSANDRA_HOSTS, CASSANDRA_KEYSPACE
                      the deployment's servers; what is not set is started from the data folder, which a running
                      Parley must have left
"""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 1, with a sentence on stderr, for what cannot be done, and for differences."""
    say = partial(print, flush=True)
    options = _parsed(arguments)
    try:
        return 0 if asyncio.run(_main(options, say)) else 1
    except (MoveError, StoreError, SchemaError, ParleyError, OSError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped: the same command goes on from here.", file=sys.stderr)
        return 130
    return 1


async def _main(options: argparse.Namespace, say: partial[None]) -> bool:
    source = HistoryStore.named(options.source, "FROM")
    target = HistoryStore.named(options.target, "TO")
    if source is target:
        raise SameStore(source)
    async with opened(options.data_dir, source, target, os.environ, say) as deployment:
        commands = Commands(deployment, source, target, say)
        return await (commands.verify() if options.command == "verify" else commands.move(switch=options.switch))


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.history",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("move", "verify"):
        command = commands.add_parser(name)
        command.add_argument("--from", dest="source", required=True, metavar="STORE", help="cassandra or mongodb")
        command.add_argument("--to", dest="target", required=True, metavar="STORE", help="cassandra or mongodb")
        command.add_argument(
            "--data-dir",
            type=_folder,
            default=os.environ.get("DATA_DIR") or ".data",
            metavar="DIR",
            help="default: .data",
        )
        if name == "move":
            command.add_argument("--switch", action="store_true", help="verify, and let the target be the history")
    return parser.parse_args(arguments)


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
