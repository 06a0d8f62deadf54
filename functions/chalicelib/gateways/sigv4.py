"""AWS Signature Version 4, with the day's signing key kept.

botocore derives the key and walks its event system for every request, which costs more CPU than the rest of a small
POST together; a fan-out makes hundreds of them. Source of the rules: IAM user guide, "Create a signed AWS API request".
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys of the execution role (or of the local gateway)."""

    access_key: str
    secret_key: str
    token: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is good for."""

    region: str
    service: str


def sign(
    credentials: Credentials,
    scope: Scope,
    method: str,
    host: str,
    path: str,
    body: bytes,
    now: int,
) -> dict[str, str]:
    """The headers to add to a request for `path` (as it goes over the wire, already encoded once, no query).

    `host` is the Host header's value, `now` in microseconds. The path is encoded a second time, as every service but
    S3 wants it.
    """
    stamp = _stamp(now // 1_000_000)
    signed = {"host": host, "x-amz-date": stamp}
    if credentials.token:
        signed["x-amz-security-token"] = credentials.token
    names = ";".join(signed)
    canonical = "\n".join(
        (
            method,
            quote(path, safe="/-_.~"),
            "",
            *(f"{name}:{value}" for name, value in signed.items()),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    area = f"{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"
    to_sign = f"{_ALGORITHM}\n{stamp}\n{area}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(credentials.secret_key, stamp[:8], scope.region, scope.service)
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    headers = {
        "X-Amz-Date": stamp,
        "Authorization": f"{_ALGORITHM} Credential={credentials.access_key}/{area}, "
        f"SignedHeaders={names}, Signature={signature}",
    }
    if credentials.token:
        headers["X-Amz-Security-Token"] = credentials.token
    return headers


@lru_cache(maxsize=8)
def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


@lru_cache(maxsize=8)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
