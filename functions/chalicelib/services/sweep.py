"""Sweep: what crashes and lost $disconnects left behind, and what need not be kept any longer."""

import logging
from typing import Final

from chalicelib.domain.connections import LEASE_US, PENDING_US, Connection, ConnectionState, last_sign
from chalicelib.domain.samples import KEPT_US
from chalicelib.gateways.base import Callbacks, Clock
from chalicelib.limits import STALE_ID_DAYS
from chalicelib.repositories.base import (
    AttemptRepository,
    ConnectionRepository,
    CredentialRepository,
    RoomRepository,
    SampleRepository,
    SessionRepository,
)
from chalicelib.services.access import AccessChanges
from chalicelib.services.audit import Audit
from chalicelib.services.concurrency import aside, together
from chalicelib.services.connections import Connections
from chalicelib.services.endings import Endings
from chalicelib.services.expiry import Expiring

BATCH: Final = 500
CHANGES_KEPT_US: Final = (STALE_ID_DAYS + 2) * 24 * 3600 * 1_000_000
"""By then an id is refused for its age, even if it was a day ahead when it was used, or is in the log."""

log = logging.getLogger("parley.sweep")


class Sweep:
    """Runs on a schedule; each part is bounded and may stop anywhere."""

    def __init__(
        self,
        access: AccessChanges,
        endings: Endings,
        rooms: RoomRepository,
        sessions: SessionRepository,
        credentials: CredentialRepository,
        attempts: AttemptRepository,
        samples: SampleRepository,
        connections: ConnectionRepository,
        opener: Connections,
        expiring: Expiring,
        callbacks: Callbacks,
        clock: Clock,
        audit: Audit,
    ) -> None:
        self._audit = audit
        self._access = access
        self._endings = endings
        self._rooms = rooms
        self._sessions = sessions
        self._credentials = credentials
        self._attempts = attempts
        self._samples = samples
        self._connections = connections
        self._opener = opener
        self._expiring = expiring
        self._callbacks = callbacks
        self._clock = clock

    async def run(self) -> dict[str, int]:
        """Apply forgotten access changes, end sessions past their time, forget dead connections, and events that were
        kept long enough; counts of each.
        """
        changes = await self._access.sweep(BATCH)
        expired = await self._sessions.revoke_expired(self._clock.now(), BATCH)
        await self._access.apply(expired)
        await aside("forgetting old tokens", self._credentials.drop_expired(self._clock.now()))
        await aside("forgetting old attempts", self._attempts.drop_expired(self._clock.now()))
        await aside("forgetting old changes of rooms", self._rooms.forget_changes(self._clock.now() - CHANGES_KEPT_US))
        await aside("forgetting old samples", self._samples.drop_before(self._clock.now() - KEPT_US))
        await aside("forgetting old entries of the audit log", self._audit.sweep(BATCH))
        now = self._clock.now()
        lapsed = await self._connections.lapsed(now, now - PENDING_US, BATCH)
        ended = await together(*(self._settle(it) for it in lapsed))
        events = await self._expiring.run()
        deleted = await self._endings.sweep(BATCH)
        counts = {
            "changes": changes,
            "sessions": len(expired),
            "connections": sum(ended),
            "events": events,
            "rooms": deleted,
        }
        log.info("swept %s", counts)
        return counts

    async def _settle(self, connection: Connection) -> bool:
        """End what is dead or never resumed; renew what the gateway still has. True if it was ended."""
        if connection.state is ConnectionState.PENDING:
            await self._opener.end(connection.id)
            return True
        match await self._callbacks.exists(connection.id):
            case False:
                await self._opener.closed(connection.id, last_sign(connection))
                return True
            case True:
                now = self._clock.now()
                await self._connections.touch(connection.id, now, now + LEASE_US, 0)
        return False
