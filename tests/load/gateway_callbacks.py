"""The management API on one core: signed POSTs from a raw client that was given its requests beforehand."""

import asyncio
import os
import time
from functools import partial
from statistics import median, quantiles
from typing import Final, cast
from urllib.parse import quote, urlsplit

import uvloop

from infra.gateway.core.sigv4 import Credentials, Scope, SignedRequest, sign
from tests.load.process import ECHO, Served, cpu_seconds, served
from tests.load.web_socket import LoadSocket, host_and_port, ignore, text_frame

MESSAGE: Final = b"x" * 120
CONNECTIONS: Final = 8
"""HTTP connections, and WebSocket clients that are posted to."""

DEPTHS: Final = (1, 8)
"""Requests under way on each connection: one, as boto3 has it, or several, pipelined."""

ROUNDS: Final = 5
SECONDS: Final = 2.0
GOAL: Final = 8_000
_OK: Final = b"HTTP/1.1 200"
_HEAD_END: Final = b"\r\n\r\n"


class Poster(asyncio.Protocol):
    """Keeps `depth` copies of a request under way until `until`; notes when each was answered."""

    def __init__(self, request: bytes, depth: int) -> None:
        self.times: list[float] = []
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._depth = depth
        self._sent: list[float] = []
        self._buffer = b""
        self._until = 0.0
        self._transport: asyncio.Transport

    def start(self, until: float) -> None:
        """Post until then."""
        self._until = until
        self._post(self._depth)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Nothing is sent yet."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Every answer is a head alone, since the API's 200 has no body."""
        *answers, self._buffer = (self._buffer + data).split(_HEAD_END)
        now = time.perf_counter()
        for answer in answers:
            if not answer.startswith(_OK):
                self.finished.set_exception(RuntimeError(answer.decode("latin-1")))
                self._transport.abort()
                return
            self.times.append(now - self._sent.pop(0))
        if now < self._until:
            self._post(len(answers))
        elif not self._sent:
            self.finished.set_result(None)
            self._transport.close()

    def _post(self, number: int) -> None:
        now = time.perf_counter()
        self._sent += [now] * number
        self._transport.write(self._request * number)


def _request(gateway: Served, connection_id: str) -> bytes:
    address = urlsplit(gateway.management_url)
    path = f"{address.path}/@connections/{quote(connection_id, safe='')}"
    headers = {"host": address.netloc}
    credentials = Credentials(gateway.access_key_id, gateway.secret_access_key)
    signed = sign(
        SignedRequest("POST", path, "", headers, MESSAGE), credentials, Scope("us-east-1", "execute-api"), time.time()
    )
    lines = [f"POST {path} HTTP/1.1", f"Host: {address.netloc}", f"Content-Length: {len(MESSAGE)}"]
    lines += [f"{name}: {value}" for name, value in signed.items()]
    return "\r\n".join([*lines, "", ""]).encode() + MESSAGE


async def _round(gateway: Served, ids: list[str], depth: int) -> tuple[float, float, list[float]]:
    """Posts a second, CPU seconds of the gateway for each, and their times."""
    posters = []
    for connection_id in ids:
        request = _request(gateway, connection_id)
        _, poster = await asyncio.get_running_loop().create_connection(
            partial(Poster, request, depth), *host_and_port(gateway.url)
        )
        posters.append(poster)
    spent, begun = cpu_seconds(gateway.pid), time.perf_counter()
    for poster in posters:
        poster.start(begun + SECONDS)
    await asyncio.gather(*(poster.finished for poster in posters))
    took, spent = time.perf_counter() - begun, cpu_seconds(gateway.pid) - spent
    times = [each for poster in posters for each in poster.times]
    return len(times) / took, spent / len(times), times


async def _measure() -> dict[int, tuple[float, float, list[float]]]:
    cores = sorted(os.sched_getaffinity(0))
    async with served(ECHO) as gateway:
        os.sched_setaffinity(gateway.pid, cores[:1])
        os.sched_setaffinity(0, cores[1:] or cores)
        ids = [await _connected(gateway) for _ in range(CONNECTIONS)]
        rounds: dict[int, list[tuple[float, float, list[float]]]] = {depth: [] for depth in DEPTHS}
        for _ in range(ROUNDS):
            for depth in DEPTHS:
                rounds[depth].append(await _round(gateway, ids, depth))
    os.sched_setaffinity(0, cores)
    return {
        depth: (
            median(rate for rate, _, _ in each),
            min(spent for _, spent, _ in each),
            [one for _, _, times in each for one in times],
        )
        for depth, each in rounds.items()
    }


async def _connected(gateway: Served) -> str:
    """A client that reads whatever it is sent; its id."""
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    client = await LoadSocket.connect(gateway.websocket_url, lambda payload: told.set_result(payload.decode()))
    client.send(text_frame(b"who"))
    connection_id = await told
    client.received = ignore
    return connection_id


NOTE: Final = f"""\
{CONNECTIONS} connections post {len(MESSAGE)} bytes each to {CONNECTIONS} WebSocket clients, signatures checked.
The gateway has one core; the client, which was given its signed requests beforehand, and the readers are one process on
another. {ROUNDS} rounds of {SECONDS} s: the median of the rates, the CPU
of the round that other programs disturbed least. POSTs/s and core is one second over the gateway's CPU for each: what
it would do with the core to itself."""


def report() -> str:
    """The section of docs/benchmarks.md."""
    lines = [
        "| under way on each connection | POSTs/s | gateway's CPU each | POSTs/s and core | goal | p50 | p99 |",
        "|---|---|---|---|---|---|---|",
    ]
    for depth, (rate, spent, times) in uvloop.run(_measure()).items():
        cuts = quantiles(times, n=100)
        lines.append(
            f"| {depth} | {rate:,.0f} | {spent * 1e6:.0f} us | {1 / spent:,.0f} | {GOAL:,} |"
            f" {cuts[49] * 1e3:.2f} ms | {cuts[98] * 1e3:.2f} ms |"
        )
    return "\n".join(
        (
            *lines,
            "",
            NOTE,
        )
    )
