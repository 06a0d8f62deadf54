"""Lets requests to guarded REST routes in, or says why not."""

import logging
import time
from collections.abc import Mapping
from http import HTTPStatus

import orjson

from infra.gateway.core.authorizer import PolicyCache, method_arn, read_policy, token_event, unverified_claims
from infra.gateway.core.events import Api
from infra.gateway.core.failure import read_failure
from infra.gateway.core.manifest import Authorizer
from infra.gateway.core.rest import Matched
from infra.gateway.core.sigv4 import SignatureError
from infra.gateway.core.variables import ACCOUNT_ID
from infra.gateway.pool.functions import TooManyRequestsError
from infra.gateway.shell.http import HttpRequest
from infra.gateway.shell.integration import Integration
from infra.gateway.shell.signatures import SignatureCheck

LOG = logging.getLogger("gateway")
_UNAUTHORIZED = b'{"message":"Unauthorized"}'
_DENIED = b'{"Message":"User is not authorized to access this resource"}'
_NO_POLICY = b'{"message":null}'


class RefusedError(Exception):
    """API Gateway answers a request by itself: HTTP status, exception name and body."""

    def __init__(self, status: int, error_type: str, body: bytes) -> None:
        super().__init__(error_type)
        self.status = status
        self.type = error_type
        self.body = body


class Authorizers:
    """The authorizers of one app. IAM and functions are asked; user pools and functions elsewhere are not there."""

    def __init__(self, api: Api, region: str, integration: Integration, signatures: SignatureCheck) -> None:
        self._api = api
        self._region = region
        self._integration = integration
        self._signatures = signatures
        self._authorizers: Mapping[str, Authorizer] = {}
        self._cache = PolicyCache()
        self._warned: set[str] = set()

    def load(self, authorizers: Mapping[str, Authorizer]) -> None:
        """Take another version of the app's authorizers."""
        self._authorizers = authorizers
        self._cache.clear()
        unchecked = {name for name, each in authorizers.items() if each.kind in ("cognito", "external")} - self._warned
        if unchecked:
            self._warned |= unchecked
            names = ", ".join(sorted(unchecked))
            LOG.warning("Authorizers that live on AWS are not asked, any token passes them here: %s", names)

    async def admit(self, name: str, request: HttpRequest, matched: Matched) -> None:
        """Add what an authorizer says about the caller to the event; raises RefusedError."""
        authorizer = self._authorizers[name]
        if authorizer.kind == "iam":
            self._check_signature(request, matched)
            return
        token = matched.event["headers"].get(authorizer.header.lower())
        if not token:
            raise RefusedError(401, "UnauthorizedException", _UNAUTHORIZED)
        context = matched.event["requestContext"]
        if authorizer.kind == "function":
            context["authorizer"] = await self._ask(authorizer, token, matched)
        elif authorizer.kind == "cognito":
            try:
                context["authorizer"] = {"claims": unverified_claims(token)}
            except ValueError:
                raise RefusedError(401, "UnauthorizedException", _UNAUTHORIZED) from None

    def _check_signature(self, request: HttpRequest, matched: Matched) -> None:
        try:
            access_key = self._signatures.check(request)
        except SignatureError as error:
            raise RefusedError(403, error.type, orjson.dumps({"message": str(error)})) from None
        matched.event["requestContext"]["identity"] |= {
            "accessKey": access_key,
            "accountId": ACCOUNT_ID,
            "caller": access_key,
            "user": access_key,
            "userArn": f"arn:aws:iam::{ACCOUNT_ID}:user/local",
        }

    async def _ask(self, authorizer: Authorizer, token: str, matched: Matched) -> dict[str, object]:
        arn = method_arn(self._region, self._api, matched.event["httpMethod"], matched.event["path"])
        payload = self._cache.find(authorizer.name, token, time.monotonic())
        asked = payload is None
        if payload is None:
            payload = await self._invoke(authorizer.name, orjson.dumps(token_event(token, arn)))
        try:
            authorized = read_policy(payload, arn)
        except ValueError:
            raise RefusedError(500, "AuthorizerConfigurationException", _NO_POLICY) from None
        if asked and authorizer.ttl > 0:
            self._cache.keep(authorizer.name, token, payload, time.monotonic() + authorizer.ttl)
        if authorized is None:
            raise RefusedError(403, "AccessDeniedException", _DENIED)
        return authorized.context

    async def _invoke(self, function: str, payload: bytes) -> bytes:
        try:
            result = await self._integration.wait(function, payload, f"authorizer {function}", "")
        except TooManyRequestsError:
            result = None
        if result is not None and result.ok:
            return result.payload
        # The one error an authorizer may answer with: "Unauthorized" and nothing else.
        if result is not None and read_failure(result.payload).message == "Unauthorized":
            raise RefusedError(401, "UnauthorizedException", _UNAUTHORIZED)
        raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, "AuthorizerFailureException", _NO_POLICY)
