import asyncio
from collections.abc import Sequence

import pytest

from chalicelib.domain.notifications import Daily, Level, NotificationSettings, Quiet
from chalicelib.errors import NotMember
from tests.contract.conftest import Environment
from tests.contract.made import NOW, new_id, room, stored_user


async def in_a_room(environment: Environment) -> tuple[str, str]:
    """A user and a room with the user in it, which has another owner."""
    owner, user = await stored_user(environment), await stored_user(environment)
    made = room()
    await environment.rooms.create(made, owner, new_id())
    await environment.rooms.join(made.id, user, user, new_id(), NOW)
    return user, made.id


async def test_who_chose_nothing_has_chosen_nothing(environment: Environment) -> None:
    user = await stored_user(environment)
    assert await environment.notifications.of_user(user) == NotificationSettings()


async def test_what_is_not_chosen_anew_stays(environment: Environment) -> None:
    user, where = await in_a_room(environment)
    quiet = Quiet(NOW, Daily(1_320, 420))
    chosen = await environment.notifications.change(user, quiet, {})
    assert chosen == NotificationSettings(1, quiet, {})
    chosen = await environment.notifications.change(user, None, {where: Level.NOTHING})
    assert chosen == NotificationSettings(2, quiet, {where: Level.NOTHING})
    chosen = await environment.notifications.change(user, Quiet(), {where: Level.ALL})
    assert chosen == NotificationSettings(3, Quiet(), {where: Level.ALL})
    assert await environment.notifications.of_user(user) == chosen


async def test_a_room_of_others_is_refused_and_nothing_is_changed(environment: Environment) -> None:
    user, where = await in_a_room(environment)
    _, other = await in_a_room(environment)
    with pytest.raises(NotMember):
        await environment.notifications.change(user, Quiet(NOW), {where: Level.ALL, other: Level.ALL})
    assert await environment.notifications.of_user(user) == NotificationSettings()


async def test_a_level_goes_with_the_membership(environment: Environment) -> None:
    user, where = await in_a_room(environment)
    await environment.notifications.change(user, None, {where: Level.NOTHING})
    await environment.rooms.leave(where, user, user, new_id(), NOW)
    await environment.rooms.join(where, user, user, new_id(), NOW)
    assert (await environment.notifications.of_user(user)).rooms == {}


async def test_choices_made_at_once_each_have_a_version(environments: Sequence[Environment]) -> None:
    user, where = await in_a_room(environments[0])
    chosen = await asyncio.gather(
        *(it.notifications.change(user, None, {where: level}) for it, level in zip(environments, Level, strict=False))
    )
    assert sorted(it.version for it in chosen) == [1, 2, 3]
    assert await environments[0].notifications.of_user(user) == max(chosen, key=lambda it: it.version)
