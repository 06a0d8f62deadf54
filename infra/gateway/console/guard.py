"""Who may use the console: a browser on this machine, on the console's own page.

It shows what users send and can speak to them, and has no password. So a request must come from this machine; its Host
must be this machine's name, or a site that has its own name resolve to 127.0.0.1 could read everything (DNS
rebinding); and what changes something must come from the page itself, or any page the developer has open could do it.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from infra.gateway.shell.http import HttpRequest


class RefusedError(Exception):
    """The request may not be answered; one sentence that says why."""


def check_client(request: HttpRequest) -> None:
    """Raise RefusedError unless the client is on this machine and asked for this machine."""
    if not _is_loopback(request.source_ip):
        message = "This is answered to clients on the gateway's own machine only."
        raise RefusedError(message)
    host = _hostname(request.headers.get("host", ""))
    if host != "localhost" and not _is_loopback(host):
        message = "This is answered under the names localhost and 127.0.0.1 only: use one of them."
        raise RefusedError(message)


def check_same_origin(request: HttpRequest) -> None:
    """Raise RefusedError unless a page of this very origin sent the request, as JSON."""
    origin = urlsplit(request.headers.get("origin", ""))
    if origin.scheme not in ("http", "https") or origin.netloc != request.headers.get("host"):
        message = "Only the console's own page may do this."
        raise RefusedError(message)
    # Forms cannot send it, and a script of another origin not without a preflight, which is not answered.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        message = "The request must be application/json."
        raise RefusedError(message)


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # a bracket that is not closed
        return ""


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
