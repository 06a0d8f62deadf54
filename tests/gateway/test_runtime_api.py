"""The Runtime API's two ends: the gateway's connection, and the transport under AWS's runtime client."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.gateway.core.invocation import Invocation
from infra.gateway.pool.runtime_api import RuntimeApi
from infra.gateway.pool.runtime_connection import RuntimeConnection
from infra.gateway.runtime.transport import RuntimeTransport

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
LIMIT = 1000


def answer(request_id: str, body: bytes = b"{}", verb: str = "response") -> bytes:
    head = f"POST /2018-06-01/runtime/invocation/{request_id}/{verb} HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class FakeTransport(asyncio.Transport):
    """Keeps what is written, one item for each write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def get_extra_info(self, name: str, default: object = None) -> object:
        """There is no socket that could be written to beside it, as where there is TLS."""
        return True if name == "sslcontext" else default

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


class Runtime:
    """A connection to the Runtime API of an environment whose invocation has the id "known"."""

    def __init__(self) -> None:
        self.ready = 0
        self.answers: list[tuple[bytes, bool]] = []
        self.failures: list[bytes] = []
        self.api = RuntimeApi(self)
        self.transport = FakeTransport()
        self.connection = RuntimeConnection(self.api, LIMIT)
        self.connection.connection_made(self.transport)

    def hand(self, payload: bytes) -> None:
        self.api.hand(Invocation("f", payload, lambda _: None, trace_id="Root=1", id="known"), 1234, "arn")

    def runtime_ready(self) -> None:
        self.ready += 1

    def runtime_answered(self, request_id: str, payload: bytes, *, error: bool) -> bool:
        self.answers.append((payload, error))
        return request_id == "known"

    def runtime_failed_to_start(self, payload: bytes) -> None:
        self.failures.append(payload)


def test_an_event_comes_with_lambda_s_headers() -> None:
    runtime = Runtime()
    runtime.connection.data_received(NEXT)
    assert runtime.transport.written == []
    runtime.hand(b'{"a":1}')
    head, _, body = runtime.transport.written[0].partition(b"\r\n\r\n")
    assert head.splitlines() == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: application/json",
        b"Lambda-Runtime-Aws-Request-Id: known",
        b"Lambda-Runtime-Deadline-Ms: 1234",
        b"Lambda-Runtime-Invoked-Function-Arn: arn",
        b"Lambda-Runtime-Trace-Id: Root=1",
        b"Content-Length: 7",
    ]
    assert body == b'{"a":1}'


def test_a_result_by_itself_is_accepted_at_once() -> None:
    runtime = Runtime()
    runtime.connection.data_received(answer("known", b"1"))
    assert runtime.transport.written[0].startswith(b"HTTP/1.1 202")
    assert runtime.answers == [(b"1", False)]


def test_a_result_and_the_next_question_are_answered_together() -> None:
    runtime = Runtime()
    runtime.connection.data_received(answer("known") + NEXT)
    assert (len(runtime.answers), runtime.ready) == (1, 1)
    assert runtime.transport.written == []
    runtime.hand(b"{}")
    (written,) = runtime.transport.written
    assert written.startswith(b"HTTP/1.1 202")
    assert written.count(b"HTTP/1.1 200 OK") == 1


def test_a_request_may_arrive_byte_by_byte() -> None:
    runtime = Runtime()
    for byte in answer("known", b'{"a": 1}', "error") + NEXT:
        runtime.connection.data_received(bytes([byte]))
    assert runtime.answers == [(b'{"a": 1}', True)]
    assert runtime.ready == 1


@pytest.mark.parametrize("size", [1, 7, LIMIT, 10 * LIMIT])
def test_of_a_body_that_is_too_large_the_beginning_is_kept_and_the_next_request_is_found(size: int) -> None:
    runtime = Runtime()
    stream = answer("known", b"x" * LIMIT + b"y" * (3 * LIMIT)) + NEXT
    for start in range(0, len(stream), size):
        runtime.connection.data_received(stream[start : start + size])
    assert runtime.answers == [(b"x" * LIMIT, False)]
    assert runtime.ready == 1


def test_a_failed_start_is_told() -> None:
    runtime = Runtime()
    request = b"POST /2018-06-01/runtime/init/error HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
    runtime.connection.data_received(request)
    assert runtime.failures == [b"{}"]
    assert runtime.transport.written[0].startswith(b"HTTP/1.1 202")


@pytest.mark.parametrize(
    ("request_bytes", "status", "closed"),
    [
        (answer("other"), b"400", False),
        (answer("known", verb="nothing"), b"404", False),
        (b"GET /elsewhere HTTP/1.1\r\n\r\n", b"404", False),
        (b"nonsense\r\n\r\n", b"400", True),
        (b"x" * 70_000, b"400", True),
    ],
    ids=["unknown request", "unknown verb", "unknown path", "no request line", "endless head"],
)
def test_what_cannot_be_served_is_refused(request_bytes: bytes, status: bytes, closed: bool) -> None:
    runtime = Runtime()
    runtime.connection.data_received(request_bytes)
    assert runtime.transport.written[0].startswith(b"HTTP/1.1 " + status)
    assert runtime.transport.closed is closed


def test_an_answer_that_comes_after_the_runtime_has_gone_goes_nowhere() -> None:
    runtime = Runtime()
    runtime.connection.data_received(NEXT)
    runtime.transport.close()
    runtime.hand(b"{}")
    assert runtime.transport.written == []


# The other end.

EVENT = (
    b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: known\r\nLambda-Runtime-Deadline-Ms: 1234\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\nok\n"


@contextmanager
def gateway_that_says(*responses: bytes) -> Iterator[tuple[RuntimeTransport, list[bytes]]]:
    """A transport to a server that answers each chunk it reads with the next of these, then closes."""
    read: list[bytes] = []

    def serve() -> None:
        with server:
            for response in responses:
                read.append(server.recv(65_536))
                server.sendall(response)

    client, server = socket.socketpair()
    thread = threading.Thread(target=serve)
    thread.start()
    with client:
        yield RuntimeTransport(client), read
    thread.join()


def test_a_result_leaves_with_the_next_question() -> None:
    event = EVENT % 2 + b"{}"
    with gateway_that_says(event, ACCEPTED + event) as (transport, read):
        body, headers = transport.next()
        assert body == b"{}"
        assert headers["Lambda-Runtime-Aws-Request-Id"] == "known"
        assert headers["Lambda-Runtime-Deadline-Ms"] == 1234
        assert headers["Lambda-Runtime-Client-Context"] is None
        transport.post_invocation_result("known", b"1", "application/json")
        transport.next()
    head, _, rest = read[1].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /2018-06-01/runtime/invocation/known/response HTTP/1.1\r\n")
    assert rest.startswith(b"1GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n")


def test_an_error_leaves_with_its_cause() -> None:
    event = EVENT % 2 + b"{}"
    with gateway_that_says(event, ACCEPTED + event) as (transport, read):
        transport.next()
        transport.post_error("known", '{"errorType": "ValueError"}', '{"cause": 1}')
        transport.next()
    assert read[1].startswith(b"POST /2018-06-01/runtime/invocation/known/error HTTP/1.1\r\n")
    assert b'Lambda-Runtime-Function-XRay-Error-Cause: {"cause": 1}\r\n' in read[1]
    assert b'{"errorType": "ValueError"}GET ' in read[1]


def test_a_large_event_is_read_whole() -> None:
    large = b"x" * 1_000_000
    with gateway_that_says(EVENT % len(large) + large) as (transport, _):
        assert transport.next()[0] == large


def test_a_refused_result_ends_the_runtime() -> None:
    refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    with gateway_that_says(EVENT % 2 + b"{}", refusal) as (transport, _):
        transport.next()
        transport.post_invocation_result("known", b"1", "application/json")
        with pytest.raises(RuntimeError, match="413"):
            transport.next()


def test_a_gateway_that_has_gone_ends_the_runtime() -> None:
    with gateway_that_says() as (transport, _), pytest.raises(ConnectionError):
        transport.next()
