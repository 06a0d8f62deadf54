"""Every page on every screen: looked at by axe, and kept as a picture for people to look at."""

import json
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Invite
from tests.e2e.visitor import PHONE, SCREENS, Screen, Visitor
from tests.system import ROOT, artifacts

AXE: Final = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


async def keep(page: Page, screen: Screen, name: str) -> None:
    """Let axe look at the page, and keep a picture of it."""
    await page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
    await page.screenshot(path=artifacts() / "screenshots" / f"{name}-{screen.name}.png", animations="disabled")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run().then(({violations}) => violations)")
    assert found == [], f"{name}, {screen.name}: {json.dumps(found, indent=1)}"


async def talk(ada: Visitor, grace: Visitor) -> None:
    """A little of everything that a timeline can hold."""
    await ada.say("Good morning! The difference engine arrived overnight, in eleven crates.")
    await ada.say("I have unpacked three of them.")
    await grace.sees_once("I have unpacked three of them.")
    await grace.say(
        "Wonderful. Does the third column still stick? Last time it needed a drop of oil at the second gear, and"
        " then it ran for a whole week without a pause, even when we turned the crank faster than the manual allows."
    )
    await grace.say("The drawings are at https://example.org/drawings/engine-no-2")
    await ada.sees_once("The drawings are at https://example.org/drawings/engine-no-2")
    await ada.say("It does:\n  1. turn\n  2. pause\n  3. turn again")
    await grace.sees_once("It does:")
    await grace.say(
        "> Does it still stick?\n\n**No more**, since `oil()` is called _every hour_:\n\n- by day\n- by night"
    )
    await grace.say('```python\ndef oil(gear: int) -> str:\n    return f"gear {gear}"  # at the second one\n```')
    await expect(ada.timeline.get_by_role("group", name="Code in python").locator("[data-kind=keyword]")).to_have_count(
        2
    )


CAST: Final = {
    "light": ("Ada Lovelace", "Charles Babbage", "Engine room"),
    "dark": ("Grace Hopper", "Howard Aiken", "Mark I"),
    "phone": ("Joan Clarke", "Alan Turing", "Hut 8"),
}
"""Who is in the pictures of each screen, and where: people's own names, for people look at them."""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_pages_have_nothing_that_axe_finds(screen: Screen, invite: Invite) -> None:
    one, other, room = CAST[screen.name]
    ada = await invite(one, screen, account=False)
    await keep(ada.page, screen, "log-in")
    await ada.fill_registration("", "nowhere", "short")
    await keep(ada.page, screen, "register-errors")
    await ada.register()
    await keep(ada.page, screen, "welcome")

    grace = await invite(other)
    await ada.create_room(room, "Cranks, columns and who left the oil open")
    await keep(ada.page, screen, "room-empty")
    await grace.browse_and_join(room)
    await talk(ada, grace)
    await grace.composer.press_sequentially("And")
    await expect(ada.page.get_by_text(f"{grace.name} is typing…")).to_be_visible()
    await ada.composer.fill("A draft that is being written")
    await keep(ada.page, screen, "room")
    await ada.composer.fill("")
    await ada.show_members()
    await expect(ada.page.get_by_role("complementary", name="Members")).to_contain_text("Online · 2")
    await keep(ada.page, screen, "members")
    await ada.page.get_by_role("button", name="Leave room").click()
    await expect(ada.dialog).to_be_visible()
    await keep(ada.page, screen, "leave-room")
    await ada.dialog.get_by_role("button", name="Stay").click()
    await ada.page.get_by_role("button", name="Close members").click()

    await grace.open_direct_message(ada.name)
    await grace.say("Lunch at one?")
    if screen is PHONE:
        await ada.page.get_by_role("link", name="Back to the list").click()
    await expect(ada.in_list(grace.name)).to_contain_text("new")
    await keep(ada.page, screen, "list")
    for button, name in (
        ("Create a room", "create-room"),
        ("Browse rooms", "browse-rooms"),
        ("New direct message", "new-direct-message"),
    ):
        await ada.page.get_by_role("button", name=button).first.click()
        await expect(ada.dialog.get_by_role("status")).to_have_count(0)
        await keep(ada.page, screen, name)
        await ada.page.keyboard.press("Escape")
        await expect(ada.dialog).to_have_count(0)
    await ada.page.goto("/rooms/00000000000000000000000000")
    await expect(ada.page.get_by_role("button", name="Join room")).to_be_visible()
    await keep(ada.page, screen, "not-a-member")
    await ada.page.goto("/settings")
    await expect(ada.page.get_by_text("last used")).to_be_visible()
    await keep(ada.page, screen, "settings")


TROUPE: Final = {
    "light": ("Emmy Noether", "David Hilbert", "Seminar"),
    "dark": ("Rosalind Franklin", "John Randall", "X-ray room"),
    "phone": ("Lise Meitner", "Otto Hahn", "Laboratory"),
}


async def carry_on(emmy: Visitor, david: Visitor) -> None:
    """A little of everything that becomes of messages."""
    await emmy.say("Shall we meet at nine tomorrow?")
    await emmy.sees_once("Shall we meet at nine tomorrow?")
    await emmy.edit("Shall we meet at nine tomorrow?", "Shall we meet at ten tomorrow?")
    await david.sees_once("Shall we meet at ten tomorrow?")
    await david.reply("Shall we meet at ten tomorrow?", "Ten is fine. Bring the proof!")
    await david.say("and the cake")
    await emmy.sees_once("and the cake")
    await emmy.react("Ten is fine. Bring the proof!", "👍")
    await david.react("Shall we meet at ten tomorrow?", "🎉")
    await david.delete("and the cake")
    await expect(emmy.messages("This message was deleted")).to_have_count(1)
    await david.say(f"@{emmy.name} it is the one with the invariants, see https://example.org/invariants")
    await emmy.sees_once(f"@{emmy.name} it is the one with the invariants, see https://example.org/invariants")
    await emmy.react("Shall we meet at ten tomorrow?", "🎉")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_what_becomes_of_messages_has_nothing_that_axe_finds(screen: Screen, invite: Invite) -> None:
    one, other, room = TROUPE[screen.name]
    emmy, david = await invite(one, screen), await invite(other)
    await emmy.create_room(room, "What stays the same")
    await david.browse_and_join(room)
    await carry_on(emmy, david)
    await keep(emmy.page, screen, "messages")

    text = "Shall we meet at ten tomorrow?"
    await emmy.tools(text)
    await keep(emmy.page, screen, "message-tools")
    await emmy.messages(text).get_by_role("button", name="React", exact=True).click()
    await keep(emmy.page, screen, "emoji-picker")
    await emmy.messages(text).get_by_role("button", name="All emoji").click()
    await emmy.dialog.get_by_label("Find an emoji").fill("birthday")
    await expect(emmy.dialog.get_by_role("button", name="birthday cake")).to_be_visible()
    await keep(emmy.page, screen, "emoji-found")
    await emmy.dialog.get_by_role("button", name="birthday cake").click()
    await expect(emmy.reaction(text, "🎂")).to_have_count(1)
    await emmy.page.get_by_role("button", name="Emoji", exact=True).click()
    await expect(emmy.dialog.get_by_role("button", name="grinning face", exact=True)).to_be_visible()
    await keep(emmy.page, screen, "emoji-all")
    await emmy.page.keyboard.press("Escape")
    await expect(emmy.composer).to_be_focused()
    await emmy.timeline.get_by_role("button", name="Today").click()
    await keep(emmy.page, screen, "day")
    await emmy.dialog.get_by_role("button", name="Jump", exact=True).click()
    await expect(emmy.messages(text)).to_be_in_viewport()
    await emmy.use(text, "Edit")
    await expect(emmy.editor).to_be_focused()
    await keep(emmy.page, screen, "editing")
    await emmy.editor.press("Escape")
    await emmy.use(text, "Delete")
    await expect(emmy.dialog).to_be_visible()
    await keep(emmy.page, screen, "delete-message")
    await emmy.dialog.get_by_role("button", name="Keep it").click()
    await emmy.messages(text).get_by_role("button", name="Edited").click()
    await expect(emmy.dialog.get_by_role("listitem")).to_have_count(2)
    await keep(emmy.page, screen, "versions")
    await emmy.dialog.get_by_role("button", name="Close").click()
    await emmy.use("Ten is fine. Bring the proof!", "Reply")
    await emmy.composer.press_sequentially(f"Gladly, @{david.name[:3]}")
    await expect(emmy.page.get_by_role("option", name=david.name)).to_be_visible()
    await keep(emmy.page, screen, "reply-and-mention")
    await emmy.composer.press("Escape")
    await emmy.composer.press("Escape")
    await emmy.composer.fill("")
    await emmy.page.get_by_role("button", name="Room settings").click()
    await expect(emmy.dialog).to_be_visible()
    await keep(emmy.page, screen, "room-settings")
    await emmy.dialog.get_by_role("button", name="Cancel").click()

    # Away for a while: what was missed is counted in the list, and stands below a line in the room.
    if screen is PHONE:
        await emmy.page.get_by_role("link", name="Back to the list").click()
    await emmy.create_room(f"The quiet one, {screen.name}")
    await david.say(f"@{emmy.name} are you there?")
    await david.say("The others are waiting.")
    if screen is PHONE:
        await emmy.page.get_by_role("link", name="Back to the list").click()
    await emmy.sees_unread(room, 2, 1)
    await keep(emmy.page, screen, "unread")
    await emmy.open(room)
    await expect(emmy.timeline.get_by_text("New messages")).to_be_visible()
    await keep(emmy.page, screen, "divider")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_a_lost_connection_is_shown_after_a_while(screen: Screen, invite: Invite) -> None:
    ada = await invite("Ada", screen)
    await ada.create_room(f"Cut off {ada.name}")
    await ada.say("heard")
    await ada.sees_once("heard")
    await ada.page.context.set_offline(True)
    await ada.say("not heard yet")
    await expect(ada.page.get_by_text("No connection.")).to_be_visible(timeout=30_000)
    await expect(ada.page.get_by_role("button", name="Retry")).to_be_visible()
    await keep(ada.page, screen, "offline")
    await ada.page.context.set_offline(False)
    await ada.sees_once("not heard yet")
    await expect(ada.page.get_by_text("No connection.")).to_have_count(0)


async def test_an_app_that_cannot_reach_the_server_says_so(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.log_out()
    await ada.page.route("**/api/bootstrap", lambda route: route.abort())
    await ada.log_in(ada.name)
    await expect(ada.page.get_by_role("heading", name="Parley could not be loaded")).to_be_visible()
    await keep(ada.page, SCREENS[0], "cannot-load")
    await ada.page.unroute("**/api/bootstrap")
    await ada.page.get_by_role("button", name="Try again").click()
    await ada.is_inside()
