"""REST: disabling accounts."""

from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.schemas.disabling import Disable

disabling = Rest(__name__)


@disabling.operation("POST", "/users/{user}/disable", body=Disable, status=204)
async def disable_account(call: Call, user: str, body: Disable) -> None:
    """Disable an account, whose sessions end and whose sockets are closed when this returns, or enable it again."""
    await call.app.disabling.set(call.user, path_id(user), on=body.on)
