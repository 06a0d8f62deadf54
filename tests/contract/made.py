"""Values for tests, each with ids of its own: the stores are shared and never emptied."""

from chalicelib.domain.accounts import Account
from chalicelib.domain.connections import Connection, ConnectionState
from chalicelib.domain.log import Event, EventType
from chalicelib.domain.rooms import Room, RoomKind, Visibility
from chalicelib.domain.sessions import ABSOLUTE_US, Session
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.ids import RandomIds
from tests.contract.conftest import Environment

NOW = 1_767_225_600_123_457
"""2026-01-01T00:00:00.123457Z: a time that is lost to anything coarser than microseconds."""

SECOND = 1_000_000

new_id = RandomIds(SystemClock()).ulid


def account(name: str | None = None) -> Account:
    """An account; `name` gets a unique tail."""
    id_ = new_id()
    return Account(id_, f"{name or 'Ada'} {id_}", f"{id_}@Example.org", "hash")


async def stored_account(environment: Environment, name: str | None = None) -> Account:
    """An account that is stored already."""
    made = account(name)
    await environment.users.add(made, NOW)
    return made


async def stored_user(environment: Environment) -> str:
    """The id of an account that is stored already."""
    return (await stored_account(environment)).id


def session(user: str, rotated_at: int = NOW) -> Session:
    """A session of the user, from `rotated_at` on."""
    return Session(new_id(), user, new_id(), None, rotated_at, rotated_at + ABSOLUTE_US, revoked=False)


def room(name: str | None = None, visibility: Visibility = Visibility.PUBLIC) -> Room:
    """A room; `name` gets a unique tail."""
    id_ = new_id()
    return Room(id_, RoomKind.ROOM, f"{name or 'Room'} {id_}", "What it is about", visibility, NOW)


def dm() -> Room:
    """A direct message that nobody has opened."""
    return Room(new_id(), RoomKind.DM, "", "", Visibility.PRIVATE, NOW)


def event(room: str, seq: int, sender: str = "sender", id_: str | None = None) -> Event:
    """A message.created event at the place `seq` of a log of nothing else."""
    return Event(room, seq, seq, NOW + seq, id_ or new_id(), sender, EventType.MESSAGE_CREATED, {"text": f"text {seq}"})


def connection(
    user: str,
    rooms: frozenset[str] = frozenset(),
    *,
    state: ConnectionState = ConnectionState.LIVE,
    version: int = 1,
    lease_until: int = NOW + SECOND,
    opened_at: int = NOW,
    id_: str | None = None,
) -> Connection:
    """A connection whose rate window starts at NOW."""
    return Connection(
        id=id_ or new_id(),
        user=user,
        session=new_id(),
        state=state,
        version=version,
        rooms=rooms,
        session_expires=NOW + ABSOLUTE_US,
        lease_until=lease_until,
        opened_at=opened_at,
        window_start=NOW,
    )
