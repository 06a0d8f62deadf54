"""Permissions: the one table of who may do what, which code enforces from, and docs and tests are made from.

Two things say what somebody may do: the role in the workspace, and the place in the room. Both must allow it. An owner
or an admin of the workspace counts as an owner of every room that he or she is a member of.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.domain.accounts import User
from chalicelib.domain.rooms import Role, Room, RoomKind
from chalicelib.errors import Forbidden, NotMember


class WorkspaceRole(StrEnum):
    """What a user is in the workspace. The first to register owns it; there is one owner at any time."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"


class Place(StrEnum):
    """What a user is to a room: a role there, a member who may not speak, nobody, or somebody who is kept out."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    MUTED = "muted"
    NONE = "none"
    BANNED = "banned"


class Operation(StrEnum):
    """Everything that not everybody may do."""

    CREATE_ROOM = "create_room"
    BROWSE_ROOMS = "browse_rooms"
    JOIN = "join"
    OPEN_DM = "open_dm"
    LIST_ALL_ROOMS = "list_all_rooms"
    LIST_ROLES = "list_roles"
    READ_AUDIT = "read_audit"
    DISABLE = "disable"
    HANDLE_REPORTS = "handle_reports"
    SEE_HEALTH = "see_health"
    INVITE_TO_WORKSPACE = "invite_to_workspace"
    SET_WORKSPACE_ROLE = "set_workspace_role"
    READ = "read"
    LIST_MEMBERS = "list_members"
    MARK_READ = "mark_read"
    SEND = "send"
    TYPE = "type"
    REACT = "react"
    REPORT = "report"
    EDIT_OWN = "edit_own"
    EDIT_OTHERS = "edit_others"
    DELETE_OWN = "delete_own"
    DELETE_OTHERS = "delete_others"
    READ_OWN_VERSIONS = "read_own_versions"
    READ_OTHERS_VERSIONS = "read_others_versions"
    ADD_MEMBER = "add_member"
    KICK = "kick"
    BAN = "ban"
    LIST_BANS = "list_bans"
    MUTE = "mute"
    SET_ROLE = "set_role"
    TRANSFER = "transfer"
    INVITE = "invite"
    ACCEPT_INVITE = "accept_invite_link"
    UPDATE_ROOM = "update_room"
    ARCHIVE = "archive"
    DELETE_ROOM = "delete_room"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Permission:
    """A row of the table. `what` completes "may ..."; `places` is None for what is not about a room.

    `archived` tells whether it may be done in an archived room, `dm` whether in a direct message, and `blocked` whether
    in one of two of whom either has blocked the other.
    """

    what: str
    roles: frozenset[WorkspaceRole]
    places: frozenset[Place] | None = None
    archived: bool = True
    dm: bool = True
    blocked: bool = True


_O, _M, _P, _X = Place.OWNER, Place.MODERATOR, Place.MEMBER, Place.MUTED
_ALL: Final = frozenset(WorkspaceRole)
_NO_GUESTS: Final = _ALL - {WorkspaceRole.GUEST}
_ADMINS: Final = frozenset((WorkspaceRole.OWNER, WorkspaceRole.ADMIN))
_INSIDE: Final = frozenset((_O, _M, _P, _X))
_SPEAKING: Final = frozenset((_O, _M, _P))
_MODERATING: Final = frozenset((_O, _M))
_OWNING: Final = frozenset((_O,))


PERMISSIONS: Final[Mapping[Operation, Permission]] = {
    Operation.CREATE_ROOM: Permission("make a room", _NO_GUESTS),
    Operation.BROWSE_ROOMS: Permission("list the public rooms", _NO_GUESTS),
    Operation.OPEN_DM: Permission("open a direct message", _NO_GUESTS),
    Operation.LIST_ALL_ROOMS: Permission("list all rooms but direct messages", _ADMINS),
    Operation.LIST_ROLES: Permission("list the roles of all users", _ADMINS),
    Operation.SET_WORKSPACE_ROLE: Permission("give users of a lower role another one below the own", _ADMINS),
    Operation.READ_AUDIT: Permission("read the audit log", _ADMINS),
    Operation.DISABLE: Permission("disable accounts, or enable them again,", _ADMINS),
    Operation.HANDLE_REPORTS: Permission("read reports of messages, and close them,", _ADMINS),
    Operation.SEE_HEALTH: Permission("see how the stores answer and how flushes went", _ADMINS),
    Operation.INVITE_TO_WORKSPACE: Permission("make, list and revoke invitations to the workspace", _ADMINS),
    Operation.JOIN: Permission("join a public room", _NO_GUESTS, _INSIDE | {Place.NONE}, archived=False, dm=False),
    Operation.READ: Permission("read messages and events, and be sent them", _ALL, _INSIDE),
    Operation.LIST_MEMBERS: Permission("list the members and see who is present", _ALL, _INSIDE),
    Operation.MARK_READ: Permission("move the own read marker", _ALL, _INSIDE),
    Operation.SEND: Permission("send a message", _ALL, _SPEAKING, archived=False, blocked=False),
    Operation.TYPE: Permission("show a typing sign", _ALL, _SPEAKING, archived=False, blocked=False),
    Operation.REACT: Permission("react to a message", _ALL, _SPEAKING, archived=False, blocked=False),
    Operation.REPORT: Permission("report a message of others", _ALL, _INSIDE),
    Operation.EDIT_OWN: Permission("edit an own message", _ALL, _SPEAKING, archived=False, blocked=False),
    Operation.EDIT_OTHERS: Permission("edit a message of others", frozenset(), frozenset(), archived=False),
    Operation.DELETE_OWN: Permission("delete an own message", _ALL, _INSIDE, archived=False),
    Operation.DELETE_OTHERS: Permission("delete a message of others", _ALL, _MODERATING, archived=False, dm=False),
    Operation.READ_OWN_VERSIONS: Permission("read what an own message was before", _ALL, _INSIDE),
    Operation.READ_OTHERS_VERSIONS: Permission("read what a message of others was before", _ALL, _MODERATING, dm=False),
    Operation.ADD_MEMBER: Permission("add somebody to the room", _ALL, _MODERATING, archived=False, dm=False),
    Operation.KICK: Permission("put out members", _ALL, _MODERATING, dm=False),
    Operation.BAN: Permission("ban users, or let them come again,", _ALL, _MODERATING, dm=False),
    Operation.LIST_BANS: Permission("list who is banned", _ALL, _MODERATING, dm=False),
    Operation.MUTE: Permission("mute members, or let them speak again,", _ALL, _MODERATING, dm=False),
    Operation.SET_ROLE: Permission("give roles to members", _ALL, _OWNING, dm=False),
    Operation.TRANSFER: Permission("hand the room on to another member", _ALL, _OWNING, dm=False),
    Operation.INVITE: Permission("make, list and revoke invite links", _ALL, _MODERATING, archived=False, dm=False),
    Operation.ACCEPT_INVITE: Permission(
        "join by an invite link", _ALL, _INSIDE | {Place.NONE}, archived=False, dm=False
    ),
    Operation.ARCHIVE: Permission("archive a room, or open it again,", _ALL, _OWNING, dm=False),
    Operation.DELETE_ROOM: Permission("delete a room", _ALL, _OWNING, dm=False),
    Operation.UPDATE_ROOM: Permission("change a room's name or topic", _ALL, _OWNING, archived=False, dm=False),
    Operation.LEAVE: Permission("leave a room", _ALL, _INSIDE, dm=False),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a user is, in the workspace and to one room (None: it is not about a room, or there is none)."""

    user: str
    workspace: WorkspaceRole
    room: Room | None = None
    role: Role | None = None
    muted: bool = False
    banned: bool = False
    blocked: bool = False
    """One of the two of a direct message has blocked the other."""

    @property
    def place(self) -> Place:
        """The place in the room."""
        if self.role is None:
            return Place.BANNED if self.banned else Place.NONE
        return Place.MUTED if self.muted and self.role is Role.MEMBER else Place(self.role.value)

    @property
    def rank(self) -> int:
        """Moderation goes downwards only: from a higher rank to a lower one."""
        return max(_WORKSPACE_RANKS.get(self.workspace, 0), _RANKS[self.role] if self.role else 0)


@dataclass(frozen=True, slots=True)
class UserRole:
    """A user with the role in the workspace, and whether the account is disabled."""

    user: User
    workspace: WorkspaceRole
    disabled: bool = False


Judge = Callable[[Standing, Standing], None]
"""Judges a change by what its actor and the user it is about are at that moment; raises a refusal."""

_WORKSPACE_RANKS: Final[Mapping[WorkspaceRole, int]] = {WorkspaceRole.OWNER: 5, WorkspaceRole.ADMIN: 4}
_RANKS: Final[Mapping[Role, int]] = {Role.OWNER: 3, Role.MODERATOR: 2, Role.MEMBER: 1}


def allows(operation: Operation, workspace: WorkspaceRole, place: Place) -> bool:
    """What the table says about a role and a place, in a room that is neither archived nor a direct message."""
    permission = PERMISSIONS[operation]
    if workspace in _ADMINS and place in _INSIDE:
        place = Place.OWNER
    return workspace in permission.roles and (permission.places is None or place in permission.places)


def require(operation: Operation, standing: Standing) -> None:
    """Refuse what the table does not allow. Raises NotMember and Forbidden.

    Who is outside is told the same as if there were no room, whatever the operation.
    """
    permission, room = PERMISSIONS[operation], standing.room
    if permission.places is not None and Place.NONE not in permission.places and standing.role is None:
        raise NotMember("You are not a member of this room.")
    if room is not None and room.kind is RoomKind.DM and not permission.dm:
        raise Forbidden(f"Nobody can {permission.what} in a direct message.")
    if not allows(operation, standing.workspace, standing.place):
        raise Forbidden(refusal(operation, standing.place))
    if room is not None and room.archived and not permission.archived:
        raise Forbidden("This room is archived: it can be read, not changed.")
    if standing.blocked and not permission.blocked:
        raise Forbidden(f"You cannot {permission.what} here: one of you has blocked the other.")


def require_rank(operation: Operation, by: Standing, target: Standing) -> None:
    """Refuse what would be done to an equal, to somebody higher up, or to oneself. Raises Forbidden."""
    if by.rank <= target.rank:
        raise Forbidden(f"You can {PERMISSIONS[operation].what} of a lower rank than yours only.")


def may_give(role: WorkspaceRole, by: Standing, target: Standing) -> None:
    """Refuse a role of the workspace that `by` is not above, unless it is the owner's own. Raises Forbidden."""
    if role is WorkspaceRole.OWNER and by.workspace is WorkspaceRole.OWNER and by.user != target.user:
        return
    if by.rank <= max(target.rank, _WORKSPACE_RANKS.get(role, 0)):
        raise Forbidden("You can give users of a lower rank than yours a role below your own only.")


def refusal(operation: Operation, place: Place) -> str:
    """Why somebody at this place may not do it, in one sentence."""
    permission = PERMISSIONS[operation]
    if place is Place.BANNED:
        return "You are banned from this room."
    if not permission.roles or permission.places == frozenset():
        return f"Nobody can {permission.what}."
    if place is Place.MUTED and Place.MEMBER in (permission.places or ()):
        return f"You are muted in this room, so you cannot {permission.what}."
    if permission.places is None or permission.roles != _ALL:
        return f"You cannot {permission.what}: only {_listed(permission.roles, WorkspaceRole)} of the workspace can."
    return f"You cannot {permission.what}: only {_listed(permission.places, Place)} of the room can."


def _listed(found: Iterable[StrEnum], order: type[StrEnum]) -> str:
    names = [f"{it.value}s" for it in order if it in set(found) and it not in (Place.MUTED, Place.NONE, Place.BANNED)]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def silenced(standing: Standing) -> bool:
    """Whether a member may not say anything in the room: what a socket must know of a room beside having it."""
    try:
        require(Operation.SEND, standing)
    except (Forbidden, NotMember):
        return True
    return False
