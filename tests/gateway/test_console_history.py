"""What the console remembers."""

import json

from infra.gateway.console.history import (
    ERRORS_KEPT,
    INVOCATIONS_KEPT,
    TEXT_KEPT,
    TRACE_LINES_KEPT,
    InvocationHistory,
)
from infra.gateway.core.invocation import Invocation, Outcome, Result

OK = Result(Outcome.OK, b'{"statusCode": 204}', 5.0)


def run(history: InvocationHistory, result: Result = OK) -> Invocation:
    invocation = Invocation("work", b"x" * 1000, lambda _result: None, origin="$default", connection_id="c")
    history.invocation_started(invocation)
    history.invocation_ended(invocation, result)
    return invocation


def test_an_invocation_runs_and_is_then_past() -> None:
    history = InvocationHistory()
    invocation = Invocation("work", b"", lambda _result: None)
    history.invocation_started(invocation)
    assert list(history.running) == [invocation]
    history.invocation_ended(invocation, OK)
    assert history.running == {}
    (past,) = history.past
    assert (past.end.status, past.end.duration, past.sequence) == (204, 5.0, history.latest)
    assert past.submitted <= past.ended


def test_it_keeps_the_last_ones_only_and_counts_all() -> None:
    history = InvocationHistory()
    failure = Result(Outcome.ERROR, b'{"errorType": "E", "errorMessage": "m"}', 1)
    for _ in range(INVOCATIONS_KEPT + 5):
        run(history, failure)
    assert len(history.past) == INVOCATIONS_KEPT
    assert len(history.mistakes) == ERRORS_KEPT
    assert history.invocations == history.failures == history.latest == INVOCATIONS_KEPT + 5
    assert history.mistakes[-1].sequence == history.latest


def test_of_a_long_traceback_the_innermost_calls_are_kept() -> None:
    history = InvocationHistory()
    frames = [f"  File {number}\n    {'x' * 10_000}\n" for number in range(500)]
    payload = json.dumps({"errorType": "E", "errorMessage": "m" * 10_000, "stackTrace": frames}).encode()
    run(history, Result(Outcome.ERROR, payload, 1))
    failure = history.mistakes[-1].failure
    assert len(failure.trace) == TRACE_LINES_KEPT
    assert failure.trace[-2] == "  File 499"
    assert max(len(text) for text in (failure.message, *failure.trace)) == TEXT_KEPT


def test_payloads_are_not_kept() -> None:
    history = InvocationHistory()
    run(history)
    assert "xxx" not in repr(history.past)


def test_a_broken_project_is_a_mistake_of_no_function() -> None:
    history = InvocationHistory()
    history.project_broken("It could not be loaded.", "Traceback\nSyntaxError: x\n")
    (mistake,) = history.mistakes
    assert mistake.end is None
    assert mistake.failure.summary == "It could not be loaded."
    assert mistake.failure.trace == ("Traceback", "SyntaxError: x")
