"""How the log looks to people and to machines."""

import io
import json
import logging
import sys
import weakref
from collections.abc import Callable

import pytest

from infra.gateway.core.invocation import Invocation, Outcome, Result
from infra.gateway.core.manifest import Function
from infra.gateway.log import (
    FUNCTION_LOGGER,
    LINES_KEPT,
    TEXT_KEPT,
    JsonFormatter,
    LineFormatter,
    LinesHandler,
    wants_colour,
)
from infra.gateway.pool.functions import log_result
from infra.gateway.pool.output import OutputLines
from tests.waiting import until

FAILURE = (
    b'{"errorMessage": "it failed", "errorType": "ValueError", '
    b'"stackTrace": ["  File \\"app.py\\", line 3, in fail\\n    raise ValueError\\n"]}'
)


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def invocation(*, cold: bool = False) -> Invocation:
    return Invocation(
        "websocket_message",
        b"{}",
        lambda _result: None,
        origin="$default",
        connection_id="AbC=",
        id="r",
        cold=cold,
        init_duration=120.4 if cold else 0.0,
    )


@pytest.fixture
def formatted(caplog: pytest.LogCaptureFixture) -> Callable[[logging.Formatter], list[str]]:
    """What a formatter makes of everything logged in the test."""
    caplog.set_level(logging.DEBUG, "gateway")
    return lambda formatter: [formatter.format(record) for record in caplog.records]


Formatted = Callable[[logging.Formatter], list[str]]


def test_an_invocation_is_one_line(formatted: Formatted) -> None:
    log_result(invocation(), Result(Outcome.OK, b'{"statusCode": 200}', 1.26))
    log_result(invocation(cold=True), Result(Outcome.ERROR, FAILURE, 1234.5))
    returned, failed = (line.split(" ", 1)[1] for line in formatted(LineFormatter(colour=False)))
    assert returned == "websocket_message         1.3 ms warm         ok 200     $default AbC="
    assert failed == ("websocket_message      1234.5 ms cold 120 ms  error      $default AbC= ValueError: it failed")


def test_a_message_of_several_lines_stays_one_line(formatted: Formatted) -> None:
    log_result(invocation(), Result(Outcome.ERROR, b'{"errorMessage": "a\\nb", "errorType": "E"}', 1))
    (line,) = formatted(LineFormatter(colour=False))
    assert line.endswith("E: a b")


def test_what_lambda_says_itself_does_not_repeat_the_request(formatted: Formatted) -> None:
    payload = (
        b'{"errorType": "Sandbox.Timedout", "errorMessage": "RequestId: r Error: Task timed out after 3.00 seconds"}'
    )
    log_result(invocation(), Result(Outcome.TIMEOUT, payload, 3000))
    (line,) = formatted(LineFormatter(colour=False))
    assert line.endswith("Sandbox.Timedout: Task timed out after 3.00 seconds")


@pytest.mark.parametrize(
    ("payload", "colour"),
    [(b'{"statusCode": 200}', "32"), (b'{"statusCode": 404}', "33"), (b'{"statusCode": 500}', "31")],
)
def test_the_status_has_the_colour_of_its_meaning(formatted: Formatted, payload: bytes, colour: str) -> None:
    log_result(invocation(), Result(Outcome.OK, payload, 1))
    (line,) = formatted(LineFormatter(colour=True))
    assert f"\x1b[{colour}mok {json.loads(payload)['statusCode']}" in line


def test_in_a_traceback_frames_of_libraries_step_back(formatted: Formatted) -> None:
    output = OutputLines(Function("work", "app-dev-work", "app.work", 3, 128))
    output.feed(
        b"[ERROR] ValueError: x\rTraceback (most recent call last):\r"
        b'  File "/v/site-packages/chalice/app.py", line 1, in __call__\r    return self.func(event)\r'
        b'  File "/home/app.py", line 2, in work\r    raise ValueError\nafter\n'
    )
    lines = [line.split(" | ")[-1] for line in formatted(LineFormatter(colour=True))]
    faint = [line.split("|\x1b[0m ")[1].startswith("\x1b[2m") for line in lines]
    assert faint == [False, False, True, True, False, False, False]
    assert "\x1b[31m[ERROR] ValueError: x" in lines[0]


def test_every_kind_of_record_is_one_json_object(formatted: Formatted) -> None:
    log_result(invocation(cold=True), Result(Outcome.ERROR, FAILURE, 1.5))
    OutputLines(Function("work", "app-dev-work", "app.work", 3, 128)).feed(b'a "line"\n')
    try:
        raise KeyError("k")
    except KeyError:
        logging.getLogger("gateway").exception("over\ntwo lines")
    lines = formatted(JsonFormatter())
    assert not any("\n" in line for line in lines)
    ended, printed, message = (json.loads(line) for line in lines)
    assert ended.pop("time") > 1e9
    assert ended == {
        "level": "warning",
        "kind": "invocation",
        "function": "websocket_message",
        "route": "$default",
        "connectionId": "AbC=",
        "requestId": "r",
        "durationMs": 1.5,
        "cold": True,
        "initDurationMs": 120.4,
        "outcome": "error",
        "status": None,
        "error": {
            "type": "ValueError",
            "message": "it failed",
            "trace": ['  File "app.py", line 3, in fail', "    raise ValueError"],
        },
    }
    assert (printed["kind"], printed["function"], printed["line"]) == ("output", "work", 'a "line"')
    assert (message["kind"], message["message"]) == ("message", "over\ntwo lines")
    assert "KeyError" in message["exception"]


def test_an_error_that_is_no_error_document_is_shown_as_it_is(formatted: Formatted) -> None:
    log_result(invocation(), Result(Outcome.ERROR, b"what is this", 1))
    (line,) = formatted(LineFormatter(colour=False))
    assert line.endswith("what is this")


def test_colour_is_for_terminals_and_not_for_who_set_no_color() -> None:
    assert wants_colour(Terminal(), {"TERM": "xterm"})
    assert wants_colour(Terminal(), {"NO_COLOR": ""})
    assert not wants_colour(Terminal(), {"NO_COLOR": "1"})
    assert not wants_colour(Terminal(), {"TERM": "dumb"})
    assert not wants_colour(io.StringIO(), {})
    assert not wants_colour(sys.stderr, {})


class Written(io.StringIO):
    """A stream that counts how often it is written to."""

    writes = 0

    def write(self, text: str) -> int:
        """Note it."""
        self.writes += 1
        return super().write(text)


async def written(stream: Written, text: str) -> None:
    """Wait until that is all that has been written."""

    async def holds() -> bool:
        return stream.getvalue() == text

    await until(holds)


def line(number: int, level: int = logging.INFO) -> logging.LogRecord:
    """A record whose line is its number."""
    return logging.LogRecord("gateway", level, "", 0, "%d", (number,), None)


async def test_lines_of_one_moment_are_written_together_and_in_order() -> None:
    stream = Written()
    handler = LinesHandler(stream)
    for number in range(3):
        handler.handle(line(number))
    assert stream.getvalue() == ""
    await written(stream, "0\n1\n2\n")
    assert stream.writes == 1


async def test_a_warning_is_written_at_once_behind_the_lines_before_it() -> None:
    stream = Written()
    handler = LinesHandler(stream)
    handler.handle(line(1))
    handler.handle(line(2, logging.WARNING))
    assert stream.getvalue() == "1\n2\n"
    handler.handle(line(3))
    await written(stream, "1\n2\n3\n")


async def test_a_flood_of_lines_is_written_while_it_lasts() -> None:
    stream = Written()
    handler = LinesHandler(stream)
    for number in range(LINES_KEPT):
        handler.handle(line(number))
    assert stream.getvalue().count("\n") == LINES_KEPT


async def test_long_lines_of_functions_do_not_wait_for_many() -> None:
    stream = Written()
    handler = LinesHandler(stream)
    long = "x" * (TEXT_KEPT // 2)
    for _ in range(2):
        handler.handle(logging.LogRecord(FUNCTION_LOGGER, logging.INFO, "", 0, "%s | %s", ("flood", long), None))
    assert len(stream.getvalue()) > TEXT_KEPT


def test_outside_an_event_loop_a_line_is_written_at_once() -> None:
    stream = Written()
    LinesHandler(stream).handle(line(1))
    assert stream.getvalue() == "1\n"


async def test_lines_that_wait_are_written_when_the_process_ends() -> None:
    stream = Written()
    handler = LinesHandler(stream)
    handler.handle(line(1))
    logging.shutdown([weakref.ref(handler)])
    assert stream.getvalue() == "1\n"


async def test_a_line_that_cannot_be_made_costs_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Written()
    handler = LinesHandler(stream)
    handler.handle(logging.LogRecord("gateway", logging.INFO, "", 0, "%d", ("no number",), None))
    handler.handle(line(2))
    handler.flush()
    assert stream.getvalue() == "2\n"
    assert "no number" in capsys.readouterr().err


async def test_a_stream_that_nobody_reads_does_not_end_the_gateway(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Written()
    handler = LinesHandler(stream)
    stream.close()
    handler.handle(line(1))
    handler.flush()
    assert "closed file" in capsys.readouterr().err
