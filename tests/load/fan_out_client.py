"""CPU per delivery: the management API client against boto3, in the same run, against the same server."""

import asyncio
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from typing import Final

import boto3
from aiohttp import web

from chalicelib.gateways.aws import Aws
from chalicelib.gateways.base import Delivery
from chalicelib.gateways.callbacks import ManagementApi
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.sigv4 import Scope

FRAME: Final = b"x" * 300
OURS: Final = 5_000
REFERENCE: Final = 500
CONCURRENCY: Final = 64


def _serve(ready: Connection) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


async def _ours(url: str) -> float:
    aws = Aws(url, Scope("us-east-1", "execute-api"), SystemClock())
    callbacks = ManagementApi(aws)
    slots = asyncio.Semaphore(CONCURRENCY)

    async def one(number: int) -> None:
        async with slots:
            if await callbacks.post(f"connection{number}=", FRAME) is not Delivery.DELIVERED:
                raise RuntimeError("a delivery failed")

    await asyncio.gather(*(one(number) for number in range(CONCURRENCY)))
    before = time.process_time()
    await asyncio.gather(*(one(number) for number in range(OURS)))
    spent = time.process_time() - before
    aws.close()
    return spent / OURS


def _boto3(url: str) -> float:
    client = boto3.client("apigatewaymanagementapi", endpoint_url=url, region_name="us-east-1")
    client.post_to_connection(ConnectionId="warm=", Data=FRAME)
    before = time.process_time()
    for number in range(REFERENCE):
        client.post_to_connection(ConnectionId=f"connection{number}=", Data=FRAME)
    return (time.process_time() - before) / REFERENCE


def report() -> str:
    """The section of docs/benchmarks.md."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}/ws"
        reference = _boto3(url)
        client = asyncio.run(_ours(url))
    finally:
        server.kill()
        server.join()
    return "\n".join(
        (
            "| client | CPU per delivery | ratio |",
            "|---|---|---|",
            f"| boto3 `post_to_connection` | {reference * 1e6:,.0f} us | 1 |",
            f"| `gateways/callbacks.py` | {client * 1e6:,.0f} us | 1/{reference / client:.1f} |",
        )
    )
