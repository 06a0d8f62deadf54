"""What `run` prints: for terminals, for machines, and over TLS."""

import asyncio
import json
import os
import pty
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect

from infra.gateway.run_file import Run, find_runs
from tests.gateway.conftest import APPS, Records, StartGateway, until

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def start(records: Records, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts `run` on an app, with run files in the test's own folder."""
    processes: list[asyncio.subprocess.Process] = []

    async def start(
        *options: str, app: str = "sockets", stderr: int = asyncio.subprocess.PIPE
    ) -> asyncio.subprocess.Process:
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "TERM": "xterm"}
        environment.pop("NO_COLOR", None)
        command = ("-m", "infra.gateway", "run", str(APPS / app), "--port=0", f"--env=RECORDS={records.folder}")
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, *options, env=environment, stdout=asyncio.subprocess.PIPE, stderr=stderr
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def running(folder: Path) -> Run:
    """The gateway that announced itself below a folder."""
    (run,) = await until(lambda: find_runs(folder / "chalice-gateway"))
    return run


async def said(process: asyncio.subprocess.Process) -> str:
    """The next line of standard output."""
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 15)).decode()


async def test_for_machines_every_line_is_a_json_object(start: Start) -> None:
    process = await start("--json", "--verbose")
    ready = json.loads(await said(process))
    assert ready["kind"] == "ready"
    assert not any("secret" in key.lower() for key in ready)
    async with connect(ready["websocket_url"]) as client:
        await client.send("hello")
        assert await client.recv() == "hello"
    kinds: list[str] = []
    while "invocation" not in kinds:
        kinds.append(json.loads(await said(process))["kind"])
    assert "output" in kinds
    process.terminate()
    rest, errors = await process.communicate()
    assert all(json.loads(line)["kind"] for line in rest.splitlines())
    assert errors == b""


async def test_a_quiet_gateway_logs_what_goes_wrong_only(start: Start) -> None:
    process = await start("--quiet")
    url = (await said(process)).rpartition("WebSocket ")[2].rstrip(")\n")
    async with connect(url) as client:
        await client.send("hello")
        await client.recv()
        await client.send("raise now")
        await client.recv()
        process.terminate()
        _, errors = await process.communicate()
    line = errors.decode().rstrip()
    assert "\n" not in line
    assert line.endswith("ValueError: secret detail")


async def test_on_a_terminal_the_log_has_colour(start: Start) -> None:
    terminal, end = pty.openpty()
    process = await start("--console", stderr=end)
    os.close(end)
    url = (await said(process)).rpartition("WebSocket ")[2].rstrip(")\n")
    assert (await said(process)).endswith("/_gateway/\n")
    async with connect(url) as client:
        await client.send("hello")
        await client.recv()
    line = await asyncio.wait_for(asyncio.to_thread(os.read, terminal, 4096), 15)
    assert b"\x1b[36mwebsocket_connect" in line
    os.close(terminal)


async def test_commands_find_it_and_its_file_goes_with_it(start: Start, tmp_path: Path) -> None:
    process = await start()
    await said(process)
    run = await running(tmp_path)
    assert (run.pid, run.project) == (process.pid, str(APPS / "sockets"))
    process.terminate()
    await process.communicate()
    assert list((tmp_path / "chalice-gateway").iterdir()) == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with a certificate for localhost, its key, and the authority that signed it."""
    authority = trustme.CA()
    server = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    for each in server.cert_chain_pems:
        each.write_to_path(str(tmp_path / "cert.pem"), append=True)
    return tmp_path


async def test_over_tls_clients_are_encrypted_and_functions_reach_them(
    start: Start, certificate: Path, tmp_path: Path
) -> None:
    process = await start(f"--tls-cert={certificate / 'cert.pem'}", f"--tls-key={certificate / 'key.pem'}")
    line = await said(process)
    assert "ready at https://127.0.0.1:" in line
    url = line.rpartition("WebSocket ")[2].rstrip(")\n")
    assert url.startswith("wss://")
    context = ssl.create_default_context(cafile=str(certificate / "ca.pem"))
    async with connect(url, ssl=context) as client:
        await client.send("x" * 30_000)  # echoed through the management API
        assert len(await client.recv()) == 30_000
    async with connect(url, ssl=context) as client:
        await client.send(b"binary")
        await client.wait_closed()
        assert client.close_code == 1003
    assert (await running(tmp_path)).url.startswith("http://127.0.0.1:")


async def test_over_tls_functions_read_that_clients_spoke_https(start_gateway: StartGateway, certificate: Path) -> None:
    gateway = await start_gateway("sockets", tls_certificate=certificate / "cert.pem", tls_key=certificate / "key.pem")
    context = ssl.create_default_context(cafile=str(certificate / "ca.pem"))
    async with gateway.connect(ssl=context):
        event = await gateway.events.wait(route="$connect")
    headers = event.event["headers"]
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"]) == ("https", gateway.url.rpartition(":")[2])


async def test_a_certificate_that_cannot_be_used_is_one_sentence(start: Start, certificate: Path) -> None:
    process = await start(f"--tls-cert={certificate / 'nothing.pem'}")
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().endswith("cannot be used with its key (No such file or directory): name two PEM files.\n")
    process = await start(f"--tls-cert={certificate / 'cert.pem'}", f"--tls-key={certificate / 'ca.pem'}")
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().count("\n") == 1
