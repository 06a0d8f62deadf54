"""Rooms in which everybody has every place, and one attempt for each operation of the table of permissions.

Users are few: one for each role in the workspace. Places are many: a room for each place and operation, filled where
PostgreSQL keeps them. The sockets' side learns of that as it does of anything: when a ticket is asked for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from chalicelib.domain.digests import digest
from chalicelib.domain.permissions import PERMISSIONS, Operation, Place, WorkspaceRole
from tests.client import Answer, Person, Socket, new_id
from tests.system import System

ROLES: Final = tuple(WorkspaceRole)
PLACES: Final = tuple(Place)
TALK: Final = frozenset(
    (
        Operation.REACT,
        Operation.REPORT,
        Operation.EDIT_OWN,
        Operation.EDIT_OTHERS,
        Operation.DELETE_OWN,
        Operation.DELETE_OTHERS,
        Operation.READ_OWN_VERSIONS,
        Operation.READ_OTHERS_VERSIONS,
    )
)
"""Done to messages."""

_MEMBERS: Final = {Place.OWNER: "owner", Place.MODERATOR: "moderator", Place.MEMBER: "member", Place.MUTED: "member"}
_SANCTIONS: Final = {Place.MUTED: "muted", Place.BANNED: "banned"}
_AT_ONCE: Final = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """Somebody's attempt: who, as what, in which room, on whom; the numbers are of an own and another's message."""

    role: WorkspaceRole
    place: Place
    by: Person
    socket: Socket
    keeper: Socket
    room: str
    victim: str
    own: int
    other: int


Attempt = Callable[[Cell], Awaitable[str | None]]
"""The code it was refused with, or None."""


async def give_roles(link: "asyncpg.Connection[asyncpg.Record]", users: Mapping[WorkspaceRole, Person]) -> None:
    """Make each what the role says; who owned the workspace before is an admin."""
    await link.execute("update users set role = 'admin' where role = 'owner'")
    for role, person in users.items():
        await link.execute("update users set role = $2 where id = $1", person.id, role.value)


def token(room: str) -> str:
    """The secret of the room's invite link."""
    return f"secret-of-{room}"


def code(answer: Answer) -> str | None:
    """The code a request was refused with."""
    return None if answer.status < 300 else answer.code()


def rest(method: str, path: str, body: Mapping[str, object] | None = None) -> Attempt:
    """An attempt over REST; the path and the body's values are filled in."""

    async def attempt(cell: Cell) -> str | None:
        words = {"room": cell.room, "user": cell.victim, "own": cell.own, "other": cell.other, "id": new_id()}
        words["token"] = token(cell.room)
        filled = {name: it.format(**words) if isinstance(it, str) else it for name, it in (body or {}).items()}
        return code(await cell.by.call(method, path.format(**words), filled if body is not None else None))

    return attempt


async def _send(cell: Cell) -> str | None:
    id_ = await cell.socket.send("message.send", room=cell.room, text="may I?")
    frame = await cell.socket.wait(lambda it: it.get("id") == id_ and it["type"] in {"ack", "error"})
    return str(frame["code"]) if frame["type"] == "error" else None


async def _seen(cell: Cell, action: str, pushed: Socket, type_: str, **fields: object) -> str | None:
    """A frame that is answered only where it is refused: otherwise somebody is pushed something."""
    id_ = await cell.socket.send(action, room=cell.room, **fields)
    refused = asyncio.create_task(cell.socket.kind("error", id=id_))
    told = asyncio.create_task(pushed.wait(lambda it: (it["type"], it.get("room")) == (type_, cell.room)))
    done, waiting = await asyncio.wait((refused, told), return_when=asyncio.FIRST_COMPLETED)
    for it in waiting:
        it.cancel()
    return str(refused.result()["code"]) if refused in done else None


async def _type(cell: Cell) -> str | None:
    id_ = await cell.socket.send("typing", room=cell.room, on=True)
    user = cell.by.id
    refused = asyncio.create_task(cell.socket.kind("error", id=id_))
    told = asyncio.create_task(cell.keeper.kind("typing", room=cell.room, user=user))
    done, waiting = await asyncio.wait((refused, told), return_when=asyncio.FIRST_COMPLETED)
    for it in waiting:
        it.cancel()
    return str(refused.result()["code"]) if refused in done else None


async def _mark(cell: Cell) -> str | None:
    return await _seen(cell, "read.mark", cell.socket, "read.updated", n=0, version=0)


async def _resume(cell: Cell) -> str | None:
    resumed = await cell.socket.resume({cell.room: 0})
    return None if cell.room in resumed["to"] else "not_member"


_MESSAGE: Final = "/rooms/{room}/messages"
_MEMBER: Final = "/rooms/{room}/members/{user}"
ATTEMPTS: Final[Mapping[Operation, Sequence[Attempt]]] = {
    Operation.CREATE_ROOM: [rest("POST", "/rooms", {"id": "{id}", "name": "a room {id}"})],
    Operation.BROWSE_ROOMS: [rest("GET", "/rooms/public")],
    Operation.OPEN_DM: [rest("POST", "/dms", {"user": "{user}"})],
    Operation.LIST_ALL_ROOMS: [rest("GET", "/rooms/all")],
    Operation.LIST_ROLES: [rest("GET", "/roles")],
    Operation.READ_AUDIT: [rest("GET", "/audit")],
    Operation.HANDLE_REPORTS: [rest("GET", "/reports")],
    Operation.SEE_HEALTH: [rest("GET", "/health/report")],
    Operation.DISABLE: [
        rest("POST", "/users/{user}/disable", {"on": True}),
        rest("POST", "/users/{user}/disable", {"on": False}),
    ],
    Operation.INVITE_TO_WORKSPACE: [rest("GET", "/invites"), rest("POST", "/invites", {})],
    Operation.SET_WORKSPACE_ROLE: [rest("POST", "/users/{user}/role", {"role": "member"})],
    Operation.JOIN: [rest("POST", "/rooms/{room}/join")],
    Operation.READ: [
        rest("GET", _MESSAGE),
        rest("GET", _MESSAGE + "/first?since=0"),
        rest("GET", "/rooms/{room}/events?after=0"),
        _resume,
    ],
    Operation.LIST_MEMBERS: [rest("GET", "/rooms/{room}/members"), rest("GET", "/rooms/{room}/presence")],
    Operation.MARK_READ: [_mark],
    Operation.SEND: [_send],
    Operation.TYPE: [_type],
    Operation.REACT: [rest("POST", _MESSAGE + "/{other}/reactions", {"id": "{id}", "emoji": "👍", "on": True})],
    Operation.REPORT: [rest("POST", _MESSAGE + "/{other}/report", {"reason": "spam"})],
    Operation.EDIT_OWN: [rest("PATCH", _MESSAGE + "/{own}", {"id": "{id}", "text": "better"})],
    Operation.EDIT_OTHERS: [rest("PATCH", _MESSAGE + "/{other}", {"id": "{id}", "text": "worse"})],
    Operation.READ_OWN_VERSIONS: [rest("GET", _MESSAGE + "/{own}/versions")],
    Operation.READ_OTHERS_VERSIONS: [rest("GET", _MESSAGE + "/{other}/versions")],
    Operation.DELETE_OWN: [rest("POST", _MESSAGE + "/{own}/delete", {"id": "{id}"})],
    Operation.DELETE_OTHERS: [rest("POST", _MESSAGE + "/{other}/delete", {"id": "{id}"})],
    Operation.ADD_MEMBER: [rest("POST", _MEMBER)],
    Operation.KICK: [rest("POST", _MEMBER + "/kick")],
    Operation.BAN: [rest("POST", "/rooms/{room}/bans/{user}"), rest("POST", "/rooms/{room}/bans/{user}/lift")],
    Operation.LIST_BANS: [rest("GET", "/rooms/{room}/bans")],
    Operation.MUTE: [rest("POST", _MEMBER + "/mute", {"on": True}), rest("POST", _MEMBER + "/mute", {"on": False})],
    Operation.SET_ROLE: [rest("POST", _MEMBER + "/role", {"role": "moderator"})],
    Operation.TRANSFER: [rest("POST", "/rooms/{room}/transfer", {"user": "{user}"})],
    Operation.INVITE: [
        rest("POST", "/rooms/{room}/invites", {}),
        rest("GET", "/rooms/{room}/invites"),
        rest("POST", "/rooms/{room}/invites/{id}/revoke"),
    ],
    Operation.ACCEPT_INVITE: [rest("POST", "/invites/accept", {"token": "{token}"})],
    Operation.ARCHIVE: [
        rest("POST", "/rooms/{room}/archive", {"on": True}),
        rest("POST", "/rooms/{room}/archive", {"on": False}),
    ],
    Operation.DELETE_ROOM: [rest("POST", "/rooms/{room}/delete", {})],
    Operation.UPDATE_ROOM: [rest("PATCH", "/rooms/{room}", {"id": "{id}", "topic": "{id}"})],
    Operation.LEAVE: [rest("POST", "/rooms/{room}/leave")],
}


def key(operation: Operation, role: WorkspaceRole) -> str:
    """Which rooms it is done in: those on messages share theirs, and who deletes a room deletes it alone."""
    if operation is Operation.DELETE_ROOM:
        return f"{operation.value} {role.value}"
    return "talk" if operation in TALK else operation.value


class Grid:
    """The users, and their rooms by place and operation."""

    def __init__(self, parley: System, postgres_url: str) -> None:
        self.parley = parley
        self._postgres_url = postgres_url
        self.users: dict[WorkspaceRole, Person] = {}
        self.victims: list[str] = []
        self.sockets: dict[WorkspaceRole, Socket] = {}
        self.rooms: dict[tuple[str, Place], str] = {}
        self._numbers: dict[tuple[Place, WorkspaceRole], tuple[int, int]] = {}

    async def build(self) -> None:
        """Make everything: all are members while they say what will be changed, and get their places after it."""
        people = [await self.parley.person() for _ in range(2 * len(ROLES) + 1)]
        self.keeper = people[0]
        self.users = dict(zip(ROLES, people[1:], strict=False))
        self.victims = [it.id for it in people[len(ROLES) + 1 :]]
        keys = {key(it, role) for it in PERMISSIONS if PERMISSIONS[it].places is not None for role in ROLES}
        self.rooms = {(it, place): new_id() for it in sorted(keys) for place in PLACES}
        link = await asyncpg.connect(self._postgres_url)
        try:
            await self._fill(link)
            for place in PLACES:
                await self._talk(place)
            await self._place(link)
        finally:
            await link.close()

    def cell(self, operation: Operation, role: WorkspaceRole, place: Place, keeper: Socket) -> Cell:
        """Where to try it."""
        own, other = self._numbers[place, role] if operation in TALK else (0, 0)
        return Cell(
            role,
            place,
            self.users[role],
            self.sockets[role],
            keeper,
            self.rooms.get((key(operation, role), place), ""),
            self.victims[ROLES.index(role)],
            own,
            other,
        )

    async def _fill(self, link: "asyncpg.Connection[asyncpg.Record]") -> None:
        rooms = list(self.rooms.values())
        await link.execute(
            "insert into rooms (id, kind, name, name_key, topic, visibility, created_at, created_by)"
            " select id, 'room', id, id, '', 'public', now(), $2 from unnest($1::text[]) id",
            rooms,
            self.keeper.id,
        )
        insiders = [it.id for it in self.users.values()] + self.victims
        await link.execute(
            "insert into memberships select room, $2, 'owner', now() from unnest($1::text[]) room",
            rooms,
            self.keeper.id,
        )
        await link.execute(
            "insert into memberships select room, person, 'member', now()"
            " from unnest($1::text[]) room, unnest($2::text[]) person",
            rooms,
            insiders,
        )
        await link.execute(
            "insert into invite_links select room, room, digest, $3, now(), now() + interval '1 hour', 100"
            " from unnest($1::text[], $2::text[]) made (room, digest)",
            rooms,
            [digest(token(it)) for it in rooms],
            self.keeper.id,
        )
        await give_roles(link, self.users)
        await self._renew(link)

    async def _talk(self, place: Place) -> None:
        """Each of the users says something, and the keeper something for each of them."""
        room = self.rooms["talk", place]

        async def say(by: Person, texts: int) -> list[int]:
            async with by.socket() as socket:
                return [int((await socket.say(room, "hello"))["n"]) for _ in range(texts)]

        own, others = await asyncio.gather(
            asyncio.gather(*(say(it, 1) for it in self.users.values())), say(self.keeper, len(ROLES))
        )
        for role, mine, other in zip(ROLES, own, others, strict=True):
            self._numbers[place, role] = (mine[0], other)

    async def _place(self, link: "asyncpg.Connection[asyncpg.Record]") -> None:
        users = [it.id for it in self.users.values()]
        for place in PLACES:
            rooms = [room for (_, at), room in self.rooms.items() if at is place]
            if place in _MEMBERS:
                await link.execute(
                    "update memberships set role = $3 where room_id = any($1) and user_id = any($2)",
                    rooms,
                    users,
                    _MEMBERS[place],
                )
            else:
                await link.execute(
                    "delete from memberships where room_id = any($1) and user_id = any($2)", rooms, users
                )
            if place in _SANCTIONS:
                await link.execute(
                    "insert into sanctions select room, person, $3, $4, now()"
                    " from unnest($1::text[]) room, unnest($2::text[]) person",
                    rooms,
                    users,
                    _SANCTIONS[place],
                    self.keeper.id,
                )
        await self._renew(link)

    async def _renew(self, link: "asyncpg.Connection[asyncpg.Record]") -> None:
        ids = [it.id for it in self.users.values()] + self.victims + [self.keeper.id]
        await link.execute("update users set access_version = access_version + 1 where id = any($1)", ids)


async def outcomes(grid: Grid, operation: Operation, keeper: Socket) -> dict[tuple[str, str, int], bool]:
    """Whether it was allowed: by role, place and the number of the attempt."""
    places = PLACES if PERMISSIONS[operation].places is not None else (Place.NONE,)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def tried(role: WorkspaceRole, place: Place) -> list[tuple[tuple[str, str, int], bool]]:
        cell = grid.cell(operation, role, place, keeper)
        found = []
        async with slots:
            for number, attempt in enumerate(ATTEMPTS[operation]):
                refused = await attempt(cell)
                assert refused in {None, "forbidden", "not_member"}, (operation, role, place, refused)
                found.append(((role.value, place.value, number), refused is None))
        return found

    results = await asyncio.gather(*(tried(role, place) for role in ROLES for place in places))
    return {cell: allowed for part in results for cell, allowed in part}
