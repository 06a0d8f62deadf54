"""Checks the signatures of the requests a gateway receives."""

import time

from infra.gateway.core.sigv4 import Credentials, Scope, SignedRequest, verify
from infra.gateway.shell.http import HttpRequest


class SignatureCheck:
    """Accepts only what was signed with the local credentials, so that a signing mistake shows here."""

    def __init__(self, credentials: Credentials, region: str, service: str) -> None:
        self._credentials = credentials
        self._scope = Scope(region, service)

    def check(self, request: HttpRequest) -> str:
        """The access key that signed; raises SignatureError."""
        signed = SignedRequest(request.method, request.path, request.query, request.headers, request.body)
        verify(signed, self._credentials, self._scope, time.time())
        return self._credentials.access_key_id
