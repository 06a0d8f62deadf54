"""Makes stores that were brought back from a backup fit to go on, whoever brought them back.

A log that went back in time is dangerous to whoever has seen more of it: soon it has other events at the same places,
and a cursor would be taken for one of its own. So each log goes on in a new range of `seq`, far beyond whatever may
have been lost. A cursor from before, of what is there or of what is lost, has no event after it, and is told `reset`,
today or in a month. For that all that waits is flushed first: flushes, too, go from place to place.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from chalicelib.bootstrap import Parley, RealStores, RealWorld
from chalicelib.config import load
from chalicelib.domain.log import End
from infra.backup import mongodb, postgres
from infra.backup.deployment import Deployment, Say
from infra.backup.errors import LogIncomplete

NEW_RANGE: Final = 1_000_000_000
"""How far a restored log jumps: at 1,000 events a second a room takes eleven days to get there. `seq` is a 64-bit
number in the stores and exact up to 2**53 in JavaScript, so there is room for nine million restores."""

_MARGIN: Final = timedelta(minutes=10)
"""Clocks of environments may differ by this."""

_END_SESSIONS: Final = "update sessions set revoked_at = now() where revoked_at is null"
_NEWCOMERS: Final = "select room_id, user_id from memberships where joined_at >= $1"
_WAITING: Final = "select exists (select from outbox where room_id = $1 and user_id = $2)"
_JOINED: Final = (
    "insert into outbox (user_id, kind, room_id, actor_id, event_id, created_at)"
    " values ($1, 'joined', $2, $1, $3, now())"
)


@asynccontextmanager
async def services(deployment: Deployment) -> AsyncIterator[Parley]:
    """The functions' own services on these stores. They reach no client: nobody is connected."""
    environment = {
        **deployment.settings,
        "HISTORY_STORE": deployment.history,
        "WEBSOCKET_API_ID": "none",
        "ALLOWED_ORIGINS": "none",
        # Nobody logs in here.
        "PASSWORD_PEPPER": secrets.token_hex(32),
        "TOKEN_KEYS": f"none:{secrets.token_hex(32)}",
    }
    config = load(environment)
    stores = RealStores(config)
    try:
        yield Parley(config, stores, RealWorld(config))
    finally:
        await stores.close()


async def settle(
    deployment: Deployment,
    say: Say,
    *,
    since: str,
    history_at: datetime | None = None,
    end_sessions: bool = False,
) -> None:
    """Flush what waits, rebuild who may do what, let each log go on in its new range.

    `since` is when the backup began, as ISO 8601: whose joining the log may lack joined after it. `history_at` is of
    what time the history is, where it is older than the logs. Nothing else may use the stores meanwhile. Killed
    anywhere, it may be run again. Raises Unavailable.
    """
    if history_at is not None:
        rooms = await mongodb.rewind(deployment.mongodb, int(history_at.timestamp() * 1_000_000))
        say(f"To be flushed again: {rooms} rooms")
    async with services(deployment) as parley:
        for room in await parley.stores.events.rooms_pending():
            await _flush(parley, room)
        rooms = 0
        for room in await postgres.room_ids(deployment.postgres_url):
            end = await parley.log.end(room)
            await parley.stores.heads.raise_flushed(room, End(end.seq + NEW_RANGE, end.n, end.ts))
            rooms += 1
        say(f"Logs go on in a new range: {rooms} rooms")
        await _readmit(deployment, parley, datetime.fromisoformat(since) - _MARGIN)
        users = await _users(deployment, end_sessions=end_sessions)
        # Copies of what PostgreSQL had at another moment, with a higher version, would never be replaced.
        await deployment.mongodb["access"].delete_many({})
        for user in users:
            await parley.access.ensure(user)
        say(f"Access of {len(users)} users is as PostgreSQL has it{'; all sessions ended' if end_sessions else ''}")


async def _flush(parley: Parley, room: str) -> None:
    before = None
    while (flushed := (await parley.stores.heads.get(room)).flushed) != (await parley.log.end(room)):
        if flushed == before:
            raise LogIncomplete(room, f"event {flushed.seq + 1} is missing")
        before = flushed
        await parley.flush.room(room)


async def _readmit(deployment: Deployment, parley: Parley, after: datetime) -> None:
    """Have the sweep bring those into the logs of whose joining PostgreSQL knows and the log does not."""
    events = deployment.mongodb["events"]
    async with postgres.connected(deployment.postgres_url) as connection:
        for room, user in await connection.fetch(_NEWCOMERS, after.astimezone(UTC)):
            joined = {"room": room, "type": "member.joined", "body.user": user}
            if await events.find_one(joined, {"_id": 1}) or await connection.fetchval(_WAITING, room, user):
                continue
            await connection.execute(_JOINED, user, room, parley.world.ids.ulid())


async def _users(deployment: Deployment, *, end_sessions: bool) -> list[str]:
    async with postgres.connected(deployment.postgres_url) as connection:
        if end_sessions:
            await connection.execute(_END_SESSIONS)
        return [user for (user,) in await connection.fetch("select id from users order by id")]
