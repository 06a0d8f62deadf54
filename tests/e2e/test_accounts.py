"""Coming in, and what is said to who cannot."""

from playwright.async_api import expect

from tests.client import PASSWORD
from tests.e2e.conftest import Invite


async def test_one_stays_signed_in_over_a_reload_and_is_out_after_logging_out(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.page.reload()
    await ada.is_inside()
    await ada.log_out()
    await ada.page.reload()
    await expect(ada.page.get_by_role("heading", name="Log in")).to_be_visible()
    await ada.log_in(ada.email)
    await ada.is_inside()


async def test_what_is_wrong_with_a_registration_is_said_at_the_field(invite: Invite) -> None:
    ada = await invite("Ada")
    eve = await invite("Eve", account=False)
    await eve.fill_registration("", "nowhere", "short")
    for label, text in (
        ("Name", "Enter the name others will see."),
        ("Email", "Enter your email address."),
        ("Password", "Use at least 8 characters."),
    ):
        field = eve.page.get_by_label(label, exact=True)
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(text)
    await eve.fill_registration(ada.name.upper(), eve.email, PASSWORD)
    name = eve.page.get_by_label("Name", exact=True)
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(eve.page.get_by_label("Email")).not_to_have_attribute("aria-invalid", "true")


async def test_a_wrong_password_is_refused_without_saying_what_was_wrong(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.log_out()
    await ada.log_in(ada.name, "not the password")
    await expect(ada.page.get_by_role("alert")).to_be_visible()
    first = await ada.page.get_by_role("alert").inner_text()
    await ada.log_in("nobody of this name", "not the password")
    await expect(ada.page.get_by_role("button", name="Log in")).not_to_have_attribute("aria-disabled", "true")
    await expect(ada.page.get_by_role("alert")).to_have_text(first)


async def test_logging_out_in_one_tab_ends_the_other(invite: Invite) -> None:
    ada = await invite("Ada")
    other = await ada.page.context.new_page()
    await other.goto("/")
    await expect(other.get_by_role("button", name="Log out")).to_be_visible()
    await ada.log_out()
    await expect(other.get_by_role("heading", name="Log in")).to_be_visible()


async def test_a_link_to_a_room_leads_there_after_logging_in(invite: Invite) -> None:
    ada = await invite("Ada")
    await ada.create_room(f"Linked {ada.name}")
    link = ada.page.url
    await ada.log_out()
    await ada.page.goto(link)
    await ada.log_in(ada.name)
    await ada.is_in(f"Linked {ada.name}")
