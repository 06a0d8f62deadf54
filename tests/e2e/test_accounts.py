"""What people do with their accounts: profile, devices, a forgotten password, a second factor, deleting it all."""

import time

import pyotp
from playwright.async_api import expect

from tests.client import PASSWORD
from tests.e2e.conftest import Invite
from tests.e2e.visitor import Visitor
from tests.system import System
from tests.waiting import until

NEW = "another long password"


async def mailed_link(parley: System, email: str) -> str:
    """The link in the newest mail to the address, without its origin."""

    async def came() -> bool:
        return bool(parley.mailbox.to(email))

    await until(came)
    line = next(it for it in parley.mailbox.to(email)[-1].text.splitlines() if "#token=" in it)
    return "/" + line.split("/", 3)[3]


async def open_settings(visitor: Visitor) -> None:
    await visitor.page.get_by_role("link", name="Settings").click()
    await expect(visitor.page.get_by_role("heading", name="Settings")).to_be_visible()


async def test_a_user_changes_the_profile_sees_the_devices_and_logs_the_others_out(invite: Invite) -> None:
    ada = await invite("Ada")
    other = await invite("Ada again", account=False)
    await other.log_in(ada.name)
    await other.is_inside()
    await open_settings(ada)
    page = ada.page
    await page.get_by_label("Status").fill("Counting")
    await page.get_by_label("Colour 3").check()
    await page.get_by_role("button", name="Save profile").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_text("(this one)")).to_be_visible()
    await page.get_by_role("button", name="Log out all other devices").click()
    await expect(other.page.get_by_role("heading", name="Log in")).to_be_visible()
    await page.get_by_role("button", name="Back to the chat").click()
    await ada.is_inside()


async def test_who_forgot_the_password_chooses_a_new_one_by_mail(invite: Invite, parley: System) -> None:
    ada = await invite("Ada")
    await ada.log_out()
    page = ada.page
    await page.get_by_role("button", name="Forgot your password?").click()
    await page.get_by_label("Email").fill(ada.email)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_text("a mail with a link is on its way")).to_be_visible()
    await page.goto(await mailed_link(parley, ada.email))
    await page.get_by_label("New password").fill(NEW)
    assert "token" not in page.url
    await page.get_by_role("button", name="Set password").click()
    await page.get_by_role("button", name="Log in").click()
    await ada.log_in(ada.email, NEW)
    await ada.is_inside()


async def test_a_second_factor_is_set_up_asked_for_and_the_account_deleted(invite: Invite) -> None:
    ada = await invite("Ada")
    await open_settings(ada)
    page = ada.page
    section = page.get_by_role("region", name="Second factor")
    await section.get_by_label("Password").fill(PASSWORD)
    await section.get_by_role("button", name="Set up").click()
    await expect(section.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    secret = await section.locator("code").inner_text()
    await section.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).at(int(time.time())))
    await section.get_by_role("button", name="Confirm").click()
    recovery = await section.get_by_role("list", name="Recovery codes").get_by_role("listitem").first.inner_text()
    await page.get_by_role("button", name="Back to the chat").click()
    await ada.log_out()
    await ada.log_in(ada.name)
    await page.get_by_label("Code").fill(recovery)
    await page.get_by_role("button", name="Log in").click()
    await ada.is_inside()
    await open_settings(ada)
    await page.get_by_label("Password to delete your account").fill(PASSWORD)
    await page.get_by_role("button", name="Delete account").click()
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    await ada.log_in(ada.name)
    await expect(page.get_by_role("alert")).to_contain_text("Name or password is not right.")
