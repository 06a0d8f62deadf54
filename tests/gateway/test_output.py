"""What functions print, line by line."""

import logging

import pytest

from infra.gateway.core.invocation import Invocation, Outcome, Result, error_payload
from infra.gateway.core.manifest import Function
from infra.gateway.pool.output import LINE_LIMIT, OutputLines

FUNCTION = Function("work", "app-dev-work", "app.work", 3, 128)
OK = Result(Outcome.OK, b"1", 12.3)


class Environment:
    """An environment as far as a REPORT line needs it; process 0 does not exist."""

    init_duration = 100.0
    pid = 0
    peak_memory = 50 * 1024 * 1024
    out_of_memory = False


def invocation() -> Invocation:
    return Invocation("work", b"", lambda _result: None, id="r")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "gateway.function")
    return caplog


def test_lines_are_joined_from_chunks_and_named_by_function(log: pytest.LogCaptureFixture) -> None:
    output = OutputLines(FUNCTION)
    output.feed(b"on")
    output.feed(b"e\ntwo\nthr")
    output.feed(b"ee")
    output.flush()
    assert log.messages == ["work | one", "work | two", "work | three"]


def test_a_traceback_of_the_runtime_client_becomes_readable(log: pytest.LogCaptureFixture) -> None:
    OutputLines(FUNCTION).feed("[ERROR] E: x\rTraceback (most recent call last):\r\u00a0\u00a0File\n".encode())
    assert log.messages == ["work | [ERROR] E: x", "work | Traceback (most recent call last):", "work |   File"]


def test_what_is_no_utf_8_is_shown_all_the_same(log: pytest.LogCaptureFixture) -> None:
    OutputLines(FUNCTION).feed(b"\xff\n")
    assert log.messages == ["work | \ufffd"]


def test_a_line_without_end_is_cut(log: pytest.LogCaptureFixture) -> None:
    output = OutputLines(FUNCTION)
    for _ in range(5):
        output.feed(b"x" * (LINE_LIMIT // 2))
    assert sum(len(text) for text in log.messages) >= LINE_LIMIT
    assert max(len(text) for text in log.messages) <= 2 * LINE_LIMIT


def test_an_invocation_is_framed_when_the_log_is_verbose(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "gateway.function")
    output, each = OutputLines(FUNCTION), invocation()
    each.cold = True
    output.begin(each)
    output.feed(b"hello\n")
    output.end(each, OK, Environment())
    *frame, report = caplog.messages
    assert frame == ["work | START RequestId: r Version: $LATEST", "work | hello", "work | END RequestId: r"]
    assert report.split("\t") == [
        "work | REPORT RequestId: r",
        "Duration: 12.30 ms",
        "Billed Duration: 113 ms",
        "Memory Size: 128 MB",
        "Max Memory Used: 50 MB",
        "Init Duration: 100.00 ms",
    ]


@pytest.mark.parametrize(
    ("outcome", "out_of_memory", "status"),
    [
        (Outcome.TIMEOUT, False, "Status: timeout"),
        (Outcome.EXIT, False, "Status: error\tError Type: Runtime.ExitError"),
        (Outcome.EXIT, True, "Status: error\tError Type: Runtime.OutOfMemory"),
    ],
    ids=["timeout", "exit", "memory"],
)
def test_the_report_tells_how_it_failed(outcome: Outcome, status: str, out_of_memory: bool) -> None:
    output, each, environment = OutputLines(FUNCTION), invocation(), Environment()
    environment.out_of_memory = out_of_memory
    each.tail = bytearray()
    output.begin(each)
    output.end(each, Result(outcome, error_payload("Runtime.ExitError", "gone"), 1), environment)
    assert each.tail.decode().rstrip().endswith(status)


def test_a_failed_init_is_reported_with_its_error(caplog: pytest.LogCaptureFixture) -> None:
    """The line is not documented; it is as many logs that people have published have it."""
    caplog.set_level(logging.DEBUG, "gateway.function")
    failure = Result(Outcome.INIT_ERROR, error_payload("Runtime.ImportModuleError", "No module named 'x'"))
    OutputLines(FUNCTION).init_failed(failure, 12.345)
    assert caplog.messages == [
        "work | INIT_REPORT Init Duration: 12.35 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError"
    ]


def test_the_tail_keeps_the_last_4_kb() -> None:
    output, each = OutputLines(FUNCTION), invocation()
    each.tail = bytearray()
    output.begin(each)
    output.feed(b"x" * 10_000 + b"the end\n")
    assert len(each.tail) == 4096
    assert each.tail.endswith(b"the end\n")
