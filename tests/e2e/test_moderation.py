"""What owners do with members and rooms, in real browsers."""

import re

from playwright.async_api import expect

from tests.e2e.conftest import Invite
from tests.e2e.test_chat import room_name


async def test_a_member_is_muted_put_out_and_let_in_again_by_a_code(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("court")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await ada.show_members()
    members = ada.page.get_by_role("complementary", name="Members")
    for action, shown in (("Mute", "muted"), ("Make moderator", "moderator")):
        await members.get_by_role("button", name=f"Manage {grace.name}").click()
        await ada.dialog.get_by_role("button", name=action, exact=True).click()
        await expect(members.get_by_role("button", name=re.compile(f"^{grace.name}"))).to_contain_text(shown)
    await members.get_by_role("button", name=f"Manage {grace.name}").click()
    await ada.dialog.get_by_role("button", name="Remove", exact=True).click()
    await expect(grace.in_list(room)).to_have_count(0)

    await ada.page.get_by_role("button", name="Room settings").click()
    await ada.dialog.get_by_role("button", name="Make invite code").click()
    code = await ada.dialog.locator("code").inner_text()
    await grace.page.get_by_role("button", name="Browse rooms").first.click()
    await grace.dialog.get_by_label("Invite code").fill(code)
    await grace.dialog.get_by_role("button", name="Join by code").click()
    await grace.is_in(room)
    await grace.say("here again")
    await ada.dialog.get_by_role("button", name="Delete room").click()
    await ada.dialog.get_by_role("button", name="Delete for everybody").click()
    for visitor in (ada, grace):
        await expect(visitor.in_list(room)).to_have_count(0)


async def test_who_is_blocked_is_folded_away_and_writes_no_direct_message_until_unblocked(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("square")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await grace.say("please read this")
    await grace.open_direct_message(ada.name)
    await grace.say("and this")
    await ada.sees_once("please read this")
    await ada.show_members()
    members = ada.page.get_by_role("complementary", name="Members")
    await members.get_by_role("button", name=f"Manage {grace.name}").click()
    await ada.dialog.get_by_role("button", name="Block", exact=True).click()
    await expect(ada.dialog.get_by_role("button", name="Unblock", exact=True)).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(ada.messages("please read this")).to_have_count(0)
    await ada.timeline.get_by_role("button", name="Show the message").click()
    await ada.sees_once("please read this")

    silent = "You cannot write here: one of you has blocked the other."
    await expect(grace.page.get_by_text(silent)).to_be_visible()
    await ada.open(grace.name)
    await expect(ada.page.get_by_text(f"You have blocked {grace.name}.")).to_be_visible()
    await ada.page.get_by_role("link", name="Settings").click()
    blocked = ada.page.get_by_role("region", name="Blocked people")
    await blocked.get_by_role("button", name=f"Unblock {grace.name}").click()
    await expect(blocked).to_contain_text("You have blocked nobody.")
    await grace.say("friends again?")
    await ada.page.get_by_role("button", name="Back to the chat").click()
    await ada.open(grace.name)
    await ada.sees_once("and this", "friends again?")
