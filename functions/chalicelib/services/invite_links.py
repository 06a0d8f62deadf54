"""Invite links: into rooms, public or private, for as long and as often as whoever made them said."""

from chalicelib.domain.digests import digest
from chalicelib.domain.invite_links import InviteLink
from chalicelib.domain.permissions import Operation, Standing, require
from chalicelib.errors import NotFound
from chalicelib.gateways.base import Clock, Ids
from chalicelib.repositories.base import InviteLinkRepository
from chalicelib.services.access import AccessChanges
from chalicelib.services.permissions import Permissions


class InviteLinks:
    """Makes, lists, ends and takes links. All raise NotMember and Forbidden."""

    def __init__(
        self,
        invite_links: InviteLinkRepository,
        permissions: Permissions,
        access: AccessChanges,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._invites = invite_links
        self._permissions = permissions
        self._access = access
        self._clock = clock
        self._ids = ids

    async def make(self, actor: str, room: str, seconds: int, uses: int) -> tuple[InviteLink, str]:
        """A link and its secret, of 256 random bits, which is known to nobody after this."""
        await self._permissions.require(actor, room, Operation.INVITE)
        now = self._clock.now()
        invite = InviteLink(self._ids.ulid(), room, actor, now, now + seconds * 1_000_000, uses)
        secret = self._ids.secret()
        await self._invites.add(invite, digest(secret))
        return invite, secret

    async def of_room(self, actor: str, room: str) -> list[InviteLink]:
        """The room's links that can be used."""
        await self._permissions.require(actor, room, Operation.INVITE)
        return await self._invites.of_room(room, self._clock.now())

    async def revoke(self, actor: str, room: str, invite: str) -> None:
        """End a link of the room."""
        await self._permissions.require(actor, room, Operation.INVITE)
        await self._invites.revoke(room, invite)

    async def accept(self, user: str, secret: str) -> str:
        """Make the user a member by a link; the room. Raises NotFound for one that cannot be used, whyever not."""
        now = self._clock.now()
        invite = await self._invites.find(digest(secret), now)
        if invite is None:
            raise _unusable()

        def judge(_by: Standing, who: Standing) -> None:
            require(Operation.ACCEPT_INVITE, who)

        usable, change = await self._invites.use(invite, user, judge, self._ids.ulid(), now)
        if not usable:
            raise _unusable()
        await self._access.carry_out(change, user, invite.room)
        return invite.room


def _unusable() -> NotFound:
    return NotFound("This invite link has run out or was revoked. Ask for a new one.")
