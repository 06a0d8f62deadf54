"""Guarded REST routes: functions that authorize, policies that are used again, signatures, and what is not checked.

Statuses and bodies are those of "Use API Gateway Lambda authorizers" and "Gateway response types" in the API Gateway
developer guide.
"""

import base64
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from yarl import URL

from infra.gateway import Gateway
from infra.gateway.core.authorizer import PolicyCache, read_policy
from tests.gateway.conftest import StartGateway, sample
from tests.gateway.test_rest_api import get

DENIED = {"Message": "User is not authorized to access this resource"}


@pytest.fixture(scope="module")
async def rest(records_folder: Path) -> AsyncIterator[Gateway]:
    async with sample("rest", records_folder) as gateway:
        yield gateway


@pytest.fixture
async def http(rest: Gateway) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{rest.url}/api/") as session:
        yield session


def jwt(claims: Any) -> str:
    """A token nobody signed."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in [dict[str, str](), claims]
    ]
    return ".".join([*parts, "signature"])


async def asked(http: aiohttp.ClientSession, path: str, **headers: str) -> str:
    """When the authorizer answered what let this request in."""
    status, body = await get(http, path, headers=headers)
    assert status == 200, body
    return str(body["authorizer"]["asked"])


# functions of the app


async def test_an_authorizer_is_told_the_method_and_path(http: aiohttp.ClientSession) -> None:
    _, body = await get(http, "forgetful/bob", headers={"Authorization": "x"})
    arn = body["authorizer"]["principalId"]
    assert re.fullmatch(r"arn:aws:execute-api:us-east-1:000000000000:[0-9a-f]{10}/api/GET/forgetful/bob", arn)


async def test_a_policy_is_used_again_for_the_same_token(http: aiohttp.ClientSession) -> None:
    first = await asked(http, "keyed/a", **{"X-Key": "one"})
    assert await asked(http, "keyed/b", **{"X-Key": "one"}) == first
    assert await asked(http, "keyed/a", **{"X-Key": "two"}) != first


async def test_a_policy_that_is_used_again_is_applied_to_each_request(http: aiohttp.ClientSession) -> None:
    """The policy is for the whole API: that it was made for another method does not let this one in."""
    await asked(http, "keyed/a", **{"X-Key": "three"})
    async with http.post("keyed/a", headers={"X-Key": "three"}) as response:
        assert (response.status, await response.json()) == (403, DENIED)


async def test_an_authorizer_without_ttl_is_asked_each_time(http: aiohttp.ClientSession) -> None:
    first = await asked(http, "forgetful", Authorization="x")
    assert await asked(http, "forgetful", Authorization="x") != first


async def test_a_reload_forgets_all_policies(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("rest")
    async with aiohttp.ClientSession(f"{gateway.url}/api/") as http:
        first = await asked(http, "keyed/a", **{"X-Key": "one"})
        await gateway.reload()
        assert await asked(http, "keyed/a", **{"X-Key": "one"}) != first


def test_policies_expire_and_the_oldest_makes_room() -> None:
    cache = PolicyCache(limit=2)
    for token in ("a", "b", "c"):
        cache.keep("door", token, token.encode(), until=10.0)
    assert cache.find("door", "a", 0.0) is None
    assert cache.find("door", "c", 9.9) == b"c"
    assert cache.find("door", "c", 10.0) is None
    assert cache.find("other", "c", 0.0) is None


async def test_the_header_of_an_authorizer_is_its_own(http: aiohttp.ClientSession) -> None:
    assert (await get(http, "keyed/a", headers={"Authorization": "one"}))[0] == 401


async def test_what_an_authorizer_knows_reaches_the_function(http: aiohttp.ClientSession) -> None:
    _, body = await get(http, "keyed/a", headers={"X-Key": "one"})
    assert (body["authorizer"]["number"], body["authorizer"]["flag"]) == ("7", "true")


async def test_an_authorizer_that_knows_more_than_words_is_a_500(http: aiohttp.ClientSession) -> None:
    assert await get(http, "keyed/a", headers={"X-Key": "bad"}) == (500, {"message": None})


async def test_an_authorizer_that_raises_unauthorized_is_a_401(http: aiohttp.ClientSession) -> None:
    answer = await get(http, "forgetful", headers={"Authorization": "who are you"})
    assert answer == (401, {"message": "Unauthorized"})


async def test_an_authorizer_that_fails_is_a_500_without_its_reason(http: aiohttp.ClientSession) -> None:
    assert await get(http, "forgetful", headers={"Authorization": "break"}) == (500, {"message": None})


def policy(action: object, effect: str = "Allow", resource: object = "*") -> dict[str, object]:
    """A statement about the whole API."""
    return {"Effect": effect, "Action": action, "Resource": resource}


def answer(statement: object, **fields: object) -> bytes:
    """What an authorizer answers with a policy."""
    return json.dumps({"principalId": "ada", "policyDocument": {"Statement": statement}, **fields}).encode()


ARN = "arn:aws:execute-api:us-east-1:000000000000:abcd/api/GET/things/7"


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ([policy("execute-api:Invoke")], True),
        (policy("execute-api:Invoke"), True),
        ([policy(["execute-api:*"])], True),
        ([policy("*")], True),
        ([policy("EXECUTE-API:invoke")], True),
        ([policy("execute-api:ManageConnections")], False),
        ([policy("s3:*")], False),
        ([policy("*", resource=["arn:aws:execute-api:us-east-1:*:*/api/GET/things/?"])], True),
        ([policy("*", resource="arn:aws:execute-api:us-east-1:*:*/api/POST/*")], False),
        ([policy("*"), policy("execute-api:Invoke", "Deny", ARN)], False),
        ([], False),
        ([policy(None, resource=7)], False),
    ],
)
def test_actions_and_resources_of_a_policy_may_have_wildcards(statement: object, allowed: bool) -> None:
    """ "IAM JSON policy elements" in the IAM user guide."""
    assert (read_policy(answer(statement), ARN) is not None) is allowed


@pytest.mark.parametrize(
    "payload",
    [
        b"null",
        b"no json",
        b'{"policyDocument": {}}',
        b'{"principalId": "ada"}',
        b'{"principalId": "ada", "policyDocument": "all"}',
        answer("all"),
        answer(["all"]),
        answer([policy("*")], context=["a"]),
    ],
)
def test_what_is_no_policy_is_an_error(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_policy(payload, ARN)


# IAM


def signed(
    gateway: Gateway, method: str, path: str, body: bytes = b"", wrong: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Headers by botocore's own signer."""
    local = gateway.settings.credentials
    secret = wrong.get("secret", local.secret_access_key)
    request: Any = AWSRequest(method, f"{gateway.url}/api/{path}", data=body)
    SigV4Auth(Credentials(local.access_key_id, secret), wrong.get("service", "execute-api"), "us-east-1").add_auth(
        request
    )
    return dict(request.headers.items())


@pytest.mark.parametrize("path", ["signed/bob", "signed/a%20b?x=1&y=%2F"])
async def test_a_signed_request_is_let_in_and_its_caller_named(
    rest: Gateway, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(URL(path, encoded=True), headers=signed(rest, "GET", path)) as response:
        body = await response.json()
    assert response.status == 200, body
    assert body["identity"]["accessKey"] == rest.settings.credentials.access_key_id
    assert body["identity"]["sourceIp"] == "127.0.0.1"


async def test_an_unsigned_request_is_403(http: aiohttp.ClientSession) -> None:
    async with http.get("signed/bob") as response:
        assert (response.status, await response.json()) == (403, {"message": "Missing Authentication Token"})
        assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


@pytest.mark.parametrize("wrong", [{"secret": "other"}, {"service": "lambda"}], ids=["secret", "service"])
async def test_a_wrongly_signed_request_is_403(
    rest: Gateway, http: aiohttp.ClientSession, wrong: dict[str, str]
) -> None:
    async with http.get("signed/bob", headers=signed(rest, "GET", "signed/bob", wrong=wrong)) as response:
        assert response.status == 403
        assert response.headers["x-amzn-ErrorType"] == "InvalidSignatureException"


async def test_a_signature_covers_the_body(rest: Gateway, http: aiohttp.ClientSession) -> None:
    headers = signed(rest, "POST", "signed/bob", b'{"a": 1}')
    async with http.post("signed/bob", data=b'{"a": 1}', headers=headers, skip_auto_headers=["Content-Type"]) as right:
        assert right.status == 200
    async with http.post("signed/bob", data=b'{"a": 2}', headers=headers, skip_auto_headers=["Content-Type"]) as wrong:
        assert wrong.status == 403


# what lives on AWS


async def test_a_user_pool_s_token_is_read_but_not_checked(http: aiohttp.ClientSession) -> None:
    """The gateway says so at its start. Without a token, or with what is none, it refuses as API Gateway does."""
    status, body = await get(http, "pool", headers={"Authorization": jwt({"sub": "1", "cognito:username": "ada"})})
    assert (status, body["authorizer"]["claims"]["cognito:username"]) == (200, "ada")
    assert await get(http, "pool") == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize("token", ["nonsense", "a.b", "a.!.c", "a.bm9qc29u.c", jwt([1])])
async def test_what_is_no_token_of_a_user_pool_is_401(http: aiohttp.ClientSession, token: str) -> None:
    assert await get(http, "pool", headers={"Authorization": quote(token)}) == (401, {"message": "Unauthorized"})


async def test_a_function_elsewhere_is_not_asked(http: aiohttp.ClientSession) -> None:
    assert await get(http, "elsewhere", headers={"X-Key": "any"}) == (200, {"in": True})
    assert await get(http, "elsewhere") == (401, {"message": "Unauthorized"})


async def test_one_warning_names_what_is_not_checked(
    start_gateway: StartGateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = await start_gateway("rest")
    await gateway.reload()
    warnings = [text for text in caplog.messages if "not asked" in text]
    assert warnings == ["Authorizers that live on AWS are not asked, any token passes them here: elsewhere, pool"]


# requests as they arrive


@pytest.mark.parametrize(
    ("kind", "encoded"), [("image/png", True), ("text/plain", False), ("application/octet-stream", None)]
)
async def test_a_body_of_a_binary_type_is_base64_and_others_are_text(
    http: aiohttp.ClientSession, kind: str, encoded: bool | None
) -> None:
    """Binary types are those of Chalice's `app.api.binary_types`."""
    body = b"\x89PNG" if encoded else b"text"
    async with http.post("blob", data=body, headers={"Content-Type": kind}) as response:
        seen = await response.json()
    if encoded is None:
        assert response.status == 415, "the route does not take it"
        return
    assert seen["encoded"] is encoded
    assert seen["body"] == (base64.b64encode(body).decode() if encoded else "text")
    assert seen["length"] == len(body)


async def test_repeated_headers_and_parameters_arrive_all_and_the_last_one_alone(http: aiohttp.ClientSession) -> None:
    headers = [("X-Twice", "1"), ("X-Twice", "2")]
    async with http.get("echo/bob?a=1&a=2&a=", headers=headers) as response:
        event = (await response.json())["event"]
    assert event["multiValueHeaders"]["x-twice"] == ["1", "2"]
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2", ""]}
    assert event["queryStringParameters"] == {"a": ""}


async def test_a_request_has_a_trace_that_its_function_has_too(http: aiohttp.ClientSession) -> None:
    trace = f"Root=1-{int(time.time()):08x}-0123456789abcdef01234567"
    _, given = await get(http, "echo/bob", headers={"X-Amzn-Trace-Id": trace})
    assert given["headers"]["x-amzn-trace-id"] == trace
    _, own = await get(http, "echo/bob")
    assert own["headers"]["x-amzn-trace-id"].startswith("Root=1-")
