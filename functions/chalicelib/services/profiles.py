"""Profiles: what others see of a user."""

from chalicelib.domain.accounts import Account, clean_name, clean_status
from chalicelib.errors import Unauthenticated
from chalicelib.repositories.base import AccessRepository, ConnectionRepository, Recipient, UserRepository
from chalicelib.schemas.events import ProfileUpdated
from chalicelib.schemas.users import User
from chalicelib.services.concurrency import aside
from chalicelib.services.fan_out import FanOut


class Profiles:
    """Changes profiles, and tells who has the user on screen. All others see it when they load the user next."""

    def __init__(
        self, users: UserRepository, access: AccessRepository, connections: ConnectionRepository, fan_out: FanOut
    ) -> None:
        self._users = users
        self._access = access
        self._connections = connections
        self._fan_out = fan_out

    async def change(self, user: str, name: str | None, colour: int | None, status: str | None) -> Account:
        """Give the user this name, colour and status; what is None stays, colour -1 is none of the palette's.

        Raises BadRequest, and Conflict when the name is taken.
        """
        account = await self._users.change_profile(
            user,
            None if name is None else clean_name(name),
            colour,
            None if status is None else clean_status(status),
        )
        if account is None:
            raise Unauthenticated("The session has ended. Log in again.")
        await aside("telling of a profile", self._tell(account))
        return account

    async def _tell(self, account: Account) -> None:
        access = await self._access.get(account.id)
        watchers: list[Recipient] = []
        if access is not None and access.rooms:
            watchers = await self._connections.watching(account.id, access.rooms)
        own = await self._connections.live_of_user(account.id)
        # A device of the user's may watch the user, too.
        recipients = {it.connection: it for it in (*watchers, *own)}
        shown = User(id=account.id, name=account.name, colour=account.colour, status=account.status)
        await self._fan_out.deliver(recipients.values(), ProfileUpdated(user=shown))
