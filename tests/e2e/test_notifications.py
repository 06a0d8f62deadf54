"""What tells of messages beyond the page, in a browser that may show notifications."""

from playwright.async_api import expect

from tests.e2e.conftest import Invite

CHOICE = "Desktop notifications on this device"
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, body }) => `${title}: ${body}`);
}"""


async def test_a_direct_message_is_told_of_until_it_is_read(invite: Invite) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    await grace.page.context.grant_permissions(["notifications"])
    await grace.page.get_by_role("link", name="Settings").click()
    await grace.page.get_by_label(CHOICE).click()
    await expect(grace.page.get_by_label(CHOICE)).to_be_checked()

    await ada.open_direct_message(grace.name)
    await ada.say("are you there?")
    expected = [f"{ada.name}: are you there?"]
    await grace.page.wait_for_function(f"({SHOWN})().then((shown) => shown.length > 0)")
    assert await grace.page.evaluate(SHOWN) == expected
    await expect(grace.page.locator('link[rel="icon"]')).to_have_attribute("href", "/unread.svg")

    await grace.page.get_by_role("button", name="Back to the chat").click()
    await grace.open(ada.name)
    await grace.page.wait_for_function(f"({SHOWN})().then((shown) => shown.length === 0)")
    await expect(grace.page.locator('link[rel="icon"]')).to_have_attribute("href", "/favicon.svg")
