"""Signed requests to AWS over one aiohttp session per environment."""

import logging
import os
from functools import cached_property
from typing import Final

import aiohttp
from yarl import URL

from chalicelib.gateways.base import Clock
from chalicelib.gateways.sigv4 import Credentials, Scope, sign

TIMEOUT_SECONDS: Final = 5.0
CONNECTIONS: Final = 64

log = logging.getLogger("parley.aws")


class Aws:
    """Sends requests to one endpoint, signed for one service."""

    def __init__(self, endpoint: str, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock
        url = URL(endpoint.rstrip("/"))
        self._prefix = url.raw_path.rstrip("/")
        self._origin = str(url.origin())
        self._host = url.host_port_subcomponent or ""
        if url.is_default_port():
            self._host = url.host_subcomponent or ""

    async def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
        """The answer's HTTP status; 0 when there was none in time. `path` starts with / and is encoded already.

        Credentials are read each time: Lambda renews those of the role during an environment's life.
        """
        full = self._prefix + path
        credentials = Credentials(
            os.environ.get("AWS_ACCESS_KEY_ID", ""),
            os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
            os.environ.get("AWS_SESSION_TOKEN"),
        )
        signed = sign(credentials, self._scope, method, self._host, full, body, self._clock.now())
        url = URL(self._origin + full, encoded=True)
        try:
            async with self._session.request(method, url, data=body, headers={**(headers or {}), **signed}) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("%s did not answer: %r", self._scope.service, error)
            return 0

    async def close(self) -> None:
        """Close the session's sockets."""
        if "_session" in self.__dict__:
            await self._session.close()

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Content-Type"),
        )
