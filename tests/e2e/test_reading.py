"""What is unread, on all devices of a person at once."""

import re
import secrets

from playwright.async_api import expect

from tests.e2e.conftest import Invite
from tests.e2e.visitor import Visitor


async def meet(invite: Invite) -> tuple[Visitor, Visitor, str, str]:
    """Two people who are in two rooms; the second one looks at the other of them."""
    ada, grace = await invite("Ada"), await invite("Grace")
    room, other = f"reading {secrets.token_hex(3)}", f"elsewhere {secrets.token_hex(3)}"
    await ada.create_room(other)
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await grace.browse_and_join(other)
    return ada, grace, room, other


async def another_device(invite: Invite, person: Visitor) -> Visitor:
    """The same person in another browser."""
    device = await invite(person.name, account=False)
    await device.log_in(person.email)
    await device.is_inside()
    return device


async def test_a_mention_and_all_that_is_unread_are_counted_on_the_other_screen(invite: Invite) -> None:
    ada, grace, room, _ = await meet(invite)
    await ada.say("nobody in particular")
    await grace.sees_unread(room, 1)
    await ada.composer.press_sequentially(f"hello @{grace.name[:5]}")
    await expect(ada.page.get_by_role("option", name=grace.name)).to_be_visible()
    await ada.composer.press("Enter")
    await expect(ada.composer).to_have_value(f"hello @{grace.name} ")
    await ada.composer.press("Enter")
    await ada.sees_once(f"hello @{grace.name}")
    await grace.sees_unread(room, 2, 1)
    await expect(grace.page).to_have_title(re.compile(r"^\(2\)"))
    await grace.page.reload()
    await grace.sees_unread(room, 2, 1)

    await grace.open(room)
    await grace.sees_once("nobody in particular", f"hello @{grace.name}")
    await grace.sees_unread(room, 0)
    await expect(grace.page).not_to_have_title(re.compile(r"^\("))
    await grace.page.reload()
    await grace.sees_once(f"hello @{grace.name}")
    await grace.sees_unread(room, 0)


async def test_what_is_read_on_one_device_is_read_on_the_other(invite: Invite) -> None:
    ada, grace, room, other = await meet(invite)
    tablet = await another_device(invite, grace)
    await ada.say("to both of them")
    await grace.sees_unread(room, 1)
    await tablet.sees_unread(room, 1)
    await tablet.open(room)
    await tablet.sees_once("to both of them")
    await grace.sees_unread(room, 0)
    await tablet.open(other)
    await grace.open(room)
    await grace.say("said on the one")
    await ada.sees_once("said on the one")
    await tablet.sees_unread(room, 0)


async def test_what_is_marked_unread_is_unread_on_all_devices(invite: Invite) -> None:
    ada, grace, room, other = await meet(invite)
    tablet = await another_device(invite, grace)
    await grace.open(room)
    for text in ("one", "two", "three"):
        await ada.say(text)
        await grace.sees_once(text)
    await tablet.sees_unread(room, 0)
    await grace.use("two", "Mark unread from here")
    await expect(grace.timeline.get_by_text("New messages")).to_be_visible()
    for device in (grace, tablet):
        await device.sees_unread(room, 2)
    await grace.open(other)
    await grace.sees_unread(room, 2)
    await grace.open(room)
    await grace.sees_unread(room, 0)
    await tablet.sees_unread(room, 0)


async def test_the_divider_shows_where_reading_had_come_to(invite: Invite) -> None:
    ada, grace, room, other = await meet(invite)
    await grace.open(room)
    await ada.say("read at once")
    await grace.sees_once("read at once")
    await grace.open(other)
    for number in range(40):
        await ada.say(f"news {number}")
    await grace.sees_unread(room, 40)
    await grace.open(room)
    divider = grace.timeline.get_by_text("New messages")
    await expect(divider).to_be_in_viewport()
    await expect(grace.messages("news 0")).to_be_in_viewport()
    await expect(grace.messages("news 39")).not_to_be_in_viewport()
    await grace.sees_unread(room, 40)
    await grace.page.get_by_role("button", name="40 new messages").click()
    await expect(grace.messages("news 39")).to_be_in_viewport()
    await grace.sees_unread(room, 0)
    await expect(divider).to_have_count(1)
    await grace.open(other)
    await grace.open(room)
    await expect(divider).to_have_count(0)


async def test_what_was_read_elsewhere_while_there_was_no_connection_is_learnt_after_it(invite: Invite) -> None:
    ada, grace, room, _ = await meet(invite)
    tablet = await another_device(invite, grace)
    await ada.say("read it while you can")
    await grace.sees_unread(room, 1)
    await tablet.sees_unread(room, 1)
    await grace.page.context.set_offline(True)
    await tablet.open(room)
    await tablet.sees_once("read it while you can")
    await tablet.sees_unread(room, 0)
    await grace.page.context.set_offline(False)
    await grace.sees_unread(room, 0)
