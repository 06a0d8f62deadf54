"""Asynchronous invocations over Lambda's Invoke API (2015-03-31)."""

import json
from collections.abc import Mapping

from chalicelib.gateways.aws import Aws

_ACCEPTED = 202


class LambdaInvoker:
    """Implements gateways.base.Invoker."""

    def __init__(self, aws: Aws, prefix: str) -> None:
        self._aws = aws
        self._prefix = prefix

    async def invoke(self, function: str, payload: Mapping[str, object]) -> bool:
        """Queue an invocation (InvocationType Event)."""
        path = f"/2015-03-31/functions/{self._prefix}{function}/invocations"
        headers = {"X-Amz-Invocation-Type": "Event"}
        return await self._aws.request("POST", path, json.dumps(payload).encode(), headers) == _ACCEPTED
