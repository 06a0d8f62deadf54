"""Signed requests to AWS over connections that an environment keeps."""

import logging
import os
from urllib.parse import urlsplit

from chalicelib.gateways.base import Clock
from chalicelib.gateways.http import TIMEOUT_SECONDS, HttpClient, Reply
from chalicelib.gateways.sigv4 import Credentials, Scope, sign

log = logging.getLogger("parley.aws")

_NONE = Reply(0, {}, b"")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Aws:
    """Sends requests to one endpoint, signed for one service."""

    def __init__(self, endpoint: str, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock
        url = urlsplit(endpoint.rstrip("/"))
        self._prefix = url.path
        default = url.port is None or url.port == _DEFAULT_PORTS.get(url.scheme)
        self._host = (url.hostname or "") if default else f"{url.hostname}:{url.port}"
        self._http = HttpClient(endpoint)

    async def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
        """The status of the answer to `call`."""
        return (await self.call(method, path, body, headers)).status

    async def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> Reply:
        """The answer; its status is 0 when there was none in time. `path` starts with / and is encoded already.

        Credentials are read each time: Lambda renews those of the role during an environment's life.
        """
        full = self._prefix + path
        credentials = Credentials(
            os.environ.get("AWS_ACCESS_KEY_ID", ""),
            os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
            os.environ.get("AWS_SESSION_TOKEN"),
        )
        signed = sign(credentials, self._scope, method, self._host, full, body, self._clock.now())
        try:
            return await self._http.request(
                method, full, {"Host": self._host, **(headers or {}), **signed}, body, seconds
            )
        except (TimeoutError, OSError) as error:
            log.warning("%s did not answer: %r", self._scope.service, error)
            return _NONE

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
