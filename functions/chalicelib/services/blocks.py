"""Blocks: users who want nothing of somebody else."""

from chalicelib.domain.blocks import Blocks as BlockedUsers
from chalicelib.errors import BadRequest
from chalicelib.gateways.base import Clock, Ids
from chalicelib.repositories.base import BlockRepository
from chalicelib.schemas import blocks as wire
from chalicelib.schemas.events import BlocksUpdated
from chalicelib.services.access import AccessChanges
from chalicelib.services.concurrency import aside
from chalicelib.services.fan_out import FanOut


class Blocks:
    """Blocks and unblocks users, and has all devices of who did it know."""

    def __init__(
        self,
        blocks: BlockRepository,
        access: AccessChanges,
        fan_out: FanOut,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._blocks = blocks
        self._access = access
        self._fan_out = fan_out
        self._clock = clock
        self._ids = ids

    async def of_user(self, user: str) -> BlockedUsers:
        """Everybody the user has blocked."""
        return await self._blocks.of_user(user)

    async def set(self, user: str, other: str, *, on: bool) -> BlockedUsers:
        """Block `other` or lift the block; everybody blocked then. Raises BadRequest, NotFound and Conflict.

        Once a block returned, neither says anything more in their direct message. Who is blocked is not told by whom:
        what the log of the direct message says is the same whoever of the two it was.
        """
        if user == other:
            raise BadRequest("You cannot block yourself.", {"fields": ["user"]})
        events = (self._ids.ulid(), self._ids.ulid())
        room, changes = await self._blocks.set(user, other, events, self._clock.now(), on=on)
        if changes:
            await self._access.apply(changes)
        else:
            # It is so already, and whoever made it so may have died before it was applied.
            await self._access.ensure(user)
            if room is not None:
                await self._access.settle(user, room)
                await self._access.settle(other, room)
        blocked = await self._blocks.of_user(user)
        await aside("telling of blocks", self._tell(user, blocked))
        return blocked

    async def _tell(self, user: str, blocked: BlockedUsers) -> None:
        push = BlocksUpdated(blocks=shown_blocks(blocked))
        await self._fan_out.to_user(user, push)


def shown_blocks(blocked: BlockedUsers) -> wire.Blocks:
    """As the user's devices are told of them."""
    return wire.Blocks(version=blocked.version, users=sorted(blocked.users))
