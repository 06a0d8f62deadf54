"""What users want to be told of. Devices do the telling: this keeps what they go by the same on all of them."""

from collections.abc import Mapping

from chalicelib.domain.notifications import Level, NotificationSettings, Quiet
from chalicelib.repositories.base import NotificationRepository
from chalicelib.schemas import notifications as wire
from chalicelib.schemas.events import NotificationsUpdated
from chalicelib.services.concurrency import aside
from chalicelib.services.fan_out import FanOut


class Notifications:
    """Changes what a user is told of, and has all the user's devices know."""

    def __init__(self, notifications: NotificationRepository, fan_out: FanOut) -> None:
        self._notifications = notifications
        self._fan_out = fan_out

    async def of_user(self, user: str) -> NotificationSettings:
        """All the user has chosen."""
        return await self._notifications.of_user(user)

    async def change(self, user: str, quiet: Quiet | None, rooms: Mapping[str, Level]) -> NotificationSettings:
        """Choose anew; None, and rooms not named, stay as they are. Raises NotMember, and changes nothing then."""
        chosen = await self._notifications.change(user, quiet, rooms)
        await aside("telling of notification settings", self._tell(user, chosen))
        return chosen

    async def _tell(self, user: str, chosen: NotificationSettings) -> None:
        push = NotificationsUpdated(settings=shown_settings(chosen))
        await self._fan_out.to_user(user, push)


def shown_settings(chosen: NotificationSettings) -> wire.Notifications:
    """As the user's devices are told of them."""
    daily = chosen.quiet.daily
    return wire.Notifications(
        version=chosen.version,
        quiet=wire.Quiet(
            until=chosen.quiet.until,
            daily=None if daily is None else wire.Daily(begins=daily.begins, ends=daily.ends),
        ),
        rooms={room: level.value for room, level in chosen.rooms.items()},
    )
