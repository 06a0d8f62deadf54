"""Signatures, against botocore as the other party."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.sigv4 import Credentials, Scope, SignatureError, SignedRequest, sign, verify

KEY = Credentials("AKIALOCAL", "secret")
SCOPE = Scope("us-east-1", "execute-api")
PATHS = ["/ws/%40connections/AAAA1234%3D", "/ws/@connections/AAAA1234=", "/a%2Fb/~x", "/2015-03-31/functions/f:x/i"]


def now() -> float:
    return datetime.now(UTC).timestamp()


def signed_by_botocore(path: str, body: bytes, query: str = "") -> SignedRequest:
    url = f"http://127.0.0.1:8000{path}" + (f"?{query}" if query else "")
    request = AWSRequest("POST", url, data=body, headers={"Content-Type": "text/plain"})
    SigV4Auth(BotocoreCredentials(KEY.access_key_id, KEY.secret_access_key), SCOPE.service, SCOPE.region).add_auth(
        request
    )
    headers = {name.lower(): value for name, value in request.headers.items()}
    return SignedRequest("POST", path, query, {"host": "127.0.0.1:8000", **headers}, body)


@pytest.mark.parametrize("path", PATHS)
def test_what_botocore_signs_is_accepted(path: str) -> None:
    verify(signed_by_botocore(path, b"hello"), KEY, SCOPE, now())


def test_a_query_is_covered() -> None:
    verify(signed_by_botocore("/x", b"", "b=2&a=1&c="), KEY, SCOPE, now())


@given(st.binary(max_size=64), st.sampled_from(PATHS))
def test_what_is_signed_here_is_accepted(body: bytes, path: str) -> None:
    request = SignedRequest("POST", path, "", {"host": "h"}, body)
    headers = {name.lower(): value for name, value in sign(request, KEY, SCOPE, 1e9).items()}
    verify(replace(request, headers={"host": "h", **headers}), KEY, SCOPE, 1e9)


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, body=b"other"),
        lambda request: replace(request, path="/ws/%40connections/BBBB1234%3D"),
        lambda request: replace(request, method="DELETE"),
        lambda request: replace(request, query="a=1"),
        lambda request: replace(request, headers={**request.headers, "host": "elsewhere"}),
    ],
    ids=["body", "path", "method", "query", "host"],
)
def test_a_change_after_signing_is_refused(change: Callable[[SignedRequest], SignedRequest]) -> None:
    request = signed_by_botocore(PATHS[0], b"hello")
    with pytest.raises(SignatureError, match="does not match"):
        verify(change(request), KEY, SCOPE, now())


def test_an_unsigned_request_is_refused() -> None:
    with pytest.raises(SignatureError, match="Missing Authentication Token"):
        verify(SignedRequest("POST", "/", "", {}, b""), KEY, SCOPE, now())


def test_a_signature_is_good_for_five_minutes() -> None:
    request = signed_by_botocore(PATHS[0], b"")
    verify(request, KEY, SCOPE, now() + 290)
    with pytest.raises(SignatureError, match="Signature expired"):
        verify(request, KEY, SCOPE, now() + 310)


@pytest.mark.parametrize("scope", [Scope("eu-west-1", "execute-api"), Scope("us-east-1", "lambda")])
def test_a_signature_for_another_region_or_service_is_refused(scope: Scope) -> None:
    with pytest.raises(SignatureError, match="should be scoped to"):
        verify(signed_by_botocore(PATHS[0], b""), KEY, scope, now())


@pytest.mark.parametrize("missing", ["Credential", "SignedHeaders", "Signature"])
def test_an_incomplete_header_is_refused(missing: str) -> None:
    request = signed_by_botocore(PATHS[0], b"")
    header = request.headers["authorization"].replace(f"{missing}=", "X=")
    with pytest.raises(SignatureError, match=missing):
        verify(replace(request, headers={**request.headers, "authorization": header}), KEY, SCOPE, now())


def test_a_signature_that_is_no_ascii_is_refused() -> None:
    request = signed_by_botocore(PATHS[0], b"hello")
    header = request.headers["authorization"][:-1] + "é"
    with pytest.raises(SignatureError, match="does not match"):
        verify(replace(request, headers={**request.headers, "authorization": header}), KEY, SCOPE, now())


def test_the_host_must_be_signed() -> None:
    request = SignedRequest("POST", "/", "", {}, b"")
    headers = {name.lower(): value for name, value in sign(request, KEY, SCOPE, 1e9).items()}
    with pytest.raises(SignatureError, match="Host"):
        verify(replace(request, headers=headers), KEY, SCOPE, 1e9)
