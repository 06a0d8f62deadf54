"""The API Gateway management API of the WebSocket stage."""

from urllib.parse import quote

from chalicelib.gateways.aws import Aws
from chalicelib.gateways.base import Delivery

_OK = frozenset((200, 204))
_OUTCOMES = {410: Delivery.GONE, 429: Delivery.THROTTLED}


class ManagementApi:
    """Implements gateways.base.Callbacks."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    async def post(self, connection: str, frame: bytes) -> Delivery:
        """Send a text frame."""
        return _outcome(await self._aws.request("POST", _path(connection), frame))

    async def close(self, connection: str) -> Delivery:
        """Close the connection."""
        return _outcome(await self._aws.request("DELETE", _path(connection)))

    async def exists(self, connection: str) -> bool | None:
        """Whether the gateway has the connection."""
        status = await self._aws.request("GET", _path(connection))
        return True if status in _OK else False if status == 410 else None


def _path(connection: str) -> str:
    # Ids end in "=", which must be encoded in a path.
    return f"/@connections/{quote(connection, safe='')}"


def _outcome(status: int) -> Delivery:
    return Delivery.DELIVERED if status in _OK else _OUTCOMES.get(status, Delivery.FAILED)
