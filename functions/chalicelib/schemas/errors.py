"""The body of every refused REST request."""

from pydantic import Field

from chalicelib.errors import ErrorCode
from chalicelib.schemas.base import Model


class ErrorBody(Model):
    """What went wrong: a code for programs, a sentence for people, and details by code."""

    code: ErrorCode
    message: str
    details: dict[str, object] = Field(default_factory=dict)


class ErrorAnswer(Model):
    """`{"error": {...}}`, the one shape of all refusals."""

    error: ErrorBody
