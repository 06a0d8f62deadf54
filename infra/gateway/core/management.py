"""The management API's answers, as botocore's model of apigatewaymanagementapi has them.

Every error carries `x-amzn-ErrorType`: without it botocore raises a plain ClientError instead of its modelled one.
"""

import re
from datetime import UTC, datetime

import orjson

from infra.gateway.core.connection import MESSAGE_LIMIT, Connection

SERVICE = "execute-api"
_ID = re.compile(r"[A-Za-z0-9+/_-]{2,126}={0,2}")


class ManagementError(Exception):
    """An error of the API: HTTP status, exception name and the message clients read."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.type = error_type

    @property
    def body(self) -> bytes:
        """The error document."""
        return orjson.dumps({"message": str(self)})


def gone() -> ManagementError:
    """No such connection, or it is in its `$connect`."""
    return ManagementError(410, "GoneException", "The connection is no longer available.")


def payload_too_large() -> ManagementError:
    """More than 128 KB."""
    return ManagementError(413, "PayloadTooLargeException", f"Message too long: the limit is {MESSAGE_LIMIT} bytes.")


def limit_exceeded() -> ManagementError:
    """The rate is too high, or the client's send buffer is full."""
    return ManagementError(429, "LimitExceededException", "The client is sending more than the allowed rate.")


def forbidden(reason: str) -> ManagementError:
    """The signature is wrong or missing."""
    return ManagementError(403, "ForbiddenException", reason)


def bad_request(reason: str) -> ManagementError:
    """Malformed id or message."""
    return ManagementError(400, "BadRequestException", reason)


def check_id(connection_id: str) -> None:
    """Raise ManagementError (400) for what cannot be a connection id."""
    if _ID.fullmatch(connection_id) is None:
        raise bad_request(f"Invalid connectionId: {connection_id}")


def check_message(body: bytes) -> None:
    """Raise ManagementError for a message that cannot be sent as one text message."""
    if len(body) > MESSAGE_LIMIT:
        raise payload_too_large()
    try:
        body.decode()
    except UnicodeDecodeError:
        # AWS does not say what it does; a text frame that is not UTF-8 would make the client close.
        raise bad_request("The message is not valid UTF-8.") from None


def connection_document(connection: Connection) -> bytes:
    """The answer of GET: times in ISO 8601."""
    caller = connection.caller
    return orjson.dumps(
        {
            "connectedAt": _iso(caller.connected_at / 1000),
            "lastActiveAt": _iso(connection.last_active),
            "identity": {"sourceIp": caller.source_ip, "userAgent": caller.user_agent},
        }
    )


def _iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
