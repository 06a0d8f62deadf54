"""REST: what the caller wants to be told of."""

from chalicelib.domain.notifications import Daily, Level, Quiet
from chalicelib.handlers.rest import Call, Rest
from chalicelib.schemas import notifications as wire
from chalicelib.services.notifications import shown_settings

notifications = Rest(__name__)


@notifications.operation("GET", "/me/notifications", answer=wire.Notifications)
async def show_notifications(call: Call) -> wire.Notifications:
    """What the caller wants to be told of."""
    return shown_settings(await call.app.notifications.of_user(call.user))


@notifications.operation("PATCH", "/me/notifications", body=wire.ChangeNotifications, answer=wire.Notifications)
async def change_notifications(call: Call, body: wire.ChangeNotifications) -> wire.Notifications:
    """Choose what to be told of, on all devices; refused as a whole where a room is none of the caller's."""
    rooms = {room: Level(level) for room, level in body.rooms.items()}
    return shown_settings(await call.app.notifications.change(call.user, _quiet(body.quiet), rooms))


def _quiet(wanted: wire.Quiet | None) -> Quiet | None:
    if wanted is None:
        return None
    return Quiet(wanted.until, None if wanted.daily is None else Daily(wanted.daily.begins, wanted.daily.ends))
