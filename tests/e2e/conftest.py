"""Real browsers for the end-to-end tests: one Chromium for the run, one context for each visitor."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import launched
from tests.e2e.visitor import DESKTOP, PATIENCE_MS, Screen, Visitor
from tests.system import System

expect.set_options(timeout=PATIENCE_MS)

Invite = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests."""
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def invite(browser: Browser, parley: System) -> AsyncIterator[Invite]:
    """Makes visitors, each with a browser of their own; `invite("Ada")` has an account and is signed in."""
    async with inviting(browser, parley) as one:
        yield one


@asynccontextmanager
async def inviting(browser: Browser, parley: System) -> AsyncIterator[Invite]:
    """Makes visitors of a Parley. In the end none of them may have met a script's error or a dialog."""
    visitors: list[Visitor] = []
    async with AsyncExitStack() as stack:

        async def one(name: str, screen: Screen = DESKTOP, path: str = "/", *, account: bool = True) -> Visitor:
            context = await browser.new_context(**screen.options(parley.url))
            stack.push_async_callback(context.close)
            visitor = Visitor(await context.new_page(), name, path)
            visitors.append(visitor)
            await visitor.arrive()
            if account:
                await visitor.register()
            return visitor

        yield one
    assert [visitor.surprises for visitor in visitors if visitor.surprises] == []
