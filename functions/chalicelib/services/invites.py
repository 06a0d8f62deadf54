"""Invitations to the workspace: made, listed, revoked; used when registering (services/accounts.py)."""

from dataclasses import dataclass

from chalicelib.domain.digests import digest
from chalicelib.domain.invites import Invite, Registration
from chalicelib.domain.permissions import Operation
from chalicelib.errors import Forbidden, NotFound
from chalicelib.gateways.base import Clock, Ids
from chalicelib.repositories.base import InviteRepository
from chalicelib.services.permissions import Permissions

_HOUR_US = 3_600 * 1_000_000


@dataclass(frozen=True, slots=True)
class NewInvite:
    """An invitation with its token, which nobody is told again."""

    invite: Invite
    token: str


class Invites:
    """Use cases around invitations. All raise Forbidden for those whom the table does not let invite."""

    def __init__(
        self, invites: InviteRepository, permissions: Permissions, clock: Clock, ids: Ids, registration: Registration
    ) -> None:
        self._invites = invites
        self._permissions = permissions
        self._clock = clock
        self._ids = ids
        self._registration = registration

    async def create(self, user: str, hours: int, uses: int) -> NewInvite:
        """A new invitation. Raises Forbidden where nobody may register, too."""
        await self._permissions.require(user, None, Operation.INVITE_TO_WORKSPACE)
        if self._registration is Registration.CLOSED:
            raise Forbidden("Nobody can register here, invited or not.")
        token, now = self._ids.secret(), self._clock.now()
        invite = Invite(self._ids.ulid(), digest(token), user, now, now + hours * _HOUR_US, uses)
        await self._invites.add(invite)
        return NewInvite(invite, token)

    async def usable(self, user: str) -> list[Invite]:
        """The invitations that still let somebody in, whoever made them."""
        await self._permissions.require(user, None, Operation.INVITE_TO_WORKSPACE)
        return await self._invites.usable(self._clock.now())

    async def revoke(self, user: str, invite: str) -> None:
        """Make an invitation good for nothing. Raises NotFound."""
        await self._permissions.require(user, None, Operation.INVITE_TO_WORKSPACE)
        if not await self._invites.revoke(invite):
            raise NotFound("There is no invitation with this id.")
