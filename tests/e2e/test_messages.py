"""What becomes of a message after it was said: on the screens of two people, and after a reload."""

import re
import secrets
from itertools import pairwise

from playwright.async_api import expect

from tests.e2e.conftest import Invite
from tests.e2e.visitor import PHONE, Screen, Visitor
from tests.system import System

DELETED = "This message was deleted"


async def meet(invite: Invite, screen: Screen | None = None) -> tuple[Visitor, Visitor]:
    """Two people in a room of the first one's."""
    ada, grace = await (invite("Ada", screen) if screen else invite("Ada")), await invite("Grace")
    room = f"workshop {secrets.token_hex(3)}"
    await ada.create_room(room)
    await grace.browse_and_join(room)
    return ada, grace


async def test_an_edit_shows_on_both_screens_and_stays_after_the_flush(invite: Invite, parley: System) -> None:
    ada, grace = await meet(invite)
    await ada.say("the frist try")
    await grace.sees_once("the frist try")
    await ada.composer.press("ArrowUp")
    await expect(ada.editor).to_be_focused()
    await expect(ada.editor).to_have_value("the frist try")
    await ada.editor.fill("the first try")
    await ada.editor.press("Enter")
    await expect(ada.composer).to_be_focused()
    for visitor in (ada, grace):
        await visitor.sees_once("the first try")
        await expect(visitor.messages("the first try")).to_contain_text("(edited)")
        await expect(visitor.messages("the frist try")).to_have_count(0)
    await parley.invoke("flush")
    for visitor in (ada, grace):
        await visitor.page.reload()
        await expect(visitor.messages("the first try")).to_contain_text("(edited)")

    await ada.messages("the first try").get_by_role("button", name="Edited").click()
    versions = ada.dialog.get_by_role("listitem")
    await expect(versions).to_have_count(2)
    await expect(versions.nth(0)).to_contain_text("the first try")
    await expect(versions.nth(1)).to_contain_text("the frist try")
    await expect(grace.messages("the first try").get_by_role("button", name="Edited")).to_have_count(0)


async def test_an_edit_that_is_left_changes_nothing(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await ada.say("as it is")
    await ada.sees_once("as it is")
    await ada.use("as it is", "Edit")
    await ada.editor.fill("never mind")
    await ada.editor.press("Escape")
    await ada.sees_once("as it is")
    await grace.sees_once("as it is")
    assert await ada.texts() == await grace.texts() == ["as it is"]


async def test_a_deleted_message_leaves_its_place_and_nothing_else(invite: Invite, parley: System) -> None:
    ada, grace = await meet(invite)
    await grace.say("better forgotten")
    await ada.sees_once("better forgotten")
    await ada.reply("better forgotten", "what was that")
    await grace.sees_once("what was that")
    await grace.use("better forgotten", "Delete")
    await grace.dialog.get_by_role("button", name="Keep it").click()
    await grace.sees_once("better forgotten")
    await grace.delete("better forgotten")
    for visitor in (ada, grace):
        await expect(visitor.messages(DELETED).first).to_be_visible()
        await expect(visitor.timeline).not_to_contain_text("better forgotten")
        assert (await visitor.texts())[0] == DELETED
    await parley.invoke("flush")
    await ada.page.reload()
    await ada.sees_once("what was that")
    await expect(ada.messages("what was that")).to_contain_text(DELETED)
    await expect(ada.timeline).not_to_contain_text("better forgotten")


async def test_the_owner_of_a_room_can_delete_what_others_said(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await grace.say("out of place")
    await ada.sees_once("out of place")
    await ada.say("the owner's own")
    await grace.sees_once("the owner's own")
    tools = await grace.tools("the owner's own")
    await expect(tools.get_by_role("button", name="Delete")).to_have_count(0)
    await ada.delete("out of place")
    await expect(grace.messages(DELETED)).to_have_count(1)


async def test_reactions_are_counted_on_both_screens_and_taken_back(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await ada.say("it works")
    await grace.sees_once("it works")
    await grace.react("it works", "🎉")
    await expect(ada.reaction("it works", "🎉")).to_have_accessible_name(f"🎉 1: {grace.name}")
    await ada.reaction("it works", "🎉").click()
    await expect(grace.reaction("it works", "🎉")).to_contain_text("2")
    await expect(grace.reaction("it works", "🎉")).to_have_attribute("aria-pressed", "true")
    await grace.reaction("it works", "🎉").click()
    await expect(ada.reaction("it works", "🎉")).to_have_accessible_name("🎉 1: you")
    await ada.reaction("it works", "🎉").click()
    await expect(grace.reaction("it works", "🎉")).to_have_count(0)

    await grace.use("it works", "React")
    await grace.messages("it works").get_by_role("button", name="All emoji").click()
    field = grace.dialog.get_by_label("Find an emoji")
    await field.fill("no such thing")
    await field.press("Enter")
    await expect(grace.dialog.get_by_text("There is no emoji of that name.")).to_be_visible()
    # What is an emoji already need not be looked for.
    await field.fill("🦉")
    await field.press("Enter")
    await expect(ada.reaction("it works", "🦉")).to_have_count(1)


async def test_a_reaction_made_without_a_connection_arrives_once_when_it_is_back(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await ada.say("through the tunnel")
    await grace.sees_once("through the tunnel")
    await grace.page.context.set_offline(True)
    await grace.react("through the tunnel", "👀")
    await expect(grace.reaction("through the tunnel", "👀")).to_have_count(1)
    await grace.page.context.set_offline(False)
    await expect(ada.reaction("through the tunnel", "👀")).to_have_accessible_name(f"👀 1: {grace.name}")


async def test_what_is_refused_is_undone_and_explained(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await grace.say("mine to change")
    await ada.sees_once("mine to change")
    await grace.page.route(
        re.compile("/api/rooms/.*/messages/1$"),
        lambda route: route.fulfill(
            status=403,
            json={"error": {"code": "forbidden", "message": "Only its author can edit a message.", "details": {}}},
        ),
    )
    await grace.edit("mine to change", "changed")
    notice = grace.page.get_by_text("Your edit was not saved. Only its author can edit a message.")
    await expect(notice).to_be_visible()
    await grace.sees_once("mine to change")
    await grace.page.get_by_role("button", name="Dismiss").click()
    await expect(notice).to_have_count(0)
    assert await ada.texts() == ["mine to change"]


async def test_an_answer_quotes_what_it_answers_and_leads_there_however_far_up(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await ada.say("the very first question\nwith a second line")
    for number in range(110):
        await ada.say(f"line {number}")
    await grace.sees_once("line 109")
    await ada.sees_once("line 109")
    await grace.page.reload()
    await grace.sees_once("line 109")
    first = grace.timeline.locator("[data-n='1']")
    while await first.count() == 0:
        await grace.timeline.evaluate("list => { list.scrollTop = 0; }")
    await first.hover()
    await first.get_by_role("button", name="Reply").click()
    await expect(grace.page.get_by_text("Replying to")).to_be_visible()
    await grace.say("the answer at last")

    await ada.page.reload()
    answer = ada.messages("the answer at last")
    quote = answer.get_by_role("button", name="In answer to")
    await expect(quote).to_contain_text(f"{ada.name} the very first question")
    await expect(quote).not_to_contain_text("second line")
    await expect(ada.timeline.locator("[data-n='1']")).to_have_count(0)
    await quote.click()
    await expect(ada.timeline.locator("[data-n='1']")).to_be_in_viewport()
    # The answer has the focus: it stays rendered, wherever the reader goes.
    numbers = await ada.timeline.locator("[data-n]").evaluate_all("lines => lines.map(line => Number(line.dataset.n))")
    around = [number for number in numbers if number < 112]
    assert around[0] == 1
    assert all(after == before + 1 for before, after in pairwise(around))
    await ada.page.get_by_role("button", name="Jump to newest").click()
    await expect(answer).to_be_in_viewport()


async def test_a_link_to_a_message_leads_there_who_is_in_the_room_and_nobody_else(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await ada.say("the one to find")
    for number in range(60):
        await ada.say(f"line {number}")
    await grace.sees_once("line 59")
    await ada.sees_once("line 59")
    # What is rendered before the browser tells of the scrolling, here for the focus, pulls nobody down again.
    last = ada.timeline.locator("[data-n='61']")
    await last.evaluate("line => { line.closest('[role=log]').scrollTop = 0; line.focus({ preventScroll: true }); }")
    await expect(ada.page.get_by_role("button", name="Jump to newest")).to_be_visible()
    first = ada.timeline.locator("[data-n='1']")
    while await first.count() == 0:
        await ada.timeline.evaluate("list => { list.scrollTop = 0; }")
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ada.use("the one to find", "Copy link")
    link = await ada.page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("?message=1")

    await grace.page.goto(link)
    found = grace.messages("the one to find")
    await expect(found).to_be_in_viewport()
    # It counts what she may just have seen and not said so yet.
    await expect(grace.page.get_by_role("button", name=re.compile("Jump to newest|new message"))).to_be_visible()
    await grace.page.goto(link.replace("?message=1", "?message=1000"))
    await expect(grace.page.get_by_text("The room has no such message.")).to_be_visible()
    alan = await invite("Alan")
    await alan.page.goto(link)
    await expect(alan.page.get_by_role("heading", name="You are not in this room")).to_be_visible()
    await alan.page.get_by_role("button", name="Join room").click()
    await expect(alan.messages("the one to find")).to_be_in_viewport()


async def test_a_renamed_room_is_called_so_on_both_screens(invite: Invite) -> None:
    ada, grace = await meet(invite)
    name = f"atelier {secrets.token_hex(3)}"
    await expect(grace.page.get_by_role("button", name="Room settings")).to_have_count(0)
    await ada.page.get_by_role("button", name="Room settings").click()
    await ada.dialog.get_by_label("Name").fill(name)
    await ada.dialog.get_by_label("Topic").fill("Where things are made")
    await ada.dialog.get_by_role("button", name="Save").click()
    for visitor in (ada, grace):
        await visitor.is_in(name)
        await expect(visitor.page.get_by_text("Where things are made")).to_be_visible()
        await expect(visitor.in_list(name)).to_be_visible()


async def test_on_a_phone_the_tools_are_behind_a_button(invite: Invite) -> None:
    ada, grace = await meet(invite, PHONE)
    await ada.say("from the tram")
    await grace.sees_once("from the tram")
    await ada.edit("from the tram", "from the train")
    await grace.sees_once("from the train")
    await ada.react("from the train", "👍")
    await expect(grace.reaction("from the train", "👍")).to_have_count(1)
    assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_all_can_be_done_with_the_keyboard(invite: Invite) -> None:
    ada, grace = await meet(invite)
    await grace.say("first")
    await ada.sees_once("first")
    await grace.say("second")
    await ada.sees_once("second")
    await ada.timeline.focus()
    await ada.page.keyboard.press("ArrowUp")
    await expect(ada.messages("second")).to_be_focused()
    await ada.page.keyboard.press("ArrowUp")
    await expect(ada.messages("first")).to_be_focused()
    await ada.page.keyboard.press("Tab")
    await expect(ada.messages("first").get_by_role("button", name="React")).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await ada.page.keyboard.press("Enter")
    await expect(grace.reaction("first", "👍")).to_have_count(1)
    await ada.messages("first").focus()
    await ada.page.keyboard.press("Escape")
    await expect(ada.timeline).to_be_focused()


async def test_leaving_the_page_with_something_unsent_is_asked_about_where_the_browser_keeps_nothing(
    invite: Invite,
) -> None:
    ada, _ = await meet(invite)
    await ada.page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    await ada.page.reload()
    await expect(ada.composer).to_be_visible()
    await ada.page.context.set_offline(True)
    await ada.say("not sent yet")
    async with ada.page.expect_event("dialog") as dialog:
        await ada.page.close(run_before_unload=True)
    assert (await dialog.value).type == "beforeunload"
    assert len(ada.surprises) == 1
    ada.surprises.clear()
    await ada.page.context.set_offline(False)
    await ada.sees_once("not sent yet")


async def test_marks_are_shown_as_what_they_mean_and_edited_as_they_were_written(invite: Invite) -> None:
    ada, grace = await meet(invite)
    written = "**bold** and [a link](https://example.org/)\n- first\n- second\n```js\nconst one = 1;\n```"
    await ada.say(written)
    for visitor in (ada, grace):
        await expect(visitor.timeline.locator("strong")).to_have_text("bold")
        await expect(visitor.timeline.get_by_role("link", name="a link")).to_have_attribute(
            "rel", re.compile("nofollow")
        )
        await expect(visitor.timeline.get_by_role("listitem")).to_have_text(["first", "second"])
        code = visitor.timeline.get_by_role("group", name="Code in js")
        await expect(code.locator("[data-kind=keyword]")).to_have_text("const")
        await expect(code).to_have_text("const one = 1;")
    await ada.composer.press("ArrowUp")
    await expect(ada.editor).to_have_value(written)
    await ada.editor.fill("<b>no</b> `**code**`")
    await ada.editor.press("Enter")
    for visitor in (ada, grace):
        await expect(visitor.timeline.locator("code")).to_have_text("**code**")
        await expect(visitor.timeline).to_contain_text("<b>no</b>")
