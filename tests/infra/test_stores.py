"""The embedded stores: durable under SIGKILL, side by side, one owner per folder."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from infra.processes.ports import free_port
from infra.stores import POSTGRES, EmbeddedStore, ExistingServer, StoreError, Stores, choose_store
from infra.stores.errors import FolderInUse, NotStarted, ServerEnded, ServerNotFound, ServerNotReady
from infra.stores.mongodb import MongoDB
from infra.stores.postgres import Postgres
from tests.infra.stores_under_test import CASES, Case
from tests.infra.waiting import descendants, is_running, wait_until

pytestmark = pytest.mark.usefixtures("drivers_may_leak")

_WRITES = range(40)


@pytest_asyncio.fixture(params=CASES, scope="module", loop_scope="session")
async def killed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Case, EmbeddedStore, list[int]]]:
    """A store that was killed right after its last acknowledged write, and has been started again."""
    case = CASES[request.param]
    store = case.store(tmp_path_factory.mktemp("killed") / "a folder")
    await store.start()
    await store.ready()
    await case.write(store.url, _WRITES)
    processes = [store.child.pid, *descendants(store.child.pid)]
    os.kill(store.child.pid, signal.SIGKILL)
    await store.child.wait()
    address = store.url
    assert case.leftover is None or (store.folder / case.leftover).exists()
    await _start_again(store)
    assert store.url == address
    yield case, store, processes
    await store.stop()


async def _start_again(store: EmbeddedStore) -> None:
    """As the supervisor does: PostgreSQL refuses while processes of the killed server are still ending."""
    for _ in range(3):
        await store.start()
        try:
            return await store.ready()
        except ServerEnded:
            continue
    raise AssertionError(store.log.read_text())


async def test_a_killed_store_has_all_acknowledged_writes(killed: tuple[Case, EmbeddedStore, list[int]]) -> None:
    case, store, _ = killed
    assert await case.read(store.url) == set(_WRITES)


async def test_a_killed_store_leaves_no_process(killed: tuple[Case, EmbeddedStore, list[int]]) -> None:
    _, _, processes = killed
    assert wait_until(lambda: not any(map(is_running, processes)))


async def test_a_store_listens_on_the_loopback_address_only(killed: tuple[Case, EmbeddedStore, list[int]]) -> None:
    _, store, _ = killed
    addresses = _listening_addresses([store.child.pid, *descendants(store.child.pid)])
    assert addresses
    assert addresses == {"127.0.0.1"}


def _listening_addresses(pids: list[int]) -> set[str]:
    """From /proc/net/tcp and tcp6: the addresses of the sockets in state LISTEN (0A) that these processes hold."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink()) if link.is_symlink() else ""
            if target.startswith("socket:["):
                inodes.add(target[len("socket:[") : -1])
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(_address(fields[1].partition(":")[0]))
    return found


def _address(digits: str) -> str:
    """Four bytes at a time, each group in the machine's (little-endian) order."""
    packed = b"".join(bytes.fromhex(digits[at : at + 8])[::-1] for at in range(0, len(digits), 8))
    mapped = b"\0" * 10 + b"\xff" * 2
    packed = packed.removeprefix(mapped)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


@pytest.fixture
def neighbour(killed: tuple[Case, EmbeddedStore, list[int]], request: pytest.FixtureRequest) -> str:
    """The address of a store of the same kind in another folder: the one that all tests share."""
    case, _, _ = killed
    return str(request.getfixturevalue(case.shared))


async def test_two_folders_run_side_by_side_each_with_its_own_data(
    killed: tuple[Case, EmbeddedStore, list[int]], neighbour: str
) -> None:
    case, store, _ = killed
    await case.write(neighbour, range(1000, 1003))
    assert await case.read(neighbour) == set(range(1000, 1003))
    assert await case.read(store.url) == set(_WRITES)


async def test_the_same_folder_twice_at_once_is_refused(killed: tuple[Case, EmbeddedStore, list[int]]) -> None:
    case, store, _ = killed
    with pytest.raises(FolderInUse, match=f"{store.name} cannot use .* process {os.getpid()} is using it"):
        await case.store(store.folder).start()
    assert await case.read(store.url) == set(_WRITES)


async def test_a_stopped_store_has_its_data_when_started_again_elsewhere(tmp_path: Path) -> None:
    case = CASES["mongodb"]
    first = case.store(tmp_path)
    await first.start()
    await first.ready()
    await case.write(first.url, range(3))
    await first.stop()
    second = case.store(tmp_path, free_port())
    await second.start()
    await second.ready()
    assert await case.read(second.url) == set(range(3))
    await second.stop()


@pytest.fixture
def uncollected(tmp_path: Path) -> Iterator[int]:
    """A process called postgres that has ended, and that nobody has asked for its exit status."""
    program = tmp_path / "postgres"
    program.symlink_to("/bin/true")
    with subprocess.Popen([program]) as process:
        assert wait_until(lambda: not is_running(process.pid))
        yield process.pid


async def test_a_pid_file_with_the_number_of_another_process_does_not_stop_postgres(
    tmp_path: Path, uncollected: int
) -> None:
    store = Postgres(tmp_path / "data")
    for misleading in (os.getpid(), uncollected):
        await store.start()
        await store.ready()
        os.kill(store.child.pid, signal.SIGKILL)
        await store.child.wait()
        pid_file = store.folder / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(misleading), *lines[1:]]))
        await store.stop()
    await _start_again(store)
    await store.stop()


async def test_postgres_is_reached_by_a_role_without_special_rights(tmp_path: Path) -> None:
    store = Postgres(tmp_path)
    await store.start()
    await store.ready()
    connection = await asyncpg.connect(store.url)
    assert not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert await connection.fetchval("SELECT datcollate FROM pg_database WHERE datname = 'parley'") == "C"
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await asyncpg.connect(store.url.replace("parley@", "postgres@"))
    await connection.close()
    await store.stop()


async def test_a_half_made_postgres_cluster_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "cluster.new" / "base").mkdir(parents=True)
    store = Postgres(tmp_path)
    await store.start()
    await store.ready()
    await store.stop()
    assert not (tmp_path / "cluster.new").exists()


async def test_a_port_that_was_taken_meanwhile_is_left_to_the_other_program(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        store = _MongoOnTakenPort(tmp_path, taken)
        await store.start()
        await store.ready()
        assert store.port != taken
        await store.stop()


class _MongoOnTakenPort(MongoDB):
    """Chose a port that was free, and is not any more."""

    def __init__(self, folder: Path, taken: int) -> None:
        super().__init__(folder)
        self._port = taken


async def test_a_port_that_was_asked_for_and_is_in_use_is_an_error_that_names_the_log(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        store = MongoDB(tmp_path, other.getsockname()[1])
        await store.start()
        with pytest.raises(ServerEnded, match=r"MongoDB ended while it was starting: .*server\.log says why"):
            await store.ready()
        await store.stop()
        assert "Address already in use" in store.log.read_text()


async def test_a_server_that_does_not_answer_in_time_is_an_error(tmp_path: Path) -> None:
    store = MongoDB(tmp_path)
    await store.start()
    with pytest.raises(ServerNotReady, match="MongoDB was not ready within 0 seconds"):
        await store.ready(within=0)
    await store.stop()


def test_a_store_has_no_address_before_its_start(tmp_path: Path) -> None:
    with pytest.raises(NotStarted):
        _ = Postgres(tmp_path).url
    with pytest.raises(NotStarted):
        _ = Postgres(tmp_path).child


async def test_a_server_that_is_there_already_is_used_and_left_running(tmp_path: Path) -> None:
    store = MongoDB(tmp_path)
    await store.start()
    await store.ready()
    existing = choose_store("MONGODB_URL", tmp_path, {"MONGODB_URL": store.url})
    await existing.start()
    await existing.ready()
    await existing.stop()
    assert existing.url == store.url
    assert isinstance(existing, ExistingServer)
    assert store.child.running
    await store.stop()


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("POSTGRES_URL", "postgresql://parley@127.0.0.1:{port}/parley"),
        ("MONGODB_URL", "mongodb://127.0.0.1:{port}/parley?directConnection=true"),
        ("CASSANDRA_HOSTS", "127.0.0.1:{port},127.0.0.1:{port}"),
    ],
)
async def test_a_server_that_should_be_there_but_does_not_answer_is_an_error(
    variable: str, url: str, tmp_path: Path
) -> None:
    store = choose_store(variable, tmp_path, {variable: url.format(port=free_port())})
    with pytest.raises(ServerNotFound, match=f"answers at the address in {variable}"):
        await store.ready(within=0)


async def test_when_one_store_cannot_start_the_others_are_stopped(tmp_path: Path) -> None:
    postgres, mongodb = Postgres(tmp_path / "postgres"), MongoDB(tmp_path / "mongodb")
    owner = MongoDB(tmp_path / "mongodb")
    await owner.start()
    with pytest.raises(StoreError):
        await Stores({"POSTGRES_URL": postgres, "MONGODB_URL": mongodb}).start()
    with pytest.raises(NotStarted):
        _ = postgres.child
    await owner.stop()


def test_stores_are_named_by_their_environment_variables(tmp_path: Path) -> None:
    given = {"POSTGRES_URL": "postgresql://a", "CASSANDRA_HOSTS": "b:1"}
    stores = Stores.choose(tmp_path, given)
    assert [store.name for store in stores.embedded] == ["MongoDB"]
    assert {name: stores.by_variable[name].url for name in given} == given


_HANGING_TEST = """
import os
pytest_plugins = ["tests.stores"]

def test_hangs(postgres_url):
    print("started", os.getpid(), flush=True)
    input()
"""


def test_when_pytest_is_killed_the_stores_it_started_end(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_HANGING_TEST.partition("\n\n")[0])
    (tmp_path / "test_hanging.py").write_text(_HANGING_TEST)
    environment = {name: value for name, value in os.environ.items() if name != POSTGRES}
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-s", "--rootdir", tmp_path, "-c", os.devnull, tmp_path],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "started" in line)
        family = descendants(process.pid)
        assert len(family) > 3
        process.kill()
    assert wait_until(lambda: not any(map(is_running, family)))
