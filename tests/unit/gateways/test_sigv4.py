"""Our signatures against botocore's, the reference that AWS itself ships."""

from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as ReferenceCredentials
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateways.sigv4 import Credentials, Scope, sign

HOST = "abc.execute-api.us-east-1.amazonaws.com"


def reference(credentials: Credentials, scope: Scope, method: str, path: str, body: bytes, now: int) -> str:
    """What botocore would send as Authorization at that time."""
    stamp = datetime.fromtimestamp(now / 1_000_000, UTC).strftime("%Y%m%dT%H%M%SZ")
    auth = SigV4Auth(
        ReferenceCredentials(credentials.access_key, credentials.secret_key, credentials.token),
        scope.service,
        scope.region,
    )
    request = AWSRequest(method, f"https://{HOST}{path}", data=body)
    request.context["timestamp"] = stamp
    request.headers["X-Amz-Date"] = stamp
    if credentials.token:
        request.headers["X-Amz-Security-Token"] = credentials.token
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    signed = auth.signed_headers(auth.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, SignedHeaders={signed}, Signature={signature}"


@given(
    secret=st.text("abcdefghijklmnopqrstuvwxyz0123456789/+", min_size=1),
    token=st.none() | st.text("abc123=", min_size=1),
    method=st.sampled_from(["POST", "GET", "DELETE"]),
    connection=st.sampled_from(["L0SM9cOFvHcCIhw%3D", "a%2Fb%3D", "plain"]),
    body=st.binary(max_size=300),
    now=st.integers(1_600_000_000_000_000, 2_000_000_000_000_000),
)
def test_a_signature_is_the_one_botocore_makes(
    secret: str, token: str | None, method: str, connection: str, body: bytes, now: int
) -> None:
    credentials = Credentials("AKIDEXAMPLE", secret, token)
    scope = Scope("us-east-1", "execute-api")
    path = f"/ws/@connections/{connection}"
    headers = sign(credentials, scope, method, HOST, path, body, now)
    assert headers["Authorization"] == reference(credentials, scope, method, path, body, now)
    assert headers.get("X-Amz-Security-Token") == token
