"""Two people in two browsers."""

import re
import secrets

from playwright.async_api import WebSocketRoute, expect

from tests.e2e.conftest import Invite
from tests.e2e.visitor import PHONE
from tests.system import System
from tests.waiting import until

KEPT = """async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("parley"));
  const stores = [...database.objectStoreNames];
  const kept = await Promise.all(stores.map((it) => done(database.transaction(it).objectStore(it).count())));
  database.close();
  return Object.fromEntries(stores.map((it, index) => [it, kept[index]]));
}"""
"""How much the browser has written down, by what it is of."""


def pass_on(socket: WebSocketRoute) -> None:
    """Connect it to the server, as if nothing stood between."""
    socket.connect_to_server()


def room_name(word: str) -> str:
    """A name no other test uses."""
    return f"{word} {secrets.token_hex(3)}"


async def test_two_people_meet_in_a_room_and_see_each_message_once(invite: Invite, parley: System) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("engines")
    await ada.create_room(room, "What is being built")
    await grace.browse_and_join(room)
    lines = [f"{speaker} {number}" for number in range(3) for speaker in ("question", "answer")]
    for number in range(3):
        await ada.say(f"question {number}")
        await grace.sees_once(f"question {number}")
        await grace.say(f"answer {number}")
        await ada.sees_once(f"answer {number}")
    for visitor in (ada, grace):
        await visitor.sees_once(*lines)
        assert await visitor.texts() == lines


async def test_history_is_there_after_a_reload_before_and_after_the_flush(invite: Invite, parley: System) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("archive")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await ada.say("kept in the buffer")
    await grace.sees_once("kept in the buffer")
    await ada.page.reload()
    await ada.sees_once("kept in the buffer")

    await parley.invoke("flush")
    await grace.say("said after the flush")
    await ada.sees_once("said after the flush")
    for visitor in (ada, grace):
        await visitor.page.reload()
        await visitor.sees_once("kept in the buffer", "said after the flush")
        assert await visitor.texts() == ["kept in the buffer", "said after the flush"]


async def test_long_history_loads_while_scrolling_up_and_the_place_is_kept(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.create_room(room_name("long"))
    lines = [f"line {number}" for number in range(70)]
    for line in lines:
        await ada.say(line)
    await ada.sees_once(lines[-1])
    await expect(ada.page.get_by_text("Sending", exact=True)).to_have_count(0)
    await ada.page.reload()
    await ada.sees_once(lines[-1])
    await expect(ada.messages(lines[-1])).to_be_in_viewport()

    # Wherever the reader goes, the line in sight stays in sight while older ones come above it.
    seen = set(await ada.texts())
    while await ada.messages(lines[0]).count() == 0:
        number = int(await ada.timeline.locator("[data-n]").first.get_attribute("data-n") or 0)
        first = ada.timeline.locator(f"[data-n='{number}']")
        await first.scroll_into_view_if_needed()
        before = await first.bounding_box()
        await expect(ada.timeline.locator(f"[data-n='{number - 1}']")).to_have_count(1)
        after = await first.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(after["y"] - before["y"]) < 1
        seen.update(await ada.texts())
    assert seen == set(lines)


async def test_a_direct_message_reaches_the_other_who_sees_that_it_is_new(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    await ada.open_direct_message(grace.name)
    await ada.say("just between us")
    await expect(grace.in_list(ada.name)).to_contain_text("new")
    await expect(grace.page).to_have_title(re.compile(r"^\(\d+\)"))
    await grace.open(ada.name)
    await grace.sees_once("just between us")
    await expect(grace.in_list(ada.name)).not_to_contain_text("new")
    await grace.say("nobody else hears")
    await ada.sees_once("just between us", "nobody else hears")
    await grace.open_direct_message(ada.name)
    await grace.sees_once("just between us", "nobody else hears")


async def test_who_is_there_and_who_types_is_shown(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("signs")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await ada.show_members()
    members = ada.page.get_by_role("complementary", name="Members")
    await expect(members).to_contain_text("Online · 2")
    await grace.composer.press_sequentially("hmm")
    await expect(ada.page.get_by_text(f"{grace.name} is typing…")).to_be_visible()
    await grace.say("hmm, yes")
    await expect(ada.page.get_by_text(f"{grace.name} is typing…")).to_have_count(0)
    await grace.page.close()
    await expect(members).to_contain_text("Offline · 1")
    await expect(members).to_contain_text("last seen")


async def test_a_message_written_without_a_connection_is_sent_once_when_it_is_back(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("tunnel")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await ada.page.context.set_offline(True)
    await ada.say("written in the tunnel")
    await expect(ada.messages("written in the tunnel")).to_have_count(1)
    await grace.say("meanwhile outside")
    await ada.page.context.set_offline(False)
    for visitor in (ada, grace):
        await visitor.sees_once("written in the tunnel", "meanwhile outside")
    assert await ada.texts() == await grace.texts()


async def test_what_was_written_without_a_connection_outlives_the_page_and_is_sent_once(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("tunnel")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await grace.say("before the tunnel")
    await ada.sees_once("before the tunnel")
    await ada.page.context.route("**/api/**", lambda route: route.abort())
    await ada.page.context.route_web_socket("**/ws", lambda socket: socket.close())
    await ada.page.reload()
    # The last state is there at once, and one goes on writing.
    await ada.is_in(room)
    await ada.sees_once("before the tunnel")
    await ada.say("written in the tunnel")
    await ada.composer.fill("half a sen")
    await expect(ada.messages("written in the tunnel")).to_have_count(1)
    await ada.page.reload()
    await expect(ada.messages("written in the tunnel")).to_have_count(1)
    await expect(ada.composer).to_have_value("half a sen")
    # Another tab does not send it as well.
    other = await ada.page.context.new_page()
    await other.goto(ada.page.url)
    await expect(other.get_by_text("before the tunnel", exact=True)).to_be_visible()

    await ada.page.context.unroute("**/api/**")
    await ada.page.context.route_web_socket("**/ws", pass_on)
    await ada.page.reload()
    for visitor in (ada, grace):
        await visitor.sees_once("before the tunnel", "written in the tunnel")
        assert await visitor.texts() == ["before the tunnel", "written in the tunnel"]
    await other.close()


async def test_signing_out_leaves_nothing_on_the_device(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.create_room(room_name("secret"))
    await ada.say("nobody else's business")
    await ada.sees_once("nobody else's business")
    await ada.composer.fill("half a secret")
    await ada.page.reload()
    await expect(ada.composer).to_have_value("half a secret")
    assert await ada.page.evaluate(KEPT) == {"account": 1, "rooms": 1, "outbox": 0, "drafts": 1}
    await ada.log_out()

    async def wiped() -> bool:
        return not any((await ada.page.evaluate(KEPT)).values())

    await until(wiped)


async def test_rooms_are_reached_by_keys_alone(invite: Invite) -> None:
    ada = await invite("Ada")
    first, second = room_name("alpha"), room_name("beta")
    await ada.create_room(first)
    await ada.create_room(second)
    await ada.page.keyboard.press("Control+k")
    await ada.page.keyboard.type(first)
    await expect(ada.dialog.get_by_role("option", selected=True)).to_contain_text(first)
    await ada.page.keyboard.press("Enter")
    await ada.is_in(first)
    await ada.page.keyboard.press("Alt+ArrowDown")
    await ada.is_in(second)
    await ada.page.keyboard.press("Alt+ArrowUp")
    await ada.is_in(first)
    await ada.page.keyboard.press("Control+/")
    await expect(ada.dialog).to_contain_text("Keyboard shortcuts")
    await ada.page.keyboard.press("Escape")
    await ada.is_in(first)
    await expect(ada.composer).to_be_focused()


async def test_leaving_a_room_and_coming_back_by_its_link(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("revolving door")
    await ada.create_room(room)
    await ada.say("welcome")
    await grace.browse_and_join(room)
    link = grace.page.url
    await grace.show_members()
    await grace.page.get_by_role("button", name="Leave room").click()
    await grace.dialog.get_by_role("button", name="Leave", exact=True).click()
    await expect(grace.in_list(room)).to_have_count(0)
    await ada.say("said while away")

    await grace.page.goto(link)
    await grace.page.get_by_role("button", name="Join room").click()
    await grace.is_in(room)
    await grace.sees_once("welcome", "said while away")


async def test_text_is_text_and_only_web_addresses_are_links(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.create_room(room_name("markup"))
    hostile = "<img src=x onerror=alert(1)> javascript:alert(1) <b>bold</b>"
    await ada.say(hostile)
    await ada.sees_once(hostile)
    await ada.say("see https://example.org/a?b=c.")
    await expect(ada.timeline.get_by_role("link")).to_have_count(1)
    await expect(ada.timeline.get_by_role("link")).to_have_attribute("href", "https://example.org/a?b=c")


async def test_on_a_phone_there_is_one_pane_and_a_way_back(invite: Invite) -> None:
    ada = await invite("Ada", PHONE)
    room = room_name("pocket")
    await ada.create_room(room)
    await ada.say("from the tram")
    await ada.sees_once("from the tram")
    await expect(ada.in_list(room)).not_to_be_visible()
    await ada.page.get_by_role("link", name="Back to the list").click()
    await expect(ada.in_list(room)).to_be_visible()
    await expect(ada.composer).to_have_count(0)
    assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
