"""REST: finding users."""

from chalicelib.domain.accounts import User as DomainUser
from chalicelib.domain.ids import is_ulid
from chalicelib.errors import BadRequest
from chalicelib.handlers.rest import Call, Rest
from chalicelib.limits import PAGE_MAX
from chalicelib.schemas.users import FindUsers, User, Users

users = Rest(__name__)


@users.operation("GET", "/users", query=FindUsers, answer=Users)
async def find_users(call: Call, query: FindUsers) -> Users:
    """Users by a part of their name, or by their ids."""
    if (query.q is None) == (query.ids is None):
        raise BadRequest("Give either q or ids.", {"fields": ["q", "ids"]})
    if query.ids is None:
        found = await call.app.users.search(query.q or "")
    else:
        ids = query.ids.split(",")
        if len(ids) > PAGE_MAX or not all(is_ulid(it) for it in ids):
            raise BadRequest(f"ids are up to {PAGE_MAX} user ids.", {"fields": ["ids"]})
        found = await call.app.users.named(ids)
    return Users(users=[shown(it) for it in found])


def shown(user: DomainUser) -> User:
    """A user as others see it."""
    return User(id=user.id, name=user.name, colour=user.colour, status=user.status, deleted=user.deleted)
