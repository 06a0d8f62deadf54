"""What API Gateway makes of a function's answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.answers import Answer, connect_answer, parse_answer

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def answer(document: Any) -> Answer | None:
    return parse_answer(json.dumps(document).encode())


def test_a_whole_answer() -> None:
    document = {"statusCode": 201, "headers": {"A": "1"}, "multiValueHeaders": {"B": ["1", "2"]}, "body": "ü"}
    assert answer(document) == Answer(201, [("A", "1"), ("B", "1"), ("B", "2")], "ü".encode())


def test_multi_value_headers_win_over_single_ones() -> None:
    document = {"statusCode": 200, "headers": {"a": "1"}, "multiValueHeaders": {"A": ["2"]}}
    assert answer(document) == Answer(200, [("A", "2")], b"")


def test_a_binary_body_is_decoded() -> None:
    assert answer({"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}) == Answer(200, [], b"\x00\xff")


@pytest.mark.parametrize(("value", "text"), [(1, "1"), (True, "true"), ("a\r\nSet-Cookie: b", "a  Set-Cookie: b")])
def test_header_values_become_one_line_of_text(value: Any, text: str) -> None:
    assert answer({"statusCode": 200, "headers": {"A": value}}) == Answer(200, [("A", text)], b"")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {},
        {"statusCode": "ok"},
        {"statusCode": True},
        {"statusCode": 101},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "multiValueHeaders": {"A": "1"}},
    ],
)
def test_a_malformed_answer_is_none(document: Any) -> None:
    assert answer(document) is None


@given(JSON_VALUES)
def test_no_answer_raises(document: Any) -> None:
    answer(document)
    answer({"statusCode": 200, "headers": document, "multiValueHeaders": document, "body": document})


def test_what_is_no_json_is_malformed() -> None:
    assert parse_answer(b"\xff") is None


def test_connect_takes_status_and_subprotocol() -> None:
    payload = json.dumps({"statusCode": "200", "headers": {"sec-websocket-protocol": "chat"}}).encode()
    assert connect_answer(payload) == (200, "chat")
    assert connect_answer(b'{"statusCode": 401}') == (401, None)
    assert connect_answer(b"null") == (502, None)
