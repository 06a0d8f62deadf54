"""What is measured, in processes of its own: a Parley as a user would start it, a gateway, a gateway's peer."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from infra.gateway.pool.memory import tree
from infra.processes.ports import free_port
from infra.run.node import NODE, NPM, node_environment
from infra.schema.migrate import migrate
from infra.stores import HistoryStore, Stores, needed

ROOT: Final = Path(__file__).parents[2]
ECHO: Final = ROOT / "tests" / "load" / "apps" / "echo"
SOCKET_IO: Final = Path(__file__).parent / "peers" / "socketio"
START_SECONDS: Final = 180
STOP_SECONDS: Final = 5
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    """A server and the process that leads it."""

    url: str
    pid: int


@asynccontextmanager
async def stores(folder: Path | None = None, history: HistoryStore = HistoryStore.CASSANDRA) -> AsyncIterator[Stores]:
    """The stores with the newest schema, in a folder that is deleted afterwards unless it is given."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as temporary:
        variables = needed(history)
        chosen = Stores.choose(folder or Path(temporary), variables=variables)
        await chosen.start()
        try:
            await migrate({**os.environ, **chosen.environment()}, only=variables)
            yield chosen
        finally:
            await chosen.stop()


@asynccontextmanager
async def parley(environment: Mapping[str, str]) -> AsyncIterator[Running]:
    """Parley on the stores that `environment` names. Ends it, and everything it started, afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        settings = {"PORT": str(port), "DATA_DIR": folder, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"}
        command = [sys.executable, "-m", "infra.run"]
        async with _process(command, ROOT, {**os.environ, **environment, **settings}, b"is ready at") as (_, pid):
            yield Running(f"http://127.0.0.1:{port}", pid)


@asynccontextmanager
async def socket_io(mongodb_url: str) -> AsyncIterator[Running]:
    """The Socket.IO server, on the same MongoDB; its packages are installed when they are not there."""
    if not (SOCKET_IO / "node_modules" / "socket.io").is_dir():
        npm = await asyncio.create_subprocess_exec(NODE, NPM, "ci", "--silent", cwd=SOCKET_IO, env=node_environment())
        if await npm.wait():
            raise RuntimeError("Socket.IO could not be installed; check the network, then run the same again.")
    environment = {**os.environ, "MONGODB_URL": mongodb_url}
    async with _process([str(NODE), "server.mjs"], SOCKET_IO, environment, b"") as (line, pid):
        yield Running(f"http://127.0.0.1:{int(line)}", pid)


@asynccontextmanager
async def _process(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], ready: bytes
) -> AsyncIterator[tuple[bytes, int]]:
    """The line that says it is ready, and the process's id."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await _line(process.stdout, ready)
        drain = asyncio.create_task(_drain(process.stdout))
        yield line, process.pid
        drain.cancel()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def _line(output: asyncio.StreamReader | None, ready: bytes) -> bytes:
    while output is not None and (line := await output.readline()):
        if ready in line:
            return line
    raise RuntimeError("It ended before it was ready: start it by hand to see why.")


async def _drain(output: asyncio.StreamReader | None) -> None:
    while output is not None and await output.read(65_536):
        pass


def processor_seconds(pid: int, *, but: str = "", only: str = "") -> float:
    """Processor time so far of the process and all below it, filtered by a part of the command line."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / _TICKS
    total, left = 0.0, [pid]
    while left:
        one = left.pop()
        left += parents.get(one, [])
        try:
            command = Path("/proc", str(one), "cmdline").read_text()
        except OSError:
            continue
        if only in command and not (but and but in command):
            total += spent.get(one, 0.0)
    return total


@asynccontextmanager
async def child(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    *,
    stdout: int = asyncio.subprocess.DEVNULL,
    stderr: int | IO[bytes] = asyncio.subprocess.DEVNULL,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command in a session of its own, in which everything is killed afterwards."""
    # Killed with this process, should that be killed.
    bound = (sys.executable, "-I", "-S", ROOT / "infra" / "processes" / "bound.py", os.getpid(), "--")
    process = await asyncio.create_subprocess_exec(
        *map(str, (*bound, *command)),
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def listening(port: int) -> None:
    """Wait until something listens on a loopback port; raises TimeoutError."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@dataclass(frozen=True, slots=True)
class Served:
    """A gateway in a process of its own, with what it said about itself."""

    process: asyncio.subprocess.Process
    url: str
    websocket_url: str
    management_url: str
    access_key_id: str
    secret_access_key: str

    @property
    def pid(self) -> int:
        """The gateway's process; its functions are processes of their own."""
        return self.process.pid

    async def state(self) -> dict[str, int]:
        """How many `connections` and `tasks` it has."""
        self.process.send_signal(signal.SIGUSR1)
        state: dict[str, int] = await self._said()
        return state

    async def stop(self) -> dict[str, float]:
        """End one that was started with `--stages`: the microseconds of each step."""
        self.process.terminate()
        steps: dict[str, float] = await self._said()
        return steps

    async def _said(self) -> Any:
        if self.process.stdout is None:
            raise RuntimeError("no output to read")
        return json.loads(await self.process.stdout.readline())


@asynccontextmanager
async def served(project: Path, *options: str, log: IO[bytes] | None = None) -> AsyncIterator[Served]:
    """A gateway for a project, as tests/load/served.py starts it; its log goes to a file, if there is one."""
    command: list[str | Path] = [sys.executable, "-m", "tests.load.served", project, *options]
    async with child(command, stdout=asyncio.subprocess.PIPE, stderr=log or asyncio.subprocess.DEVNULL) as process:
        if process.stdout is None:
            raise RuntimeError("no output to read")
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
        yield Served(process, **json.loads(line))


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, in all its threads: the scheduler's own count, in nanoseconds (proc(5), schedstat)."""
    tasks = Path("/proc", str(pid), "task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_bytes(pid: int) -> int:
    """What a process has in memory."""
    return int(Path("/proc", str(pid), "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    return list(tree(pid))[1:]
