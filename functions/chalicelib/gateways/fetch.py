"""Small JSON documents of a provider, over http.client: no redirects, no answer larger or slower than it may be."""

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from chalicelib.config import is_safe

_SECONDS: Final = 5.0
_BYTES: Final = 256 * 1024


class FetchError(Exception):
    """There was no answer that can be used."""


def basic(user: str, password: str) -> str:
    """The Authorization header of a client with a secret (RFC 6749, section 2.3.1: both are form-encoded first)."""
    return "Basic " + base64.b64encode(f"{quote_plus(user)}:{quote_plus(password)}".encode()).decode()


def fetch(address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and JSON object at the address; a form is posted. Raises FetchError, which never has the content."""
    if not is_safe(address):
        raise FetchError("not an https address")
    url = urlsplit(address)
    body = None if form is None else urlencode(form).encode()
    sent = {"Accept": "application/json", "User-Agent": "Parley", **headers}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    connection = (
        http.client.HTTPSConnection(url.netloc, timeout=_SECONDS, context=ssl.create_default_context())
        if url.scheme == "https"
        else http.client.HTTPConnection(url.netloc, timeout=_SECONDS)
    )
    try:
        connection.request("GET" if body is None else "POST", target, body, sent)
        response = connection.getresponse()
        content = response.read(_BYTES + 1)
        answer = json.loads(content) if len(content) <= _BYTES else None
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise FetchError(type(error).__name__) from error
    finally:
        connection.close()
    if not isinstance(answer, dict):
        raise FetchError("not a JSON object of a sensible size")
    return response.status, answer
