"""Invite links: whoever has one may come in, until it has run out, is used up or is revoked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InviteLink:
    """A link into a room, without its secret. Times in microseconds."""

    id: str
    room: str
    created_by: str
    created_at: int
    expires_at: int
    uses_left: int
