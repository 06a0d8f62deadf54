"""AWS Signature Version 4: verification of the requests the gateway receives, and signing for its own client.

Follows "Create a signed AWS API request" of the IAM user guide. As for every service but S3, the path that is signed is
the path on the wire, encoded once more.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, quote

ALGORITHM = "AWS4-HMAC-SHA256"
MAXIMUM_SKEW = 300.0


class SignatureError(Exception):
    """A request that AWS would refuse; `str()` says what was wrong with it, for the caller to read.

    `type` is the name of the exception for it in most of AWS's APIs.
    """

    type = "InvalidSignatureException"


class MissingSignatureError(SignatureError):
    """A request that is not signed at all."""

    type = "MissingAuthenticationTokenException"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key with its secret."""

    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signature covers. `path` is as on the wire; header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """Region and service a signature is bound to."""

    region: str
    service: str


def verify(request: SignedRequest, credentials: Credentials, scope: Scope, now: float) -> None:
    """Check a request's Authorization header; raises SignatureError. `now` is in seconds since the epoch."""
    authorization = request.headers.get("authorization", "")
    if not authorization.startswith(ALGORITHM + " "):
        message = "Missing Authentication Token"
        raise MissingSignatureError(message)
    fields = _fields(authorization.removeprefix(ALGORITHM))
    access_key_id, _, credential_scope = fields["Credential"].partition("/")
    stamp = request.headers.get("x-amz-date", "")
    _check_scope(access_key_id, credential_scope, credentials, scope, stamp[:8])
    _check_time(stamp, now)
    signed_names = fields["SignedHeaders"].split(";")
    if "host" not in signed_names:
        message = "'Host' must be a 'SignedHeader' in the AWS Authorization."
        raise SignatureError(message)
    expected = _signature(request, signed_names, credentials, scope, stamp)
    # As bytes: text that is not ASCII cannot be compared.
    if not hmac.compare_digest(expected.encode(), fields["Signature"].encode()):
        message = (
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method."
        )
        raise SignatureError(message)


def sign(request: SignedRequest, credentials: Credentials, scope: Scope, now: float) -> dict[str, str]:
    """The headers to add to a request (Authorization and X-Amz-Date); `request.headers` must have `host`."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {**request.headers, "x-amz-date": stamp}
    names = sorted(headers)
    dated = SignedRequest(request.method, request.path, request.query, headers, request.body)
    signature = _signature(dated, names, credentials, scope, stamp)
    credential = f"{credentials.access_key_id}/{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"
    return {
        "X-Amz-Date": stamp,
        "Authorization": (
            f"{ALGORITHM} Credential={credential}, SignedHeaders={';'.join(names)}, Signature={signature}"
        ),
    }


def _fields(authorization: str) -> dict[str, str]:
    fields = dict(part.strip().partition("=")[::2] for part in authorization.split(","))
    for name in ("Credential", "SignedHeaders", "Signature"):
        if name not in fields:
            message = f"Authorization header requires '{name}' parameter."
            raise SignatureError(message)
    return fields


def _check_scope(access_key_id: str, credential_scope: str, credentials: Credentials, scope: Scope, day: str) -> None:
    if access_key_id != credentials.access_key_id:
        message = "The security token included in the request is invalid."
        raise SignatureError(message)
    if credential_scope != f"{day}/{scope.region}/{scope.service}/aws4_request":
        message = f"Credential should be scoped to region '{scope.region}' and service '{scope.service}'."
        raise SignatureError(message)


def _check_time(stamp: str, now: float) -> None:
    try:
        signed_at = _epoch(stamp)
    except ValueError:
        message = "Authorization header requires existence of a valid 'X-Amz-Date' header."
        raise SignatureError(message) from None
    if abs(now - signed_at) > MAXIMUM_SKEW:
        message = f"Signature expired: {stamp} is more than 5 minutes from the server's time."
        raise SignatureError(message)


def _signature(
    request: SignedRequest, signed_names: Iterable[str], credentials: Credentials, scope: Scope, stamp: str
) -> str:
    names = list(signed_names)
    canonical_headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    canonical = "\n".join(
        (
            request.method,
            _canonical_path(request.path),
            _canonical_query(request.query),
            canonical_headers,
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    day = stamp[:8]
    to_sign = "\n".join(
        (
            ALGORITHM,
            stamp,
            f"{day}/{scope.region}/{scope.service}/aws4_request",
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = _signing_key(credentials.secret_access_key, day, scope)
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


@lru_cache(maxsize=1024)
def _canonical_path(path: str) -> str:
    # A fan-out goes to the same connections again and again.
    return quote(path, safe="/-_.~")


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    encoded = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


@lru_cache(maxsize=64)
def _epoch(stamp: str) -> float:
    # Signers send many requests in one second, and parsing a time takes as long as the whole HMAC.
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


@lru_cache(maxsize=64)
def _signing_key(secret: str, day: str, scope: Scope) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
