"""Whether a deployed Parley works: the page is there, all stores answer, and the socket wants a ticket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp

from infra.deploy.endpoints import Endpoints

PATIENCE_SECONDS: Final = 60.0
_BETWEEN_SECONDS: Final = 1.0
_REFUSED: Final = frozenset((401, 403))

Probe = Callable[[aiohttp.ClientSession, Endpoints], Awaitable[str | None]]
"""None for the right answer, else what came instead."""


async def look(endpoints: Endpoints, patience: float = PATIENCE_SECONDS) -> tuple[str, str] | None:
    """None when all is well; else what was asked, and what came instead of the right answer.

    Each is asked again for a while: what is new needs a moment to be everywhere.
    """
    probes: dict[str, Probe] = {f"GET {endpoints.rest}/health": _health, f"opening {endpoints.socket}": _socket}
    if endpoints.page is not None:
        probes[f"GET {endpoints.page}/"] = _page
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
        for what, probe in probes.items():
            while (came := await _asked(probe, http, endpoints)) is not None:
                if loop.time() > deadline:
                    return what, came
                await asyncio.sleep(_BETWEEN_SECONDS)
    return None


async def _asked(probe: Probe, http: aiohttp.ClientSession, endpoints: Endpoints) -> str | None:
    try:
        return await probe(http, endpoints)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return repr(error)


async def _health(http: aiohttp.ClientSession, endpoints: Endpoints) -> str | None:
    async with http.get(f"{endpoints.rest}/health") as answer:
        text = await answer.text()
        works = answer.status == 200 and (await answer.json(content_type=None))["status"] == "ok"
        return None if works else f"{answer.status} {text[:300]}"


async def _socket(http: aiohttp.ClientSession, endpoints: Endpoints) -> str | None:
    try:
        async with http.ws_connect(endpoints.socket, origin=endpoints.origin, protocols=["parley.v1"]):
            return "an open socket, although no ticket was shown"
    except aiohttp.WSServerHandshakeError as error:
        return None if error.status in _REFUSED else str(error.status)


async def _page(http: aiohttp.ClientSession, endpoints: Endpoints) -> str | None:
    async with http.get(f"{endpoints.page}/") as answer:
        text = await answer.text()
        return None if answer.status == 200 and '<div id="root">' in text else f"{answer.status} {text[:300]}"
