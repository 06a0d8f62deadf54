"""Looking users up."""

from tests.parley import World


async def test_users_are_found_by_any_part_of_their_name_case_aside(world: World) -> None:
    for name in ("Ada Lovelace", "Grace Hopper", "Alan Turing"):
        await world.person(name)
    assert [it.name for it in await world.app.users.search(" LOVE")] == ["Ada Lovelace"]
    assert [it.name for it in await world.app.users.search("a")] == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    assert await world.app.users.search("%") == []


async def test_ids_that_do_not_exist_are_left_out(world: World) -> None:
    ada = await world.person("Ada")
    assert [it.name for it in await world.app.users.named([ada.id, world.id()])] == ["Ada"]
