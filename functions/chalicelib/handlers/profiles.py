"""REST: the caller's own profile."""

from chalicelib.handlers.accounts import own_account
from chalicelib.handlers.rest import Call, Rest
from chalicelib.schemas.accounts import Me
from chalicelib.schemas.profiles import ChangeProfile

profiles = Rest(__name__)


@profiles.operation("PATCH", "/me", body=ChangeProfile, answer=Me)
async def change_profile(call: Call, body: ChangeProfile) -> Me:
    """Change the caller's name, colour or status; who has the caller on screen is told."""
    return own_account(await call.app.profiles.change(call.user, body.name, body.colour, body.status))
