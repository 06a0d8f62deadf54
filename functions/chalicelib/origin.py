"""Where what is done now comes from: the caller and the network, for the audit log.

The REST edge notes both; the stores read them where they write down what was changed. Outside a request, as in the
sweep, both are empty: the system did it.
"""

import ipaddress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """`user` is None before somebody is known; `network` is as `network_of` gives it."""

    user: str | None = None
    network: str = ""


_NOBODY: Final = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_NOBODY)


def arrive(address: str) -> None:
    """A request came from this address."""
    _origin.set(Origin(network=network_of(address)))


def identify(user: str) -> None:
    """It is this user's."""
    _origin.set(replace(_origin.get(), user=user))


def origin() -> Origin:
    """Where what is done now comes from."""
    return _origin.get()


def parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address, an IPv4 one that was written as an IPv6 one as what it is; None if it is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def network_of(address: str) -> str:
    """The class of an address: "local" for loopback, "private", else its /24 (IPv4) or /48 (IPv6); "" if it is none.

    Tells networks apart and not households: an entry that cannot be changed any more must hold no personal data.
    """
    ip = parsed(address)
    if ip is None:
        return ""
    if ip.is_loopback:
        return "local"
    if ip.is_private:
        return "private"
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
