"""REST: the ends of rooms."""

from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.schemas.base import Empty
from chalicelib.schemas.rooms import ArchiveRoom

endings = Rest(__name__)


@endings.operation("POST", "/rooms/{room}/archive", body=ArchiveRoom, status=204)
async def archive_room(call: Call, room: str, body: ArchiveRoom) -> None:
    """Let a room be read and not changed, or be changed again."""
    await call.app.endings.archive(call.user, path_id(room), on=body.on)


@endings.operation("POST", "/rooms/{room}/delete", body=Empty, status=204)
async def delete_room(call: Call, room: str) -> None:
    """Put everybody out of a room and erase all that was said in it."""
    await call.app.endings.delete(call.user, path_id(room))
