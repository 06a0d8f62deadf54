"""Signing in with an identity provider: a real one, with its own pages, in a real browser."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, expect

from infra.processes.ports import free_port
from tests.e2e.conftest import Invite, inviting
from tests.e2e.visitor import Visitor
from tests.identities.provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.system import running as parley_running

NAME = "Example"


@pytest_asyncio.fixture(loop_scope="session")
async def invite(browser: Browser, stores_without_cassandra: dict[str, str]) -> AsyncIterator[Invite]:
    """Makes visitors of a Parley that knows the provider."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with running(f"{url}/api/auth/identity/callback") as provider:
        settings = environment(provider, url)
        async with (
            parley_running(stores_without_cassandra, environment=settings, port=port) as parley,
            inviting(browser, parley) as one,
        ):
            yield one


def environment(provider: Provider, url: str) -> dict[str, str]:
    return {
        "IDENTITY_ISSUER": provider.issuer,
        "IDENTITY_CLIENT_ID": CLIENT_ID,
        "IDENTITY_CLIENT_SECRET": CLIENT_SECRET,
        "IDENTITY_NAME": NAME,
        "WEB_URL": url,
    }


async def sign_in(visitor: Visitor) -> None:
    """Go to the provider, say there who one is, agree, and come back."""
    page = visitor.page
    await page.get_by_role("link", name=f"Sign in with {NAME}").click()
    await page.get_by_placeholder("Enter any login").fill(visitor.email)
    await page.get_by_placeholder("and password").fill("any")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click()


async def test_who_signs_in_at_the_provider_is_inside_and_stays_so(invite: Invite) -> None:
    ada = await invite("Ada", account=False)
    await sign_in(ada)
    await ada.is_inside()
    await ada.page.reload()
    await ada.is_inside()
    await ada.page.get_by_role("link", name="Settings").click()
    await expect(ada.page.get_by_role("region", name="Sign-in service")).to_contain_text(ada.email)


async def test_an_account_is_connected_when_its_user_agrees_and_signs_in_with_the_provider_after(
    invite: Invite,
) -> None:
    ada = await invite("Ada")
    await ada.log_out()
    await sign_in(ada)
    await expect(ada.page.get_by_text("Log in with its password to connect the two")).to_be_visible()
    await ada.log_in(ada.name)
    await expect(ada.dialog).to_contain_text(ada.email)
    await ada.dialog.get_by_role("button", name="Connect").click()
    await ada.is_inside()
    await ada.log_out()
    # The provider still knows its own session, and asks nothing.
    await ada.page.get_by_role("link", name=f"Sign in with {NAME}").click()
    await ada.is_inside()
