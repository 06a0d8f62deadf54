"""Disabling accounts: nobody signs in to one, and nothing of it works, until it is enabled again."""

from chalicelib.domain.permissions import Operation, Standing, require, require_rank
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import DisablingRepository
from chalicelib.services.access import AccessChanges


class Disabling:
    """Use cases around disabled accounts."""

    def __init__(self, disabled: DisablingRepository, access: AccessChanges, clock: Clock) -> None:
        self._disabled = disabled
        self._access = access
        self._clock = clock

    async def set(self, actor: str, user: str, *, on: bool) -> None:
        """Disable an account of a lower rank, or enable it again. Raises Forbidden and NotFound.

        Once this returned no session of a disabled account works and its sockets are closed.
        """

        def judge(by: Standing, target: Standing) -> None:
            require(Operation.DISABLE, by)
            require_rank(Operation.DISABLE, by, target)

        change = await self._disabled.set(user, actor, judge, self._clock.now(), on=on)
        if change is not None:
            await self._access.apply([change])
