"""What API Gateway makes of a function's answer, in a WebSocket API and in a REST API."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

import orjson

BAD_GATEWAY = 502
#: A header name, RFC 9110 section 5.6.2.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
BAD_GATEWAY_BODY = b'{"message": "Internal server error"}'


@dataclass(frozen=True, slots=True)
class Answer:
    """A proxy response that was understood."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def parse_answer(payload: bytes) -> Answer | None:
    """Read a Lambda proxy response; None when it is malformed, which API Gateway answers with 502."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict):
        return None
    status = _status(document.get("statusCode"))
    body = _body(document)
    headers = _headers(document)
    if status is None or body is None or headers is None:
        return None
    return Answer(status, headers, body)


def connect_answer(payload: bytes) -> tuple[int, str | None]:
    """What `$connect` decided: (HTTP status, subprotocol to echo). Any 2xx connects; malformed answers are 502."""
    answer = parse_answer(payload)
    if answer is None:
        return BAD_GATEWAY, None
    for name, value in answer.headers:
        if name.lower() == "sec-websocket-protocol":
            return answer.status, value
    return answer.status, None


def _status(value: object) -> int | None:
    # Lambda proxy integrations take "200" as well as 200.
    if isinstance(value, str) and len(value) == 3 and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 200 <= value <= 599:
        return value
    return None


def _body(document: dict[str, Any]) -> bytes | None:
    body = document.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return None
    if document.get("isBase64Encoded") is True:
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error:
            return None
    return body.encode()


def _headers(document: dict[str, Any]) -> list[tuple[str, str]] | None:
    """Single headers, then multi-value ones, which win over a single header of the same name; None if malformed."""
    single = document.get("headers") or {}
    multi = document.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        return None
    if not all(isinstance(values, list) for values in multi.values()):
        return None
    taken = {name.lower() for name in multi}
    pairs = [(name, value) for name, value in single.items() if name.lower() not in taken and value is not None]
    pairs.extend((name, value) for name, values in multi.items() for value in values)
    if not all(_NAME.fullmatch(name) and isinstance(value, str | int | float) for name, value in pairs):
        return None
    return [(name, _text(value)) for name, value in pairs]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\r", " ").replace("\n", " ").replace("\0", " ")
