"""Users: finding people by name, and names for ids."""

from collections.abc import Sequence
from typing import Final

from chalicelib.domain.accounts import User, key
from chalicelib.repositories.base import UserRepository

FOUND: Final = 20


class Users:
    """Looks users up."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def search(self, text: str) -> list[User]:
        """At most 20 users whose name contains the text, case aside."""
        return await self._users.search(key(text.strip()), FOUND)

    async def named(self, ids: Sequence[str]) -> list[User]:
        """Those of the ids that exist."""
        return await self._users.by_ids(ids)
