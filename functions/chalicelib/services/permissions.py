"""Permissions: what the store says of somebody, held against the table."""

from chalicelib.domain.permissions import Operation, Standing, WorkspaceRole, require
from chalicelib.repositories.base import RoleRepository


class Permissions:
    """Asks for the caller's standing and refuses what it does not allow."""

    def __init__(self, roles: RoleRepository) -> None:
        self._roles = roles

    async def require(self, user: str, room: str | None, operation: Operation) -> Standing:
        """The user's standing, which allows the operation. Raises NotMember and Forbidden."""
        standing = await self._roles.standing(user, room)
        require(operation, standing)
        return standing

    async def role(self, user: str) -> WorkspaceRole:
        """The user's role in the workspace."""
        return (await self._roles.standing(user, None)).workspace
