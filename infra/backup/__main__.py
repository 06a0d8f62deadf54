"""`python -m infra.backup create|restore|settle`.

Needs functions/ on the Python path; `make backup` and `make restore` see to it.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from chalicelib.config import ConfigError
from chalicelib.errors import ParleyError
from infra.backup import folders
from infra.backup.create import create
from infra.backup.deployment import SECRETS, existing, started
from infra.backup.errors import BackupError
from infra.backup.restore import keep_secrets, opened, restore
from infra.backup.settle import settle
from infra.schema.migrations import SchemaError
from infra.stores import MONGODB, POSTGRES, HistoryStore, StoreError, Stores, needed

_DESCRIPTION = """\
Back a deployment up into one file, and restore it.

  create    while Parley runs or is stopped; all that was acked before it began is in it
  restore   into an empty data folder, or empty databases; read back and compared before it counts
  settle    makes stores fit to go on that somebody else brought back (point-in-time recovery, snapshots)

The file is readable by its owner alone. It holds password hashes and, of a data folder, the secrets of its tokens.
"""

_EPILOG = """\
environment:
  DATA_DIR            the same as --data-dir
  BACKUP              the same as --file
  POSTGRES_URL, MONGODB_URL, CASSANDRA_HOSTS, CASSANDRA_KEYSPACE, HISTORY_STORE
                      the deployment's servers, all of them, in place of a data folder
"""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 1, with a sentence on stderr, for what cannot be done."""
    options = _parsed(arguments)
    try:
        asyncio.run(_main(options))
    except (BackupError, StoreError, SchemaError, ParleyError, ConfigError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped: nothing of it counts. Run the same command again.", file=sys.stderr)
        return 130
    return 0


async def _main(options: argparse.Namespace) -> None:
    say = partial(print, flush=True)
    match options.command:
        case "create":
            await _create(options, say)
        case "restore":
            await _restore(options, say)
        case _:
            async with existing(options.data_dir, os.environ, say) as deployment:
                moment = options.history_at
                await settle(
                    deployment,
                    say,
                    since=options.since.isoformat(),
                    history_at=moment,
                    end_sessions=options.end_sessions,
                )


async def _create(options: argparse.Namespace, say: "partial[None]") -> None:
    path = options.file or Path("backups") / f"parley-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"
    async with existing(options.data_dir, os.environ, say) as deployment:
        manifest = await create(deployment, path, None if _by_address() else _secrets(options.data_dir))
    say(f"{path}: {manifest.rooms} rooms, {manifest.messages} messages, as of {manifest.began}")


async def _restore(options: argparse.Namespace, say: "partial[None]") -> None:
    say(f"Reading {options.file}")
    reader = opened(options.file)
    history = HistoryStore(reader.manifest.history)
    try:
        if _by_address():
            stores = Stores.choose(options.data_dir, variables=needed(history))
            async with started(stores, os.environ, history) as deployment:
                await restore(deployment, reader, say, end_sessions=options.end_sessions)
            return
        with folders.restoring(options.data_dir, force=options.force) as folder:
            stores = Stores.choose(folder, {}, variables=needed(history), logs=folder / "logs", progress=say)
            say("Starting empty stores")
            async with started(stores, {}, history) as deployment:
                await restore(deployment, reader, say, end_sessions=options.end_sessions)
            keep_secrets(reader, folder)
        say(f"Restored: make run DATA_DIR={options.data_dir} HISTORY_STORE={history}")
    finally:
        reader.close()


def _by_address() -> bool:
    return bool(os.environ.get(POSTGRES) and os.environ.get(MONGODB))


def _secrets(folder: Path) -> bytes | None:
    """Those of a data folder; what the environment sets is somebody else's to keep."""
    path = folder / SECRETS
    return path.read_bytes() if path.exists() else None


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.backup",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("create", "restore", "settle"):
        command = commands.add_parser(name)
        command.add_argument(
            "--data-dir",
            type=_path,
            default=os.environ.get("DATA_DIR") or ".data",
            metavar="DIR",
            help="default: .data",
        )
        if name != "settle":
            given = os.environ.get("BACKUP") or None
            command.add_argument(
                "--file",
                type=_path,
                default=given,
                required=name == "restore" and given is None,
                help="default of a backup: backups/parley-TIME.backup",
            )
        if name != "create":
            command.add_argument("--end-sessions", action="store_true", help="everybody has to log in again")
        if name == "restore":
            command.add_argument("--force", action="store_true", help="move the data folder aside that is there")
        if name == "settle":
            command.add_argument("--since", type=_moment, required=True, help="the time the stores are of, ISO 8601")
            command.add_argument(
                "--history-at", type=_moment, help="the time the history is of, where that is before the logs' time"
            )
    return parser.parse_args(arguments)


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
