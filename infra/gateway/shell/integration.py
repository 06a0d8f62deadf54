"""API Gateway's side of an invocation: it waits 29 s at most and never lets an exception's text through."""

import asyncio

from infra.gateway.core.invocation import Invocation, Result
from infra.gateway.pool.functions import Functions, TooManyRequestsError
from infra.gateway.shell.patience import Answered, Patience


class Integration:
    """Calls functions by short name for the WebSocket and the REST API."""

    def __init__(self, functions: Functions, timeout: float, loop: asyncio.AbstractEventLoop) -> None:
        self._functions = functions
        self._timeout = timeout
        self._patience = Patience(timeout, loop)

    def call(
        self,
        function: str,
        payload: bytes,
        origin: str,
        answered: Answered,
        connection_id: str = "",
        trace_id: str = "",
    ) -> None:
        """Invoke; `answered` is called once, at the latest when the timeout is over. The function runs on then."""
        try:
            self.start(function, payload, origin, answered, connection_id, trace_id)
        except TooManyRequestsError:
            answered(None)

    def start(
        self,
        function: str,
        payload: bytes,
        origin: str,
        answered: Answered,
        connection_id: str = "",
        trace_id: str = "",
    ) -> None:
        """As `call`, but raises TooManyRequestsError, without having called `answered`, when it is throttled."""
        patience = self._patience
        wait = patience.begin(answered)

        def done(result: Result) -> None:
            if patience.end(wait):
                answered(result.payload if result.ok else None)

        try:
            self._functions.invoke(
                Invocation(function, payload, done, trace_id, origin=origin, connection_id=connection_id)
            )
        except TooManyRequestsError:
            patience.end(wait)
            raise

    async def wait(self, function: str, payload: bytes, origin: str, trace_id: str) -> Result | None:
        """Invoke and wait; None when it took too long. Raises TooManyRequestsError."""
        call = asyncio.ensure_future(self._functions.call(function, payload, origin, trace_id))
        finished, _ = await asyncio.wait({call}, timeout=self._timeout)
        return call.result() if finished else None
