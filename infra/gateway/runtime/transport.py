"""How the runtime client reaches the Runtime API: in place of the extension module `runtime_client` of awslambdaric.

That one drives libcurl, which costs as much as all the rest of an invocation, and asks for the next event only after
the answer to its result. This one sends both together: nothing of the runtime client runs between them. The handler,
its context, its errors and its log stay awslambdaric's. Signatures are those of its `runtime_client.cpp`.
"""

import socket
from typing import Any, Final

_INVOCATION: Final = "/2018-06-01/runtime/invocation/"
_NEXT: Final = f"GET {_INVOCATION}next HTTP/1.1\r\nHost: runtime\r\n\r\n".encode()
_CHUNK: Final = 64 * 1024
_HEADERS: Final = (
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Trace-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Client-Context",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invocation-Id",
    "Content-Type",
)
_DEADLINE: Final = "Lambda-Runtime-Deadline-Ms"


class RuntimeTransport:
    """Has the functions of the extension module as methods. `connection` leads to the Runtime API."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._result = b""
        self._received = b""

    def initialize_client(self, user_agent: str) -> None:
        """Nothing here depends on who asks."""

    def next(self) -> tuple[bytes, dict[str, Any]]:
        """Send the last result, if there is one, and wait for an event: its body and Lambda's headers.

        Raises RuntimeError when the result was refused, OSError when the gateway has gone.
        """
        result, self._result = self._result, b""
        self._connection.sendall(result + _NEXT)
        if result:
            self._response("202")
        body, headers = self._response("200")
        known: dict[str, Any] = {name: headers.get(name) for name in _HEADERS}
        known[_DEADLINE] = int(headers[_DEADLINE])
        return body, known

    def post_invocation_result(
        self, invoke_id: str, content: bytes, content_type: str, _invocation_id: str | None = None
    ) -> None:
        """Keep a result for `next` to send."""
        self._keep(f"{invoke_id}/response", content, f"Content-Type: {content_type}\r\n")

    def post_error(self, invoke_id: str, error: str, xray_fault: str, _invocation_id: str | None = None) -> None:
        """Keep an error document for `next` to send."""
        cause = f"Lambda-Runtime-Function-XRay-Error-Cause: {xray_fault}\r\n" if xray_fault else ""
        self._keep(f"{invoke_id}/error", error.encode(), f"Content-Type: application/json\r\n{cause}")

    def _keep(self, path: str, body: bytes, headers: str) -> None:
        head = f"POST {_INVOCATION}{path} HTTP/1.1\r\nHost: runtime\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        self._result = head.encode() + body

    def _response(self, status: str) -> tuple[bytes, dict[str, str]]:
        received = self._received
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        first, *lines = received[:end].decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        start = end + 4
        missing = start + int(headers["Content-Length"]) - len(received)
        if missing > 0:
            chunks = [received]
            while missing > 0:
                chunks.append(self._receive())
                missing -= len(chunks[-1])
            received = b"".join(chunks)
        stop = start + int(headers["Content-Length"])
        self._received = received[stop:]
        if first.split(" ")[1] != status:
            message = f"The Runtime API answered {first}"
            raise RuntimeError(message)
        return received[start:stop], headers

    def _receive(self) -> bytes:
        chunk = self._connection.recv(_CHUNK)
        if not chunk:
            message = "the Runtime API closed the connection"
            raise ConnectionError(message)
        return chunk
