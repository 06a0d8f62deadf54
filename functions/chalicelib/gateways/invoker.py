"""Invocations over Lambda's Invoke API (2015-03-31)."""

import json
import logging
from collections.abc import Mapping
from typing import Final

from chalicelib.errors import Unavailable
from chalicelib.gateways.aws import Aws

ANSWER_SECONDS: Final = 20.0
"""What is waited for a function's answer, a cold start included: less than the 29 s that API Gateway waits for ours."""

BUSY_SECONDS: Final = 2
"""When to try again what a function had no environment for."""

_OK: Final = 200
_ACCEPTED: Final = 202
_TOO_MANY: Final = 429
_FUNCTION_ERROR: Final = b"x-amz-function-error"

log = logging.getLogger("parley.invoker")


class LambdaInvoker:
    """Implements gateways.base.Invoker."""

    def __init__(self, aws: Aws, prefix: str) -> None:
        self._aws = aws
        self._prefix = prefix

    async def invoke(self, function: str, payload: Mapping[str, object]) -> bool:
        """Queue an invocation (InvocationType Event)."""
        headers = {"X-Amz-Invocation-Type": "Event"}
        return await self._aws.request("POST", self._path(function), json.dumps(payload).encode(), headers) == _ACCEPTED

    async def ask(self, function: str, payload: Mapping[str, object]) -> object:
        """Invoke (InvocationType RequestResponse, the API's default) and wait for what the function returns."""
        reply = await self._aws.call("POST", self._path(function), json.dumps(payload).encode(), seconds=ANSWER_SECONDS)
        if reply.status == _TOO_MANY:
            raise Unavailable(
                "Parley is busy at the moment. Try again in a few seconds.", {"retry_after": BUSY_SECONDS}
            )
        # A function that raised is answered with 200 and a header that says so; its error may repeat what it was given.
        if reply.status != _OK or _FUNCTION_ERROR in reply.headers:
            log.error("%s failed: status %d", function, reply.status)
            raise Unavailable(
                "Something Parley needs does not work at the moment. Try again in a minute.", {"retry_after": 60}
            )
        answer: object = json.loads(reply.body)
        return answer

    def _path(self, function: str) -> str:
        return f"/2015-03-31/functions/{self._prefix}{function}/invocations"
