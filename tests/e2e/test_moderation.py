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
