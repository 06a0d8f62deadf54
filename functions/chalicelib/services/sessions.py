"""Sessions: what their user sees of them, and ending them."""

from chalicelib.domain.sessions import OpenSession
from chalicelib.errors import NotFound
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import SessionRepository
from chalicelib.services.access import AccessChanges


class Sessions:
    """Use cases around the sessions a user has. Once a method that ends some returned, nothing of them works."""

    def __init__(self, sessions: SessionRepository, access: AccessChanges, clock: Clock) -> None:
        self._sessions = sessions
        self._access = access
        self._clock = clock

    async def of_user(self, user: str) -> list[OpenSession]:
        """The user's living sessions, the one used last first."""
        return await self._sessions.of_user(user, self._clock.now())

    async def end(self, user: str, session: str) -> None:
        """End one of the user's own sessions and close its sockets. Raises NotFound for any other."""
        found = await self._sessions.get(session)
        if found is None or found.user != user:
            raise NotFound("You have no session with this id.")
        if (change := await self._sessions.revoke(session)) is not None:
            await self._access.apply([change])

    async def end_others(self, user: str, keep: str | None) -> None:
        """End all sessions of the user but `keep` (None keeps none) and close their sockets."""
        if (change := await self._sessions.revoke_all(user, keep)) is not None:
            await self._access.apply([change])
