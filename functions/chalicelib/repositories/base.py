"""What services need of the stores. One Protocol per noun; times are microseconds since 1970 everywhere.

Every method may raise Unavailable when its store does not answer; a write may then have happened or not.
The same contract suite (tests/contract) runs on each implementation and on its fake.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.access import Access, AccessChange
from chalicelib.domain.accounts import Account, User
from chalicelib.domain.audit import AuditEntry, AuditFilter, AuditKind
from chalicelib.domain.blocks import Blocks
from chalicelib.domain.connections import Connection
from chalicelib.domain.credentials import OneTimeToken
from chalicelib.domain.identities import Identity
from chalicelib.domain.invite_links import InviteLink
from chalicelib.domain.invites import Invite
from chalicelib.domain.log import End, Event, Place
from chalicelib.domain.markers import ReadMarker
from chalicelib.domain.messages import Message, Span, Version
from chalicelib.domain.notifications import Level, NotificationSettings, Quiet
from chalicelib.domain.permissions import Judge, Standing, UserRole, WorkspaceRole
from chalicelib.domain.reports import NewReport, Outcome, Report, ReportState
from chalicelib.domain.rooms import ListedRoom, Member, MyRoom, Role, Room
from chalicelib.domain.samples import Sample
from chalicelib.domain.second_factors import SecondFactor
from chalicelib.domain.sessions import OpenSession, Session

# --- PostgreSQL: accounts, rooms, and the outbox of access changes ---


class UserRepository(Protocol):
    """Users and their credentials."""

    async def add(
        self, account: Account, now: int, invite: str | None = None, identity: Identity | None = None
    ) -> None:
        """Store a new account, and use an invitation (its digest) and connect an identity if they are given.

        Raises Conflict with `details.field` "name", "email" or "identity" when that is taken, and Forbidden when the
        invitation is unknown, used up or expired; the invitation then has as many uses left as before.
        """

    async def any(self) -> bool:
        """Whether there is an account, or ever was one."""

    async def change_profile(
        self, user: str, name: str | None, colour: int | None, status: str | None
    ) -> Account | None:
        """Change what is not None (colour -1: to none); the account then, None if there is none.

        Raises Conflict with field "name" when another account has it.
        """

    async def by_login(self, key: str) -> Account | None:
        """The account whose name or email has this key (domain.accounts.key)."""

    async def account(self, user: str) -> Account | None:
        """The account with this id."""

    async def set_password_hash(self, user: str, password_hash: str) -> None:
        """Replace the stored hash (the password itself did not change)."""

    async def pass_rooms_on(self, user: str) -> None:
        """Where the user is the only owner of a room with other members, make the one who joined first its owner."""

    async def delete(self, user: str, now: int) -> list[AccessChange]:
        """Anonymise the account and delete its sessions, tokens, invitations and blocks; nothing if there is none.

        Its name is "Deleted user" from then on, its name and email can be used again, and no method but `by_ids`
        and `sharing_rooms` finds it. The first change is the account's own, the others are of whoever had blocked it
        or was blocked by it.
        """

    async def by_ids(self, users: Iterable[str]) -> list[User]:
        """Those of the ids that exist, in no particular order."""

    async def search(self, text: str, limit: int) -> list[User]:
        """Users whose name's key contains `text` (a key itself), ordered by key, code point by code point."""

    async def sharing_rooms(self, user: str) -> list[User]:
        """The user and everybody in a room with the user, at most 1,000, by id."""


class InviteRepository(Protocol):
    """Invitations to the workspace. They are used by UserRepository.add."""

    async def add(self, invite: Invite) -> None:
        """Store an invitation."""

    async def usable(self, now: int) -> list[Invite]:
        """Those that still let somebody in, whoever made them, the newest first; 200 at most."""

    async def revoke(self, invite: str) -> bool:
        """Delete an invitation; False if there is none with this id."""


class AuditRepository(Protocol):
    """The audit log. Repositories that change something write its entry with the change; nothing takes one back."""

    async def add(self, kind: AuditKind, target: str | None, detail: str) -> None:
        """Write an entry of something that changed nothing in the store."""

    async def add_changed(self, kind: AuditKind, detail: str) -> None:
        """Write an entry unless the latest of its kind has the same detail."""

    async def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
        """The latest entries with an id below `before`, the newest first."""

    async def expire(self, before: int, limit: int) -> int:
        """Delete entries from before then that are older than domain.audit.KEPT_DAYS_MIN, the oldest first; how many
        there were."""


class DisablingRepository(Protocol):
    """Accounts that administrators have disabled."""

    async def set(self, user: str, actor: str, judge: Judge, now: int, *, on: bool) -> AccessChange | None:
        """Disable the account and end its sessions, or enable it again; the change if there were sessions to end.

        Raises what the judge does, and NotFound.
        """


class ReportRepository(Protocol):
    """Reported messages; UserRepository.delete forgets who reported and the note, EndingRepository.delete all."""

    async def find(self, reporter: str, room: str, n: int) -> Report | None:
        """What this user reported of this message."""

    async def add(self, report: NewReport, judge: Judge) -> None:
        """Store a report unless the user reported this message before. Raises what the judge does."""

    async def page(self, state: ReportState, before: int | None, limit: int) -> list[Report]:
        """The latest in that state with an id below `before`, the newest first."""

    async def close(self, report: int, actor: str, judge: Judge, outcome: Outcome, now: int) -> None:
        """Close a report; harmless when it has this outcome already.

        Raises what the judge does, NotFound, and Conflict where it was closed with another outcome.
        """

    async def of_user(self, reporter: str) -> list[Report]:
        """All that the user reported, the newest first."""


class SessionRepository(Protocol):
    """Sessions. Changes that matter to sockets return the outbox row written in the same transaction."""

    async def add(self, session: Session, now: int, agent: str, address: str) -> AccessChange:
        """Store a new session; `agent` and `address` are what the user is shown of where it came from.

        Raises Forbidden where the account is disabled.
        """

    async def get(self, session: str) -> Session | None:
        """The session, alive or not."""

    async def rotate(self, session: str, old_digest: str, new_digest: str, now: int, agent: str, address: str) -> bool:
        """Replace the refresh token if `old_digest` is the current one of a session that has not ended; else False.

        Where it was used last becomes `agent` and `address`.
        """

    async def revoke(self, session: str) -> AccessChange | None:
        """End the session; None if it had ended already (or never was)."""

    async def of_user(self, user: str, now: int) -> list[OpenSession]:
        """The user's living sessions, the one used last first."""

    async def revoke_all(self, user: str, keep: str | None) -> AccessChange | None:
        """End all sessions of the user but `keep`; None if there was none to end."""

    async def revoke_expired(self, now: int, limit: int) -> list[AccessChange]:
        """End at most `limit` sessions that are past their deadline."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was reset, and the change that ended its user's sessions (None if there were none)."""

    user: str
    change: AccessChange | None


@dataclass(frozen=True, slots=True)
class MovedEmail:
    """An account's email address before and after it was confirmed."""

    user: str
    name: str
    before: str
    after: str


class CredentialRepository(Protocol):
    """Passwords and email addresses, and the one-time tokens that change them. All of a user's tokens are forgotten
    when either changes."""

    async def add_token(self, token: OneTimeToken) -> bool:
        """Store a token; False, and nothing stored, if the user has domain.credentials.TOKENS_PER_HOUR already."""

    async def drop_token(self, digest: str) -> None:
        """Forget a token that could not be sent."""

    async def drop_expired(self, now: int) -> None:
        """Forget the tokens whose time was over an hour ago."""

    async def reset_password(self, digest: str, password_hash: str, now: int) -> NewPassword | None:
        """Use a reset token up, to exactly one of several callers: set the hash and end all sessions of its user.

        None, and nothing changed, if there is no such token or its time is over.
        """

    async def change_password(self, user: str, password_hash: str, keep: str) -> AccessChange | None:
        """Set the hash and end all sessions of the user but `keep`; None if there was none to end."""

    async def confirm_email(self, digest: str, now: int) -> MovedEmail | None:
        """Use an email token up: its address becomes the account's. None as in `reset_password`.

        Raises Conflict with field "email", and keeps the token, when another account has the address.
        """


class SecondFactorRepository(Protocol):
    """Second factors, one a user, and their recovery codes by digest."""

    async def get(self, user: str) -> SecondFactor | None:
        """The user's second factor, confirmed or not."""

    async def begin(self, user: str, sealed: str) -> bool:
        """Store a secret that is not confirmed yet, in place of such a one; False if there is one that is confirmed."""

    async def attempt(self, user: str, now: int) -> int:
        """Count an attempt: 0. While the user has to wait (domain.second_factors) nothing is counted: the microseconds
        that are left, a second at least. Also 0 for a user without a second factor, of whom no code is taken.
        """

    async def accept(self, user: str, step: int) -> bool:
        """Take the code of a step, to exactly one of several callers, and forgive the attempts; False if that step or
        a later one was taken before."""

    async def use_recovery_code(self, user: str, digest: str) -> bool:
        """Use a recovery code up, to exactly one of several callers, and forgive the attempts; False without one."""

    async def confirm(self, user: str, digests: Sequence[str]) -> bool:
        """Confirm the second factor, with these recovery codes; False if there is none that is not confirmed."""

    async def reseal(self, user: str, before: str, sealed: str) -> None:
        """Replace how the secret is sealed if it is still `before`."""

    async def remove(self, user: str) -> None:
        """Forget the user's second factor and recovery codes."""


class IdentityRepository(Protocol):
    """Accounts at an identity provider that let their users in. New users' are stored by UserRepository.add."""

    async def add(self, identity: Identity) -> None:
        """Connect it to its user. Raises Conflict if it is somebody's, or the user has one of the issuer."""

    async def get(self, issuer: str, subject: str) -> Identity | None:
        """The identity the issuer calls so."""

    async def of_user(self, user: str) -> list[Identity]:
        """Those of the user, the oldest first."""

    async def remove(self, user: str, identity: str) -> bool:
        """Disconnect one of the user's; False if the user has none with this id."""


class RoomRepository(Protocol):
    """Rooms, memberships, direct messages. A change of membership returns its outbox rows."""

    async def create(self, room: Room, owner: str, event: str) -> AccessChange | None:
        """Store the room with its owner as first member; None if the id is taken by a room of the same owner.

        Raises Conflict with field "name" (a public room is called so already) or "id" (another's room).
        """

    async def get(self, room: str) -> Room | None:
        """The room, whoever asks."""

    async def mine(self, room: str, user: str) -> MyRoom | None:
        """The room as `user`, a member, has it; None if the user is no member."""

    async def of_user(self, user: str) -> list[MyRoom]:
        """All rooms of the user, by id."""

    async def browse(self, user: str, text: str, after: str, limit: int) -> list[ListedRoom]:
        """Public rooms whose name's key contains `text`, ordered by that key, those after `after`; both are keys."""

    async def of_workspace(self, user: str, text: str, before: str | None, limit: int) -> list[ListedRoom]:
        """All rooms with an id below `before` but direct messages, the latest id first.

        With a `text` only those whose name's key contains it, and no private ones that `user` is not in: a search
        would tell what they are called.
        """

    async def rename(
        self, room: str, name: str | None, topic: str | None, actor: str, event: str, now: int
    ) -> AccessChange | None:
        """Give the room this name and topic, None leaving either as it is; None if the actor's `event` did so before.

        Raises Conflict with field "name" when another public room has it.
        """

    async def forget_changes(self, before: int) -> None:
        """Know the `event`s no longer by which rooms were renamed before then."""

    async def members(self, room: str) -> list[Member]:
        """Members by the key of their name."""

    async def join(
        self, room: str, user: str, actor: str, event: str, now: int, judge: Judge | None = None
    ) -> AccessChange | None:
        """Make the user a member, or the owner of a room that nobody is in; None if already a member.

        `event` is the id the log will know the change by. Raises what the judge does, and Forbidden where the user has
        blocked the actor.
        """

    async def leave(self, room: str, user: str, actor: str, event: str, now: int) -> AccessChange | None:
        """End the membership; None if there was none. Raises Conflict when the last owner of a room with
        other members would leave; a room nobody is left in stays as it is."""

    async def open_dm(
        self, room: Room, key: str, users: tuple[str, str], events: tuple[str, str]
    ) -> tuple[Room, list[AccessChange]]:
        """The direct message with this key (domain.rooms.dm_key): `room` if there was none, else the one there is.

        Raises Forbidden where there was none and one of the two has blocked the other.

        Two at once get the same one. A user who had left is made a member again. Returns the outbox rows of those
        who became members; `events[i]` is for `users[i]`, and `users[0]`, who opens it, is the actor of all.
        """


class BlockRepository(Protocol):
    """Whom users have blocked."""

    async def of_user(self, user: str) -> Blocks:
        """Everybody the user has blocked; the version rises with each change, and with others of the user."""

    async def set(
        self, user: str, other: str, events: tuple[str, str], now: int, *, on: bool
    ) -> tuple[str | None, list[AccessChange]]:
        """Block `other`, or lift the block: their direct message, if there is one, and what was changed, if it was.

        Where there is a direct message its log says of each of the two, in the order of `events`, that there is a
        change, and not whose. Raises NotFound for who cannot be blocked, and Conflict when the user has blocked
        limits.BLOCKED_USERS others.
        """


class NotificationRepository(Protocol):
    """What users want to be told of."""

    async def of_user(self, user: str) -> NotificationSettings:
        """All the user has chosen; levels of rooms the user has left are none of it."""

    async def change(self, user: str, quiet: Quiet | None, rooms: Mapping[str, Level]) -> NotificationSettings:
        """Choose anew what is not None, and the levels of these rooms; all that is chosen then, the version raised.

        Raises NotMember when the user is not in one of the rooms, and changes nothing then.
        """


class RoleRepository(Protocol):
    """Roles and sanctions. Every change is judged, by what its actor and its user are at that moment, and raises what
    the judge does; `event` is the id the log will know it by.
    """

    async def standing(self, user: str, room: str | None) -> Standing:
        """What the user is in the workspace and to the room; of one who does not exist, a guest's who is outside."""

    async def of_workspace(self, after: str, limit: int, text: str = "") -> list[UserRole]:
        """Users with their roles by id, those after `after` whose name's key contains the key `text`."""

    async def set_workspace_role(
        self, user: str, role: WorkspaceRole, actor: str, judge: Judge, now: int
    ) -> list[AccessChange]:
        """Give the user this role; the owner who makes another one owner is an admin from then on."""

    async def remove(
        self, room: str, user: str, actor: str, judge: Judge, event: str, now: int, *, ban: bool
    ) -> AccessChange | None:
        """End the membership and, with `ban`, let the user in no more; None if there was no membership.

        Where the last owner is put out, who did it owns the room.
        """

    async def unban(self, room: str, user: str, actor: str, judge: Judge) -> bool:
        """Let the user come again; False if there was no ban."""

    async def banned(self, room: str) -> list[User]:
        """Who is banned from the room, by id."""

    async def mute(
        self, room: str, user: str, actor: str, judge: Judge, event: str, now: int, *, on: bool
    ) -> AccessChange | None:
        """Let the member speak no more, or again; None if it was so already. A mute outlasts the membership."""

    async def set_role(
        self, room: str, user: str, role: Role, actor: str, judge: Judge, event: str, now: int
    ) -> AccessChange | None:
        """Give the member this role, which lifts a mute unless it is that of a member; None if it is so already."""

    async def transfer(
        self, room: str, user: str, actor: str, judge: Judge, events: tuple[str, str], now: int
    ) -> list[AccessChange]:
        """Make the member an owner and the actor, if an owner, a moderator, in one step. `events` are theirs."""


class InviteLinkRepository(Protocol):
    """Links into rooms, known by the digest of their secret only."""

    async def add(self, invite: InviteLink, digest: str) -> None:
        """Store a link."""

    async def of_room(self, room: str, now: int) -> list[InviteLink]:
        """Links of the room that can be used, by id."""

    async def revoke(self, room: str, invite: str) -> None:
        """End a link of the room; harmless where there is none."""

    async def find(self, digest: str, now: int) -> InviteLink | None:
        """The link with this digest, if it can be used."""

    async def use(
        self, invite: InviteLink, user: str, judge: Judge, event: str, now: int
    ) -> tuple[bool, AccessChange | None]:
        """Make the user a member by the link: whether it could be used, and the change it made.

        Who is a member already takes no use of it. Two at once never use it more often than it may be.
        """


class EndingRepository(Protocol):
    """The ends of rooms: archived, which can be undone, and deleted."""

    async def archive(
        self, room: str, actor: str, judge: Judge, event: str, now: int, *, on: bool
    ) -> list[AccessChange]:
        """Let nobody change the room, or everybody again: a row for each member, the last of them for the log too.
        None if it is so already.
        """

    async def delete(
        self, room: str, actor: str, judge: Judge, new_id: Callable[[], str], now: int
    ) -> list[AccessChange]:
        """Put everybody out, a row each (`new_id` makes their events'), and forget what the room was called."""

    async def deleted(self, before: int, limit: int) -> list[tuple[str, int]]:
        """Rooms that were deleted before then, and when; those of which a change waits to be applied are left out."""

    async def forget(self, room: str) -> None:
        """Forget a deleted room altogether."""


class OutboxRepository(Protocol):
    """Changes of access that PostgreSQL has and MongoDB may not have yet."""

    async def snapshot(self, user: str, now: int) -> Access:
        """All rooms and living sessions of the user with the version they are at, read in one transaction.

        A user who does not exist has version 0 and nothing.
        """

    async def older_than(self, created_before: int, limit: int) -> list[AccessChange]:
        """Rows nobody has marked as applied, in the order they were written; their time is the `now` of the change."""

    async def before(self, change: AccessChange) -> list[AccessChange]:
        """Rows about the same user and room that were written before this one and that nobody has marked as applied,
        in the order they were written.
        """

    async def done(self, change: AccessChange) -> None:
        """Forget the row: it is applied. Doing so twice is harmless."""


# --- MongoDB: the log, its ends, connections and their access, tickets, leases ---


@dataclass(frozen=True, slots=True)
class Head:
    """Where a room's log stood when somebody last wrote it down, and how far it is flushed.

    `moved_at` is the store's clock in milliseconds when `end` was last raised; up to `expired` nothing is in the log.
    """

    room: str
    end: End
    flushed: End
    moved_at: int
    expired: int = 0


class EventRepository(Protocol):
    """The log's events. All reads are from the primary with read concern majority; ranges are `low < seq <= high`."""

    async def insert(self, event: Event, *, begins: bool = True) -> bool:
        """Store the event durably (majority, journaled); False if its place or its id is taken.

        Its room is pending from then on if the event begins a run (domain.log.begins_run).
        """

    async def by_id(self, room: str, sender: str, id_: str) -> Event | None:
        """The event its author knows by this id."""

    async def between(self, room: str, low: int, high: int) -> list[Event]:
        """Events in the range, ascending by seq."""

    async def at(self, places: Iterable[Place]) -> list[Event]:
        """Events at these places, in one call, in no particular order; without those that an older Parley stored."""

    async def rooms_pending(self) -> list[str]:
        """Rooms with the beginning of a run that was not settled: all that have events which are not flushed, and those
        that were written to lately."""

    async def changes(self, room: str, low: int, high: int, span: Span) -> list[Event]:
        """Events in the range whose `target` is in the span, ascending by seq."""

    async def mentioning(self, user: str, rooms: Iterable[str]) -> list[Event]:
        """Events of those rooms that mention the user and whose mentions are not settled, in no particular order."""

    async def redact(self, room: str, seqs: Iterable[int]) -> None:
        """Empty the text and the mentions of these events, durably. Doing so twice is harmless."""

    async def erase(self, room: str) -> None:
        """Empty all texts and mentions of the room's events, durably; none of them is pending after it.

        Their places stay taken until they are deleted.
        """

    async def settle_mentions(self, room: str, seqs: Iterable[int]) -> None:
        """Let `mentioning` no longer find these events: whom they mention is noted elsewhere."""

    async def settle(self, room: str, high: int) -> None:
        """Let the runs that begin at seq <= high no longer count as pending; costs what there is of them."""

    async def pending_from(self, room: str) -> int | None:
        """Seq of the first beginning of a run of the room that was not settled."""

    async def first_after(self, room: str, low: int) -> int | None:
        """The lowest seq above `low` that the log has; None where there is none."""

    async def delete(self, room: str, low: int, high: int) -> int:
        """Delete the range's events; returns how many there were."""


class HeadRepository(Protocol):
    """Heads: hints of where logs end, and the truth of how far they are flushed. Values only ever rise."""

    async def get(self, room: str) -> Head:
        """The room's head; all zero when nobody has written one."""

    async def many(self, rooms: Iterable[str]) -> list[Head]:
        """Heads of those of the rooms that have one."""

    async def flushed_after(self, room: str, limit: int) -> list[Head]:
        """Heads of rooms of which something is flushed, by the room's id, those after `room` ("" for the first)."""

    async def moved_since(self, rooms: Iterable[str], since: int) -> list[Head]:
        """Those of the rooms' heads with `moved_at` >= since (milliseconds)."""

    async def raise_end(self, room: str, end: End) -> None:
        """Raise the head's end to at least `end`."""

    async def forget(self, room: str) -> None:
        """Forget the head of a room that is no more."""

    async def raise_flushed(self, room: str, flushed: End) -> None:
        """Raise the head's end and its flushed part to at least `flushed`, durably."""

    async def raise_expired(self, room: str, seq: int) -> None:
        """Note that nothing is in the log up to `seq`: a hint that saves whoever deletes from looking there again.

        For rooms that have a head only; a lower value than is stored changes nothing.
        """


@dataclass(frozen=True, slots=True)
class Expiry:
    """Events of a room up to `seq` may be deleted from `at` on."""

    room: str
    seq: int
    at: int


class ExpiryRepository(Protocol):
    """When which part of which log may be deleted: one note for each room and hour at most."""

    async def note(self, room: str, seq: int, at: int) -> None:
        """Note that events up to `seq` may be deleted from `at` on; it may be up to an hour later."""

    async def due(self, now: int, limit: int) -> list[Expiry]:
        """Notes whose time has come, the earliest first."""

    async def done(self, expiry: Expiry) -> None:
        """Forget the note, unless it says more by now."""


class AccessRepository(Protocol):
    """Access documents, one per user."""

    async def get(self, user: str) -> Access | None:
        """The user's access as last applied."""

    async def replace(self, access: Access) -> bool:
        """Store it unless one of the same or a higher version is there; tells whether it was stored."""

    async def sharing(self, users: Iterable[str], rooms: Iterable[str], by: str | None = None) -> set[str]:
        """Those of the users who have at least one of the rooms, without those who have blocked `by`."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A live connection to deliver to."""

    connection: str
    user: str


class ConnectionRepository(Protocol):
    """Connections, from `add` (pending) over `go_live` to `remove`."""

    async def add(self, connection: Connection) -> None:
        """Store a new connection; one that is stored already stays as it is."""

    async def get(self, connection: str) -> Connection | None:
        """The connection, from the primary with read concern majority: this is its authentication."""

    async def grant(self, connection: str, access: Access) -> None:
        """Copy the access's rooms and version into the connection, unless it has a higher version."""

    async def grant_all(self, access: Access) -> list[Connection]:
        """Do so for all connections of the user; returns them all as they are then."""

    async def go_live(self, connection: str, now: int, lease_until: int) -> bool:
        """Make a pending connection live, its rate window starting at `now`; False if there is no pending one."""

    async def live_in_room(self, room: str, low: str = "", high: str = "") -> list[Recipient]:
        """Live connections that have the room, ordered by id; with `low`/`high` only low <= id < high ("" is open)."""

    async def live_of_user(self, user: str) -> list[Recipient]:
        """Live connections of the user."""

    async def count_of_user(self, user: str, now: int, pending_since: int) -> int:
        """How many the user has: live ones whose lease has not run out, and pending ones opened at `pending_since` or
        later.
        """

    async def touch(self, connection: str, now: int, lease_until: int, frames: int) -> None:
        """Renew the lease and add `frames` to the rate window (a new window starts when the old one is over)."""

    async def watch(self, connection: str, users: Sequence[str]) -> None:
        """Replace the list of users whose presence the connection is told."""

    async def watching(self, user: str, rooms: Iterable[str]) -> list[Recipient]:
        """Live connections that watch the user and have at least one of the rooms."""

    async def present(self, users: Iterable[str], now: int) -> dict[str, bool]:
        """Those of the users with a live connection whose lease has not run out; True if one of these is not idle."""

    async def set_idle(self, connection: str, *, idle: bool) -> None:
        """Note whether the connection's device lies idle."""

    async def set_typing(self, connection: str, room: str, until: int) -> None:
        """Note that the connection's user types in the room until then; 0 notes that the user stopped."""

    async def typing_in_room(self, room: str, now: int) -> set[str]:
        """Users who type in the room now."""

    async def present_in_room(self, room: str, now: int) -> dict[str, bool]:
        """Users with a live connection that has the room and whose lease has not run out; as `present` tells them."""

    async def remove(self, connection: str) -> Connection | None:
        """Delete the connection; returns it, to exactly one of several callers."""

    async def lapsed(self, now: int, pending_since: int, limit: int) -> list[Connection]:
        """Live ones whose lease ran out, and pending ones opened before `pending_since`."""


class LastSeenRepository(Protocol):
    """When users were last seen: written when their last connection ended."""

    async def note(self, user: str, at: int) -> None:
        """The user was there at this time; an earlier one than is stored changes nothing."""

    async def forget(self, user: str) -> None:
        """Forget when the user was seen."""

    async def of(self, users: Iterable[str]) -> dict[str, int]:
        """The times of those of the users who have one."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a ticket stands for."""

    user: str
    session: str
    session_expires: int


class TicketRepository(Protocol):
    """One-time tickets to open a socket, known by digest only."""

    async def add(self, digest: str, granted: Pass, expires_at: int) -> None:
        """Store a ticket."""

    async def consume(self, digest: str, now: int) -> Pass | None:
        """Use the ticket up; None if there is none, it expired, or somebody else used it first."""


class AttemptRepository(Protocol):
    """How often something was tried, by keys that name a window of time, and notes that end by themselves."""

    async def take(self, key: str, limit: int, expires_at: int) -> bool:
        """Count an attempt; False, and nothing counted, if there were `limit` already. Of many at once no more pass.

        The count may be forgotten from `expires_at` on.
        """

    async def add(self, key: str, number: int, expires_at: int) -> int:
        """Count so many more, without a limit; the count there is then, with what others added meanwhile.

        The count may be forgotten from `expires_at` on.
        """

    async def give_back(self, key: str) -> None:
        """Count one less, if there is one."""

    async def forget(self, key: str) -> None:
        """Count none; harmless where there is none."""

    async def note(self, key: str, until: int) -> None:
        """Remember the key until then."""

    async def noted(self, key: str, now: int) -> bool:
        """Whether the key is remembered."""

    async def drop_expired(self, now: int) -> None:
        """Forget the counts that may be forgotten from `now` on, and the notes that end then."""


class SampleRepository(Protocol):
    """What flushes did and found. Minutes and hours are named by when they began."""

    async def add(self, samples: Mapping[int, Sample]) -> None:
        """Add to what is known of these minutes; all that others add at the same time counts too."""

    async def minutes(self, since: int, until: int) -> dict[int, Sample]:
        """What is known of the minutes since <= minute < until; those of which nothing is known are left out."""

    async def hours(self, since: int, until: int) -> dict[int, Sample]:
        """The same of whole hours: `since` and `until` begin one."""

    async def drop_before(self, at: int) -> None:
        """Forget the hours that were over by then."""


class LeaseRepository(Protocol):
    """Leases: they save work, they guard nothing. Whoever holds one may still find another at work."""

    async def take(self, name: str, holder: str, now: int, until: int) -> bool:
        """Take the lease if it is free or ran out."""

    async def release(self, name: str, holder: str) -> None:
        """Give it back if it is still the holder's."""


# --- Cassandra (or MongoDB): history ---


class HistoryRepository(Protocol):
    """Messages in their present state, one row each, and the texts they had before.

    Every write carries the time of the event it stems from, deletions too, so the latest event wins field by field
    (text, deletion, each reaction), whoever applies it, whenever, however often. Nothing brings back what was deleted.
    """

    async def erase(self, room: str, n: int, ts: int) -> None:
        """Forget everything of the room, whose messages are numbered up to `n` and written up to `ts`."""

    async def apply(self, room: str, events: Sequence[Event]) -> None:
        """Bring the rows of one room up to date with events of its log, ascending by seq; others than message.created
        and domain.messages.CHANGES are passed over. Events may have been applied before, in part, or be applied again.

        A log has no change of a message after its deletion; should one come, it shows nothing.
        """

    async def read(self, room: str, span: Span) -> list[Message]:
        """Rows numbered in the span, ascending by n; a message whose creation has not been applied has none."""

    async def versions(self, room: str, n: int) -> list[Version]:
        """The texts a message had, ascending by seq, the present one last; none once it is deleted."""

    async def raise_revs(self, room: str, revs: Mapping[int, int], ts: int) -> None:
        """Set the `rev` of rows (n to rev) of a history that is being filled from another one.

        For events that left no other trace, as a reaction that was taken back. None of the revs may be below its row's,
        nor `ts` before the last of the events it stands for.
        """


class MarkerRepository(Protocol):
    """Read markers: how far a user has read in a room. The higher version wins; within one, n only rises."""

    async def mark(self, user: str, room: str, n: int, version: int) -> ReadMarker:
        """Set the marker if (version, n) is above the stored one, n compared within the same version only; returns
        what is stored then. A marker nobody has set is n 0, version 0.
        """

    async def forget(self, user: str) -> None:
        """Forget all markers of the user."""

    async def of_user(self, user: str, rooms: Iterable[str]) -> dict[str, ReadMarker]:
        """The user's markers in those of the rooms that have one."""


class MentionRepository(Protocol):
    """Whom each flushed message mentions. Set as a whole, never counted."""

    async def note(self, room: str, n: int, users: Iterable[str], seq: int) -> None:
        """Note that as of event `seq` message n mentions these users and nobody else; without users, nobody.

        A note of an earlier or the same event as the one that is there changes nothing: a flush that was overtaken
        brings back nobody that an edit or a deletion has removed meanwhile.
        """

    async def erase(self, room: str) -> None:
        """Forget all mentions in the room."""

    async def after(self, user: str, markers: Mapping[str, int]) -> dict[str, list[int]]:
        """The numbers, ascending, of the messages that mention the user in each of the rooms (the keys) above the
        room's value; rooms without any are left out.
        """


class Probe(Protocol):
    """Tells whether a store answers."""

    async def __call__(self) -> None:
        """Ask the store something cheap. Raises Unavailable."""


Probes = Mapping[str, Probe]
