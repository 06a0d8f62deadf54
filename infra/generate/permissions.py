"""docs/permissions.md from the table of permissions."""

from collections.abc import Iterable
from typing import Final

from chalicelib.domain.permissions import PERMISSIONS, Permission, Place, WorkspaceRole, allows

_INTRO: Final = """# Who may do what

Made from `functions/chalicelib/domain/permissions.py`, from which the code enforces it, over REST and over the socket,
and of which `tests/permissions` tries every cell against a running Parley.

There is one **owner** of the workspace: the first who registered, until he or she makes somebody else the owner. Users
are **members** until an owner or an admin makes them **admins** (who moderate) or **guests** (who are in the rooms they
were added to, and see no others). A room has **owners**, **moderators** and **members**; a member who is **muted**
reads and does not speak, and is muted still after leaving and coming again.

- An owner or an admin of the workspace counts as an owner of every room that he or she is a member of, and of no other:
  what is said in private rooms and direct messages is not theirs to read. Their list of all rooms leaves out direct
  messages. Of a private room that they are not in it says that there is one, how many members it has, when it was made
  and whether it is archived; not what it is called nor when something was said there, and no search finds it.
- Moderation goes downwards: from the workspace's owner to its admins, to a room's owners, its moderators, its members.
  Nobody can put out, ban or mute an equal, or give a role to one.
- Invitations to the workspace are made by its owner and admins: where registering needs one, whoever could make one
  could come back by another name after being put out.
- The last owner of a room with other members cannot leave it before handing it on. A last owner who is put out, which
  only the workspace's owner and admins can do, is followed by whoever did it. Who joins a room that everybody has left
  owns it.
- Who is outside a room is told the same as if there were none (`not_member`).
- What is judged is what holds when the change is made: roles are read in the transaction that makes it, and what is
  said is checked again after everything the log has got in between.

| mark | meaning |
|---|---|
| yes | may |
| no | is refused with `forbidden`, or `not_member` outside the room |
"""

_ROOMS: Final = """\
By the place in the room, and whether guests may as others do. In an archived room, in a direct message, and in one
between two of whom either has blocked the other, of what is allowed, only what says yes in that column.
"""


def permissions() -> str:
    """The document."""
    return "\n".join(
        (
            _INTRO,
            "## In the workspace\n",
            *_workspace(),
            "",
            "## In a room\n",
            _ROOMS,
            *_rooms(),
            "",
        )
    )


def _workspace() -> Iterable[str]:
    yield "| may | " + " | ".join(WorkspaceRole) + " |"
    yield "|---" * (len(WorkspaceRole) + 1) + "|"
    for operation, permission in PERMISSIONS.items():
        if permission.places is None:
            cells = [_mark(allows(operation, role, Place.NONE)) for role in WorkspaceRole]
            yield f"| {permission.what} | " + " | ".join(cells) + " |"


def _rooms() -> Iterable[str]:
    yield "| may | " + " | ".join(Place) + " | guests | archived | direct message | blocked |"
    yield "|---" * (len(Place) + 5) + "|"
    for operation, permission in PERMISSIONS.items():
        if permission.places is not None:
            cells = [_mark(allows(operation, WorkspaceRole.MEMBER, place)) for place in Place]
            marks = [_mark(it) for it in (permission.archived, permission.dm, permission.dm and permission.blocked)]
            rest = (_guests(permission), *marks)
            yield f"| {permission.what} | " + " | ".join((*cells, *rest)) + " |"


def _guests(permission: Permission) -> str:
    return "the same" if WorkspaceRole.GUEST in permission.roles or not permission.roles else "no"


def _mark(allowed: bool) -> str:
    return "yes" if allowed else "no"
