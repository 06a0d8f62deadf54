"""REST: whom the caller has blocked."""

from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.schemas import blocks as wire
from chalicelib.services.blocks import shown_blocks

blocks = Rest(__name__)


@blocks.operation("GET", "/me/blocks", answer=wire.Blocks)
async def list_blocks(call: Call) -> wire.Blocks:
    """Everybody the caller has blocked."""
    return shown_blocks(await call.app.blocks.of_user(call.user))


@blocks.operation("POST", "/users/{user}/block", body=wire.Block, answer=wire.Blocks)
async def block_user(call: Call, user: str, body: wire.Block) -> wire.Blocks:
    """Block a user, who is not told, or let the user speak to the caller again; everybody blocked then.

    While one of two has blocked the other, neither says anything in their direct message once this returned, and no
    new one can be opened. Who is blocked mentions the caller in vain, and adds the caller to no room.
    """
    return shown_blocks(await call.app.blocks.set(call.user, path_id(user), on=body.on))
