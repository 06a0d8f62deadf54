"""Passwords: which are taken, and proof that a user knows theirs."""

from chalicelib.domain.accounts import check_password
from chalicelib.errors import BadCredentials, BadRequest, Conflict
from chalicelib.gateways.base import PasswordHasher
from chalicelib.repositories.base import CredentialRepository, UserRepository
from chalicelib.services.access import AccessChanges


class Passwords:
    """Sets and checks passwords."""

    def __init__(
        self, users: UserRepository, credentials: CredentialRepository, access: AccessChanges, hasher: PasswordHasher
    ) -> None:
        self._users = users
        self._credentials = credentials
        self._access = access
        self._hasher = hasher

    async def new_hash(self, password: str) -> str:
        """The hash of a new password. Raises BadRequest for one of the wrong length or a common one."""
        check_password(password)
        if self._hasher.common(password):
            raise BadRequest("This password is among the most common ones. Choose another.", {"fields": ["password"]})
        return await self._hasher.hash(password)

    async def require(self, user: str, password: str) -> None:
        """Raise BadCredentials unless the password is the user's, and Conflict where there is none yet."""
        account = await self._users.account(user)
        if account is not None and not account.password_hash:
            raise Conflict("You have no password yet. Log out, set one with “Forgot your password?”, then try again.")
        if not await self._hasher.verify(password, account.password_hash if account else None):
            raise BadCredentials("The current password is not right.")

    async def change(self, user: str, session: str, current: str, password: str) -> None:
        """Set another password; all other sessions are over when this returned. Raises BadCredentials, BadRequest."""
        await self.require(user, current)
        hashed = await self.new_hash(password)
        change = await self._credentials.change_password(user, hashed, session)
        if change is not None:
            await self._access.apply([change])
