"""The tables that the fakes of PostgreSQL's repositories share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import Account
from chalicelib.domain.audit import AuditEntry, AuditKind
from chalicelib.domain.credentials import OneTimeToken
from chalicelib.domain.identities import Identity
from chalicelib.domain.invite_links import InviteLink
from chalicelib.domain.invites import Invite
from chalicelib.domain.notifications import Level, NotificationSettings
from chalicelib.domain.permissions import Standing, WorkspaceRole
from chalicelib.domain.reports import Report
from chalicelib.domain.rooms import Role, Room
from chalicelib.domain.sessions import Session
from chalicelib.gateways.clock import SystemClock
from chalicelib.origin import origin


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room with what only the store knows of it."""

    room: Room
    created_by: str
    dm_users: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A user's place in a room. `joined_at` in microseconds."""

    role: Role
    joined_at: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A change that nobody has marked as applied."""

    change: AccessChange
    created_at: int


@dataclass(slots=True)
class SecondFactorRow:
    """A user's second factor; `blocked_until` in microseconds."""

    sealed: str
    confirmed: bool = False
    last_step: int = 0
    attempts: int = 0
    blocked_until: int = 0
    digests: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tables:
    """All rows, by their keys; memberships by room and user. `now` is the store's own clock."""

    now: Callable[[], int] = field(default_factory=lambda: SystemClock().now)
    users: dict[str, Account] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    """Ids of accounts that were."""
    versions: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    places: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """By session: when it began, and the agent and address it was used from last."""
    tokens: dict[str, OneTimeToken] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    second_factors: dict[str, SecondFactorRow] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)
    rooms: dict[str, RoomRow] = field(default_factory=dict)
    dms: dict[str, str] = field(default_factory=dict)
    """Room by the key of its pair."""
    memberships: dict[tuple[str, str], MembershipRow] = field(default_factory=dict)
    room_changes: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """When they were made, by room, actor and id."""
    roles: dict[str, WorkspaceRole] = field(default_factory=dict)
    muted: set[tuple[str, str]] = field(default_factory=set)
    banned: set[tuple[str, str]] = field(default_factory=set)
    """Room and user."""
    blocks: set[tuple[str, str]] = field(default_factory=set)
    """Who blocked whom."""
    deleted_rooms: dict[str, int] = field(default_factory=dict)
    """When, by room."""
    invite_links: dict[str, InviteLink] = field(default_factory=dict)
    """By digest."""
    disabled: set[str] = field(default_factory=set)
    reports: dict[int, Report] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    notifications: dict[str, NotificationSettings] = field(default_factory=dict)
    levels: dict[tuple[str, str], tuple[Level, MembershipRow]] = field(default_factory=dict)
    """By room and user, with the membership it was chosen in."""
    outbox: dict[int, OutboxRow] = field(default_factory=dict)
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def record(
        self,
        user: str,
        kind: ChangeKind,
        now: int,
        *,
        room: str | None = None,
        actor: str | None = None,
        event: str | None = None,
    ) -> AccessChange:
        """Raise the user's version and write the outbox row."""
        self.versions[user] += 1
        change = AccessChange(next(self.ids), user, kind, room, actor, event)
        self.outbox[change.id] = OutboxRow(change, now)
        return change

    def note(
        self,
        kind: AuditKind,
        *,
        actor: str | None = None,
        target: str | None = None,
        room: str | None = None,
        detail: str = "",
    ) -> None:
        """Write an entry of the audit log; the actor is the caller unless one is given."""
        came, id_ = origin(), next(self.ids)
        entry = AuditEntry(id_, self.now(), kind, actor or came.user, target, room, came.network, detail)
        self.audit.append(entry)

    def standing(self, user: str, room: str | None) -> Standing:
        """What the user is in the workspace and to the room."""
        row = None if room is None else self.rooms.get(room)
        if user not in self.users or room is None or row is None:
            return Standing(user, self.roles.get(user, WorkspaceRole.GUEST))
        member = self.memberships.get((room, user))
        return Standing(
            user,
            self.roles[user],
            row.room,
            member.role if member else None,
            muted=(room, user) in self.muted,
            banned=(room, user) in self.banned,
            blocked=self.between_blocked(row),
        )

    def blocked_by(self, user: str) -> set[str]:
        """Everybody the user has blocked."""
        return {other for blocker, other in self.blocks if blocker == user}

    def between_blocked(self, row: RoomRow) -> bool:
        """Whether it is the direct message of two of whom either has blocked the other."""
        return row.dm_users is not None and not self.blocks.isdisjoint((row.dm_users, row.dm_users[::-1]))

    def has_identity(self, identity: Identity) -> bool:
        """Whether it is somebody's already, or its user has another of the issuer."""
        return any(
            it.issuer == identity.issuer and (it.subject == identity.subject or it.user == identity.user)
            for it in self.identities.values()
        )

    def rooms_of(self, user: str) -> set[str]:
        """Ids of the rooms the user is in."""
        return {room for room, member in self.memberships if member == user}

    def members_of(self, room: str) -> dict[str, MembershipRow]:
        """The room's members, by id."""
        return {user: row for (where, user), row in self.memberships.items() if where == room}
