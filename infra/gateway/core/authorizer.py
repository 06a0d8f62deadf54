"""Chalice's built-in authorizers: the event of a TOKEN authorizer and the policy it answers."""

from dataclasses import dataclass
from typing import Any

import orjson
from chalice.local import ARNMatcher

from infra.gateway.core.events import Event
from infra.gateway.core.rest import RestApi
from infra.gateway.core.variables import ACCOUNT_ID


@dataclass(frozen=True, slots=True)
class Authorized:
    """An allowed request: what its event's `requestContext.authorizer` says."""

    context: dict[str, Any]


def method_arn(region: str, api: RestApi, method: str, path: str) -> str:
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
    if not isinstance(document, dict) or "principalId" not in document:
        message = "an authorizer answers with a principalId and a policyDocument"
        raise ValueError(message)
    statements = document.get("policyDocument", {}).get("Statement", [])
    if _matches(statements, "Deny", arn) or not _matches(statements, "Allow", arn):
        return None
    return Authorized({**document.get("context", {}), "principalId": document["principalId"]})


def _matches(statements: list[dict[str, Any]], effect: str, arn: str) -> bool:
    resources: list[str] = []
    for statement in statements:
        if statement.get("Effect") == effect and "execute-api:Invoke" in _listed(statement.get("Action")):
            resources.extend(_listed(statement.get("Resource")))
    return bool(ARNMatcher(arn).does_any_resource_match(resources))


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []
