"""Throttles: how often something may be tried in a window of time, and by whom it is counted."""

from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final

from chalicelib.domain.connections import RATE_WINDOW_US, USER_FRAMES
from chalicelib.origin import parsed

_MINUTE_US: Final = 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `attempts` of one key in each window of `window` microseconds. Windows are those of the clock."""

    name: str
    attempts: int
    window: int

    def key(self, *parts: str, now: int) -> str:
        """What the attempts of these parts in the window of `now` are counted under."""
        return "\0".join((self.name, str(now // self.window), *parts))

    def ends(self, now: int) -> int:
        """When the window of `now` is over."""
        return (now // self.window + 1) * self.window

    def seconds_left(self, now: int) -> int:
        """Seconds until then, the last one counted whole."""
        return -(-(self.ends(now) - now) // 1_000_000)


LOG_IN_PAIR: Final = Throttle("log-in-pair", 10, 15 * _MINUTE_US)
"""Refused log-ins of one account from one address."""

LOG_IN_ADDRESS: Final = Throttle("log-in-address", 60, 15 * _MINUTE_US)
"""Refused log-ins from one address, whatever the accounts: a spray, or stuffing."""

LOG_IN_ACCOUNT: Final = Throttle("log-in-account", 100, 60 * _MINUTE_US)
"""Refused log-ins of one account from addresses that its user is not known at."""

REGISTER: Final = Throttle("register", 30, 60 * _MINUTE_US)
PROOF: Final = Throttle("proof", 10, 15 * _MINUTE_US)
"""Wrong current passwords in one session: whoever stole it cannot keep the user's other sessions waiting."""

CODE: Final = Throttle("code", 30, 15 * _MINUTE_US)
"""Wrong codes of second factors from one address; those of one user are counted with the second factor."""

RESET: Final = Throttle("reset", 10, 60 * _MINUTE_US)
"""Mails asked for from one address; those to one user are counted where they are written."""

MOVE: Final = Throttle("move", 10, 60 * _MINUTE_US)
"""Mails to new addresses of one user."""

NOTICE: Final = Throttle("notice", 3, 60 * _MINUTE_US)
"""Mails to one user that somebody else asked for the user's address."""

TOKEN: Final = Throttle("token", 30, 15 * _MINUTE_US)
"""Uses of links, good or not, from one address."""

FRAMES: Final = Throttle("frames", USER_FRAMES, RATE_WINDOW_US)
"""Frames of one user over all sockets."""

REPORT: Final = Throttle("report", 20, 60 * _MINUTE_US)
"""Reports of messages by one user."""

TRUST_US: Final = 24 * 60 * _MINUTE_US
"""For this long a user who set a new password is known at the address that was done from."""


def network(address: str) -> str | None:
    """What attempts from the address are counted by: an IPv6 one by its /64, which is what one subscriber has.

    None for an unknown one and for this machine's own, which is a proxy that stands for everybody or its operator: to
    count all of them together would let one of them lock the others out. What comes from there is not counted at all.
    """
    found = parsed(address)
    if found is None or found.is_loopback:
        return None
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)
