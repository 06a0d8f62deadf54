"""The installed app: it starts without a network, with the last state of the device."""

from playwright.async_api import expect

from tests.e2e.conftest import Invite
from tests.e2e.test_chat import room_name

WORKER_RUNS = "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"
# The addresses of all that the worker keeps.
KEPT = """async () => {
  const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  return (await Promise.all(opened.map((cache) => cache.keys()))).flat().map(({ url }) => url);
}"""


async def test_without_a_network_the_app_starts_and_what_is_written_is_sent_once_later(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("island")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await grace.say("before the island")
    await ada.sees_once("before the island")
    await ada.page.wait_for_function(WORKER_RUNS)

    await ada.page.context.set_offline(True)
    await ada.page.reload()
    await ada.is_in(room)
    await ada.sees_once("before the island")
    await ada.say("written on the island")
    await expect(ada.messages("written on the island")).to_have_count(1)
    await ada.page.goto("/")
    await ada.open(room)
    await expect(ada.messages("written on the island")).to_have_count(1)

    await ada.page.context.set_offline(False)
    for visitor in (ada, grace):
        await visitor.sees_once("before the island", "written on the island")
        assert await visitor.texts() == ["before the island", "written on the island"]
    kept = await ada.page.evaluate(KEPT)
    assert kept
    assert [url for url in kept if "/api" in url or "/ws" in url] == []
