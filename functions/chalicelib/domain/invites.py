"""Who may register: anybody, who was invited, or nobody."""

from dataclasses import dataclass
from enum import StrEnum


class Registration(StrEnum):
    """The setting REGISTRATION. The first account can be made in any case: somebody must begin."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation to the workspace, known by digest only; times in microseconds."""

    id: str
    digest: str
    created_by: str
    created_at: int
    expires_at: int
    uses_left: int
