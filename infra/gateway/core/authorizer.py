"""Authorizers of a REST API: the event of a TOKEN authorizer, the policy it answers, and how long that is used."""

import base64
import binascii
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson
from chalice.local import ARNMatcher

from infra.gateway.core.events import Api, Event
from infra.gateway.core.variables import ACCOUNT_ID

_INVOKE = "execute-api:invoke"


@dataclass(frozen=True, slots=True)
class Authorized:
    """An allowed request: what its event's `requestContext.authorizer` says."""

    context: dict[str, Any]


def method_arn(region: str, api: Api, method: str, path: str) -> str:
    """The ARN a policy allows or does not. API Gateway writes the root resource with a trailing slash."""
    return f"arn:aws:execute-api:{region}:{ACCOUNT_ID}:{api.api_id}/{api.stage}/{method}/{path.lstrip('/')}"


def token_event(token: str, arn: str) -> Event:
    """What a TOKEN authorizer is invoked with."""
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}


def read_policy(payload: bytes, arn: str) -> Authorized | None:
    """Whether the authorizer's answer allows `arn`; None when it does not.

    Raises ValueError for an answer that is no policy, which API Gateway answers with 500.
    """
    document = orjson.loads(payload)
    policy = document.get("policyDocument") if isinstance(document, dict) else None
    if not isinstance(policy, dict) or "principalId" not in document:
        message = "an authorizer answers with a principalId and a policyDocument"
        raise ValueError(message)
    statements = _statements(policy)
    if _matches(statements, "Deny", arn) or not _matches(statements, "Allow", arn):
        return None
    context = document.get("context") or {}
    if not isinstance(context, dict):
        message = "an authorizer's context is an object"
        raise ValueError(message)
    words = {name: _stringified(value) for name, value in context.items()}
    return Authorized({**words, "principalId": document["principalId"]})


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    statements = policy.get("Statement", [])
    # "A single statement": IAM's grammar needs no list for it.
    listed = statements if isinstance(statements, list) else [statements]
    if not all(isinstance(each, dict) for each in listed):
        message = "the statements of a policy are objects"
        raise ValueError(message)
    return listed


def _stringified(value: object) -> str:
    """A value of the context map: "the returned values are all stringified", and objects and arrays are not valid."""
    if isinstance(value, dict | list):
        message = "the values of an authorizer's context are strings, numbers and booleans"
        raise ValueError(message)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


class PolicyCache:
    """Answers of authorizers by name and token. A policy is for the whole API, so it serves other routes too.

    Times are seconds of any monotonic clock. See authorizerResultTtlInSeconds in the API Gateway API reference.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._entries: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()

    def find(self, name: str, token: str, now: float) -> bytes | None:
        """The answer that is still to be used, if there is one."""
        until, payload = self._entries.get((name, token), (now, b""))
        return payload if until > now else None

    def keep(self, name: str, token: str, payload: bytes, until: float) -> None:
        """Use an answer until then; the oldest makes room."""
        self._entries[name, token] = until, payload
        self._entries.move_to_end((name, token))
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget all: the code that answered has changed."""
        self._entries.clear()


def unverified_claims(token: str) -> dict[str, Any]:
    """The claims of a JSON Web Token, whoever signed it; raises ValueError for anything else."""
    parts = token.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        message = "a JSON Web Token has three parts"
        raise ValueError(message)
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not isinstance(claims, dict):
        message = "the claims of a token are an object"
        raise ValueError(message)
    return claims


def _matches(statements: list[dict[str, Any]], effect: str, arn: str) -> bool:
    resources: list[str] = []
    for statement in statements:
        # Actions are matched whatever their case, "IAM JSON policy elements: Action" in the IAM user guide.
        actions = [action.lower() for action in _listed(statement.get("Action"))]
        if statement.get("Effect") == effect and ARNMatcher(_INVOKE).does_any_resource_match(actions):
            resources.extend(_listed(statement.get("Resource")))
    return bool(ARNMatcher(arn).does_any_resource_match(resources))


def _listed(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
