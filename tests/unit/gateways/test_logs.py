"""What a log line looks like."""

import json
import logging
from typing import Any

import pytest

from chalicelib import log_context
from chalicelib.gateways.logs import StructuredFormatter, structure, user_digest

KEY = bytes(range(32))


def line(*, message: str = "missed %d of %d", args: tuple[object, ...] = (1, 2), **extra: object) -> dict[str, Any]:
    """A line as it is written, decoded."""
    record = logging.getLogger("parley.fan_out").makeRecord(
        "parley.fan_out", logging.WARNING, __file__, 1, message, args, None, extra=extra
    )
    text = StructuredFormatter(lambda: KEY).format(record)
    assert text.count("\n") == 1
    assert text.endswith("\n")
    decoded: dict[str, Any] = json.loads(text)
    return decoded


def test_a_line_says_what_is_known_of_its_invocation() -> None:
    with log_context.begun("request"):
        log_context.learn(connection="c=", room="room")
        log_context.learn(user="user", client_id=None)
        found = line()
    timestamp = found.pop("timestamp")
    assert timestamp.endswith("+00:00")
    assert list(found.items()) == [
        ("level", "WARNING"),
        ("message", "missed 1 of 2"),
        ("request_id", "request"),
        ("connection", "c="),
        ("room", "room"),
        ("user", user_digest("user", KEY)),
        ("logger", "parley.fan_out"),
    ]


def test_a_line_outside_of_an_invocation_says_the_request_the_runtime_knows() -> None:
    log_context.learn(room="nobody asked")
    found = line(aws_request_id="from the runtime", tenant_id=None)
    assert found["request_id"] == "from the runtime"
    assert not {"room", "aws_request_id", "tenant_id"} & found.keys()
    assert "request_id" not in line(aws_request_id="")


def test_what_a_line_was_given_itself_comes_before_what_is_known() -> None:
    with log_context.begun("request"):
        log_context.learn(room="room")
        assert line(room="another")["room"] == "another"


def test_nothing_is_known_any_more_after_an_invocation() -> None:
    with log_context.begun("request"):
        log_context.learn(room="room")
    assert "room" not in line()


def test_a_client_cannot_make_lines_endless_or_forge_one() -> None:
    with log_context.begun("request"):
        log_context.learn(client_id='x\n{"level":"ERROR"}' + "y" * 10_000)
        assert len(line()["client_id"]) == 128


def test_a_users_digest_depends_on_user_and_key_and_hides_both() -> None:
    one = user_digest("user", KEY)
    assert one == user_digest("user", KEY)
    assert len({one, user_digest("other", KEY), user_digest("user", bytes(32))}) == 3
    assert len(one) == 16


def test_an_exception_is_in_its_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        record = logging.getLogger("parley").makeRecord(
            "parley", logging.ERROR, __file__, 1, "unhandled", (), (type(error), error, error.__traceback__)
        )
    found = json.loads(StructuredFormatter(lambda: KEY).format(record))
    assert found["exception_name"] == "ValueError"
    assert "ValueError: broken" in found["exception"]


def test_on_lambda_every_handler_writes_such_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    root, parley = logging.getLogger(), logging.getLogger("parley")
    monkeypatch.setattr(parley, "level", logging.NOTSET)
    mine = logging.NullHandler()
    monkeypatch.setattr(root, "handlers", [mine])
    structure(lambda: KEY)
    assert [it.formatter for it in root.handlers] == [None]
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "parley-dev-flush")
    monkeypatch.setenv("LOG_LEVEL", "nonsense")
    structure(lambda: KEY)
    assert [type(it.formatter) for it in root.handlers] == [StructuredFormatter]
    assert parley.getEffectiveLevel() == logging.INFO
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setenv("LOG_LEVEL", "debug")
    structure(lambda: KEY)
    assert [type(it.formatter) for it in root.handlers] == [StructuredFormatter]
    assert parley.getEffectiveLevel() == logging.DEBUG
