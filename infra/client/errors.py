"""What can become of something that was asked of the server."""

from chalicelib.errors import ErrorCode


class ClientError(Exception):
    """Something asked of the server was not done, as far as is known."""


class Refused(ClientError):
    """The server's answer is no. `retry` tells that the same may succeed later, and may have happened already."""

    def __init__(self, code: str, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry = retry


class Unreachable(ClientError):
    """No answer came: whether the server acted is unknown."""


class SessionOver(ClientError):
    """The session has ended: nothing is tried again until somebody logs in."""


RETRIED = frozenset((ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL))
"""Codes after which the same request may succeed unchanged (docs/protocol.md, "Errors")."""
