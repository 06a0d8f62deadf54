"""Every refusal Parley gives, one class per code.

ParleyError
├── BadRequest          the request is not of the shape the schema asks for
├── UnknownAction       a frame whose action nobody handles
├── Unauthenticated     no session, or one that is no longer alive
├── BadCredentials      log-in refused; never says which half was wrong
├── SecondFactorNeeded  the password was right, and a code is asked for
├── NotLive             the socket has not resumed yet, or is gone
├── Forbidden           known, but not allowed
├── NotMember           the room exists for others; for the caller it may as well not
├── NotFound            no such thing, or none the caller may know of
├── Conflict            the state does not allow it (a name taken, an owner who would leave)
├── IdConflict          an id that was used before, for something else
├── StaleId             an id too old (or too far ahead) to be kept apart from a resend
├── RateLimited         too many, try later
└── Unavailable         a store or a quota is away; nothing was changed as far as is known

Services raise them; they become an HTTP answer or an error frame at the edges (handlers/) and nowhere else.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar


class ErrorCode(StrEnum):
    """The codes a client can meet, over REST and over the socket alike."""

    BAD_REQUEST = "bad_request"
    UNKNOWN_ACTION = "unknown_action"
    UNAUTHENTICATED = "unauthenticated"
    BAD_CREDENTIALS = "bad_credentials"
    SECOND_FACTOR = "second_factor"
    NOT_LIVE = "not_live"
    FORBIDDEN = "forbidden"
    NOT_MEMBER = "not_member"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    ID_CONFLICT = "id_conflict"
    STALE_ID = "stale_id"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class ParleyError(Exception):
    """A refusal with a code for programs and one sentence for people.

    `retry` tells a client that the same request may succeed later without a change.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False

    def __init__(self, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = dict(details or {})


class BadRequest(ParleyError):
    """The request is not of the shape the schema asks for; `details.fields` names what is wrong."""

    code = ErrorCode.BAD_REQUEST
    status = 400


class UnknownAction(ParleyError):
    """A frame whose `action` nobody handles."""

    code = ErrorCode.UNKNOWN_ACTION
    status = 400


class Unauthenticated(ParleyError):
    """No session, or one that has ended; logging in again helps."""

    code = ErrorCode.UNAUTHENTICATED
    status = 401


class BadCredentials(ParleyError):
    """Log-in refused, in the same words whether the account exists or not."""

    code = ErrorCode.BAD_CREDENTIALS
    status = 401


class SecondFactorNeeded(ParleyError):
    """The password is right; the same log-in with a `code` may succeed."""

    code = ErrorCode.SECOND_FACTOR
    status = 401


class NotLive(ParleyError):
    """The connection is unknown or has not sent its first `resume`."""

    code = ErrorCode.NOT_LIVE
    status = 409


class Forbidden(ParleyError):
    """The caller is known and may not do this."""

    code = ErrorCode.FORBIDDEN
    status = 403


class NotMember(ParleyError):
    """The caller is not a member of the room, or there is no such room: the two look the same."""

    code = ErrorCode.NOT_MEMBER
    status = 403


class NotFound(ParleyError):
    """There is no such thing, or none the caller may know of."""

    code = ErrorCode.NOT_FOUND
    status = 404


class Conflict(ParleyError):
    """The present state does not allow it; `details.field` names what collides."""

    code = ErrorCode.CONFLICT
    status = 409


class IdConflict(ParleyError):
    """The id was used before for something else; the client must take a new one."""

    code = ErrorCode.ID_CONFLICT
    status = 409


class StaleId(ParleyError):
    """The id's time is too far from now to tell a first attempt from a resend: the user must decide."""

    code = ErrorCode.STALE_ID
    status = 409


class RateLimited(ParleyError):
    """Too many requests; the same one may be sent again later."""

    code = ErrorCode.RATE_LIMITED
    status = 429
    retry = True

    def __init__(self, message: str, *, retry_after: int = 60) -> None:
        """`retry_after` is in seconds: sent as `details.retry_after`, over REST as the header Retry-After too."""
        super().__init__(message, {"retry_after": retry_after})


class Unavailable(ParleyError):
    """A store did not answer. Whether a write happened is unknown: resend with the same id."""

    code = ErrorCode.UNAVAILABLE
    status = 503
    retry = True
