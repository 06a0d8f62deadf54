"""The events a WebSocket API hands to its functions, and what those of a REST API have in common with them.

Shapes are those recorded in aws-lambda-rust-runtime (lambda-events/src/fixtures) and listed in the AWS developer guide
under "mapping template reference for WebSocket APIs".
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

Event = dict[str, Any]
Headers = Sequence[tuple[str, str]]

#: Hop-by-hop headers of the upgrade stay with API Gateway.
_HANDSHAKE_HEADERS = frozenset({"connection", "upgrade"})


@dataclass(frozen=True, slots=True)
class Api:
    """What an event says about the WebSocket or REST API it came through. `scheme` is http or https."""

    api_id: str
    stage: str
    domain_name: str
    scheme: str = "http"


@dataclass(frozen=True, slots=True)
class Caller:
    """The client of a connection as events name it; `connected_at` is in ms since the epoch and never changes."""

    connection_id: str
    connected_at: int
    source_ip: str
    user_agent: str


def request_time(epoch: float) -> str:
    """API Gateway's log format, for example 09/Feb/2024:18:23:28 +0000. `epoch` is in seconds."""
    return _request_time(int(epoch))


@lru_cache(maxsize=2)
def _request_time(second: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(second))


def with_forwarding(headers: Headers, source_ip: str, api: Api, trace_id: str) -> list[tuple[str, str]]:
    """The headers of a request as API Gateway hands them on: with those a proxy adds, and a trace."""
    forwarded = [value for name, value in headers if name.lower() == "x-forwarded-for"]
    kept = [pair for pair in headers if not pair[0].lower().startswith(("x-forwarded-", "x-amzn-trace-id"))]
    return [
        *kept,
        ("X-Amzn-Trace-Id", trace_id),
        ("X-Forwarded-For", ", ".join([*forwarded, source_ip])),
        ("X-Forwarded-Port", api.domain_name.rpartition(":")[2]),
        ("X-Forwarded-Proto", api.scheme),
    ]


def connect_event(api: Api, caller: Caller, request_id: str, now: float, headers: Headers, query: str) -> Event:
    """The event of `$connect`: the handshake's headers and, where there is one, its query."""
    event: Event = {}
    kept = [(name, value) for name, value in headers if name.lower() not in _HANDSHAKE_HEADERS]
    event["headers"] = dict(kept)
    event["multiValueHeaders"] = _multi(kept)
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        event["queryStringParameters"] = dict(pairs)
        event["multiValueQueryStringParameters"] = _multi(pairs)
    event["requestContext"] = _context(api, caller, "$connect", "CONNECT", request_id, now)
    event["isBase64Encoded"] = False
    return event


def message_event(
    api: Api, caller: Caller, route_key: str, request_id: str, message_id: str, now: float, body: str
) -> Event:
    """The event of one text message."""
    context = _context(api, caller, route_key, "MESSAGE", request_id, now)
    context["messageId"] = message_id
    return {"requestContext": context, "body": body, "isBase64Encoded": False}


def disconnect_event(api: Api, caller: Caller, request_id: str, now: float, code: int, reason: str) -> Event:
    """The event of `$disconnect`, after the close. `code` and `reason` are the client's."""
    headers = {"Host": api.domain_name, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
    context = _context(api, caller, "$disconnect", "DISCONNECT", request_id, now)
    context["disconnectStatusCode"] = code
    context["disconnectReason"] = reason
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": context,
        "isBase64Encoded": False,
    }


def _context(api: Api, caller: Caller, route_key: str, event_type: str, request_id: str, now: float) -> Event:
    return {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": request_time(now),
        "messageDirection": "IN",
        "stage": api.stage,
        "connectedAt": caller.connected_at,
        "requestTimeEpoch": int(now * 1000),
        "identity": {"sourceIp": caller.source_ip, "userAgent": caller.user_agent},
        "requestId": request_id,
        "domainName": api.domain_name,
        "connectionId": caller.connection_id,
        "apiId": api.api_id,
    }


def _multi(pairs: Sequence[tuple[str, str]]) -> Mapping[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped
