"""The audit log: what is written down of security and administration, and nothing of what is said.

Entries hold ids, never names, texts or addresses: they stay as they are when an account is deleted.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

KEPT_DAYS_MIN: Final = 30
"""Younger entries cannot be deleted; the store sees to it (infra/schema/postgres/0005_audit.sql)."""


class AuditKind(StrEnum):
    """What was done. A target is a user unless it says otherwise."""

    LOGGED_IN = "logged_in"
    LOGIN_REFUSED = "login_refused"
    SESSION_ENDED = "session_ended"
    SESSIONS_ENDED = "sessions_ended"
    REGISTERED = "registered"
    REGISTRATION_SET = "registration_set"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no password  # nosec B105
    PASSWORD_RESET = "password_reset"  # noqa: S105 - no password  # nosec B105
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODE_USED = "recovery_code_used"
    ACCOUNT_DELETED = "account_deleted"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLE_CHANGED = "role_changed"
    ROOM_ROLE_CHANGED = "room_role_changed"
    ROOM_TRANSFERRED = "room_transferred"
    KICKED = "kicked"
    BANNED = "banned"
    UNBANNED = "unbanned"
    MUTED = "muted"
    UNMUTED = "unmuted"
    ROOM_ARCHIVED = "room_archived"
    ROOM_REOPENED = "room_reopened"
    ROOM_DELETED = "room_deleted"
    INVITE_MADE = "invite_made"
    INVITE_REVOKED = "invite_revoked"
    INVITE_LINK_MADE = "invite_link_made"
    INVITE_LINK_REVOKED = "invite_link_revoked"
    MESSAGE_REPORTED = "message_reported"
    REPORT_CLOSED = "report_closed"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry. `at` in microseconds by the store's clock; `actor` is None where the system did it or nobody is known.

    `detail` is a word of what was decided, as the new role; `network` is a class of addresses (origin.network_of).
    """

    id: int
    at: int
    kind: AuditKind
    actor: str | None
    target: str | None
    room: str | None
    network: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None wants all. `since` <= at < `until`, in microseconds."""

    actor: str | None = None
    target: str | None = None
    kind: AuditKind | None = None
    since: int | None = None
    until: int | None = None
