"""Sessions: how long one lives, and what a refresh token may do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_SECOND_US: Final = 1_000_000
IDLE_US: Final = 14 * 24 * 3600 * _SECOND_US
ABSOLUTE_US: Final = 90 * 24 * 3600 * _SECOND_US
GRACE_US: Final = 30 * _SECOND_US
"""For this long the token just replaced is still taken: two tabs may refresh at once."""


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in on one device. Tokens are kept as SHA-256 digests only; times in microseconds."""

    id: str
    user: str
    refresh_digest: str
    previous_digest: str | None
    rotated_at: int
    expires_at: int
    revoked: bool

    def alive(self, now: int) -> bool:
        """Whether it may be used: not ended, not idle for too long, not past its absolute end."""
        return not self.revoked and now < self.deadline

    @property
    def deadline(self) -> int:
        """When it ends unless it is refreshed before; rotation never moves the absolute part."""
        return min(self.expires_at, self.rotated_at + IDLE_US)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A living session with what its user is shown of where it was used last."""

    session: Session
    created_at: int
    agent: str
    address: str


class Refresh(StrEnum):
    """What a presented refresh token is."""

    CURRENT = "current"
    JUST_REPLACED = "just_replaced"
    REUSED = "reused"


def judge(session: Session, digest: str, now: int) -> Refresh:
    """What the token with `digest` is to the session (OWASP ASVS 5, 10.4.5: a reused one ends the session)."""
    if digest == session.refresh_digest:
        return Refresh.CURRENT
    if digest == session.previous_digest and now - session.rotated_at <= GRACE_US:
        return Refresh.JUST_REPLACED
    return Refresh.REUSED
