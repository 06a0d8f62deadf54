"""What users want to be told of."""

from collections.abc import Mapping

from chalicelib.domain.notifications import Daily, Level, NotificationSettings, Quiet
from chalicelib.errors import NotMember
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds


class Notifications:
    """NotificationRepository on the tables `notification_settings` and `room_notifications`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def of_user(self, user: str) -> NotificationSettings:
        """All the user has chosen."""
        return await self._postgres.change(lambda link: _of_user(link, user))

    async def change(self, user: str, quiet: Quiet | None, rooms: Mapping[str, Level]) -> NotificationSettings:
        """Choose anew, and raise the version. Raises NotMember."""

        async def choose(link: Link) -> NotificationSettings:
            # The row is locked from here on: what another device chooses at the same time comes before or after.
            await link.execute(
                "insert into notification_settings as it (user_id, version) values ($1, 1)"
                " on conflict (user_id) do update set version = it.version + 1",
                user,
            )
            if quiet is not None:
                await _keep_quiet(link, user, quiet)
            for room, level in sorted(rooms.items()):
                await _set_level(link, user, room, level)
            return await _of_user(link, user)

        return await self._postgres.change(choose)


async def _keep_quiet(link: Link, user: str, quiet: Quiet) -> None:
    await link.execute(
        "update notification_settings set quiet_until = $2, quiet_from = $3, quiet_to = $4 where user_id = $1",
        user,
        None if quiet.until is None else instant(quiet.until),
        None if quiet.daily is None else quiet.daily.begins,
        None if quiet.daily is None else quiet.daily.ends,
    )


async def _set_level(link: Link, user: str, room: str, level: Level) -> None:
    # The lock keeps a membership that ends at this moment from taking the key away under the insert.
    chosen = await link.fetchval(
        "with member as (select room_id, user_id from memberships where room_id = $1 and user_id = $2 for key share)"
        " insert into room_notifications (room_id, user_id, level) select room_id, user_id, $3 from member"
        " on conflict (room_id, user_id) do update set level = excluded.level returning room_id",
        room,
        user,
        level.value,
    )
    if chosen is None:
        raise NotMember("You are not a member of this room.")


async def _of_user(link: Link, user: str) -> NotificationSettings:
    row = await link.fetchrow("select * from notification_settings where user_id = $1", user)
    if row is None:
        return NotificationSettings()
    rooms = await link.fetch("select room_id, level from room_notifications where user_id = $1", user)
    daily = None if row["quiet_from"] is None else Daily(row["quiet_from"], row["quiet_to"])
    until = None if row["quiet_until"] is None else microseconds(row["quiet_until"])
    levels = {it["room_id"]: Level(it["level"]) for it in rooms}
    return NotificationSettings(row["version"], Quiet(until, daily), levels)
