"""Short-lived secrets that browsers keep for us: encrypted and authenticated (JWE, RFC 7516), by joserfc."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_ALGORITHMS: Final = ["dir", "A256GCM"]


class JweSeals:
    """Implements gateways.base.Seals with keys derived from those of the access tokens."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {kid: OctKey.import_key(hmac.digest(key, b"seal", hashlib.sha256)) for kid, key in keys.items()}
        self._sealing = next(iter(keys))

    def seal(self, content: Mapping[str, object], until: int) -> str:
        """The content in a form nobody else can read or change, good until then (microseconds)."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": self._sealing}
        text = json.dumps({"content": dict(content), "until": until}).encode()
        return jwe.encrypt_compact(header, text, self._keys[self._sealing], algorithms=_ALGORITHMS)

    def open(self, sealed: str, now: int) -> dict[str, object] | None:
        """What was sealed; None if it was not here, or its time is over."""
        for key in self._keys.values():
            try:
                found = json.loads(jwe.decrypt_compact(sealed, key, algorithms=_ALGORITHMS).plaintext or b"")
            except (JoseError, ValueError):
                continue
            content: dict[str, object] = found["content"]
            return content if now < found["until"] else None
        return None
