"""Log lines: each a JSON object with what is known of the invocation it belongs to.

Powertools formats them, from the first line on: an environment that has nothing to say does not pay for its import. A
user is shown by a keyed digest: the same one everywhere, so that lines can be put together, and of no use to who reads
them without the key. Texts, tokens and addresses are never logged.
"""

import hashlib
import logging
import os
import sys
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from chalicelib.log_context import FIELDS, known

if TYPE_CHECKING:
    from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_PERSON: Final = b"parley log user"
_LEVELS: Final = logging.getLevelNamesMapping()


def user_digest(user: str, key: bytes) -> str:
    """How log lines name the user: 16 hexadecimal digits. `key` is secret."""
    return hashlib.blake2b(user.encode(), key=key[:64], person=_PERSON, digest_size=8).hexdigest()


class StructuredFormatter(logging.Formatter):
    """Formats any record as a line of JSON, its end included."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        """`key` is asked for once a line names a user."""
        super().__init__()
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, str | None] = {**known()}
        if user := fields.get("user"):
            fields["user"] = user_digest(user, self._key())
        # awslambdaric adds these two to every record. The first is for lines from outside of an invocation's context.
        fields.setdefault("request_id", getattr(record, "aws_request_id", None) or None)
        record.aws_request_id = record.tenant_id = None
        record.logger = record.name
        for name in FIELDS:
            # What the line was given by itself is nearer to it.
            if fields.get(name) is not None and not hasattr(record, name):
                setattr(record, name, fields[name])
        return self._powertools.format(record) + "\n"

    @cached_property
    def _powertools(self) -> "LambdaPowertoolsFormatter":
        from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter  # noqa: PLC0415 - see above

        return LambdaPowertoolsFormatter(
            utc=True,
            use_rfc3339=True,
            # The message first: people read these lines too.
            log_record_order=["level", "message", *FIELDS, "logger", "timestamp"],
            location=None,
            serialize_stacktrace=False,
        )


def structure(key: Callable[[], bytes]) -> None:
    """Format everything that is logged in this environment. Does nothing outside of Lambda and what plays it.

    The runtime client has put its handler in place before the app is imported. LOG_LEVEL is that of Parley's own lines.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" not in os.environ:
        return
    root = logging.getLogger()
    if not root.handlers:
        printing = logging.StreamHandler(sys.stdout)
        printing.terminator = ""
        root.addHandler(printing)
    for handler in root.handlers:
        handler.setFormatter(StructuredFormatter(key))
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    logging.getLogger("parley").setLevel(level if level in _LEVELS else logging.INFO)
