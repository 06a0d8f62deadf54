"""The console's page in a real browser, as a developer uses it."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect
from websockets.asyncio.client import ClientConnection

from infra.gateway import Limits
from infra.gateway.testing import LocalGateway
from tests.browser import ARGUMENTS, chromium
from tests.gateway.conftest import sample, until
from tests.system import artifacts

Scheme = Literal["dark", "light"]
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield browser
        await browser.close()


@dataclass
class Stage:
    """A gateway with the console on, somebody connected to it, and a page that shows it."""

    gateway: LocalGateway
    client: ClientConnection
    page: Page
    surprises: list[str]


async def open_page(
    browser: Browser, stack: AsyncExitStack, url: str, surprises: list[str], scheme: Scheme = "light"
) -> Page:
    """The console's page; `surprises` notes what no page of ours should meet."""

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            surprises.append(message.text)

    context = await browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 1400})
    stack.push_async_callback(context.close)
    page = await context.new_page()
    page.on("console", logged)
    page.on("pageerror", lambda error: surprises.append(str(error)))
    page.on("dialog", lambda dialog: surprises.append(dialog.message))
    await page.goto(f"{url}/_gateway/")
    await expect(page.locator("#link")).to_have_text("live")
    return page


@pytest.fixture
async def stage(browser: Browser, records_folder: Path) -> AsyncIterator[Stage]:
    """After the test the page may have met no error of a script, no policy violation and no dialog."""
    surprises: list[str] = []
    async with AsyncExitStack() as stack:
        app = sample("sockets", records_folder, console=True, limits=Limits(environments=3))
        gateway = await stack.enter_async_context(app)
        client = await stack.enter_async_context(gateway.connect(user_agent_header=f"Browser {SCRIPT}"))
        yield Stage(gateway, client, await open_page(browser, stack, gateway.url, surprises), surprises)
        assert surprises == []


async def echo(stage: Stage, text: str) -> None:
    await stage.client.send(text)
    await stage.client.recv()


async def test_a_frame_is_sent_to_a_connection_and_the_connection_closed(stage: Stage) -> None:
    page = stage.page
    row = page.locator("#connections tr")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("127.0.0.1")
    await expect(page.get_by_role("button", name="Send frame")).to_be_disabled()
    await row.get_by_role("button", name="Send…").click()
    await page.get_by_label("Send to").fill('{"hello": 1}')
    await page.get_by_role("button", name="Send frame").click()
    assert await stage.client.recv() == '{"hello": 1}'
    await expect(page.locator("#sent")).to_contain_text("sent")
    await row.get_by_role("button", name="Close").click()
    await stage.client.wait_closed()
    await expect(page.get_by_text("Nobody is connected.")).to_be_visible()
    await expect(page.get_by_role("button", name="Send frame")).to_be_disabled()


async def test_invocations_appear_with_cold_starts_marked(stage: Stage) -> None:
    await echo(stage, "first")
    await stage.gateway.events.wait(route="$default")  # its environment is free again
    await echo(stage, "second")
    rows = stage.page.locator("#invocations tr", has_text="$default")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("warm")
    await expect(rows.last).to_contain_text(re.compile(r"cold \d"))
    await expect(rows.first).to_contain_text("ok 200")
    await expect(stage.page.locator("#timeline rect.cold")).to_have_count(2)  # $connect and $default
    await expect(stage.page.locator("#environments tr", has_text="websocket_message").first).to_contain_text("idle")
    await stage.page.get_by_label("Filter").fill("$connect")
    await expect(stage.page.locator("#invocations tr")).to_have_count(1)


async def test_an_error_opens_to_its_traceback(stage: Stage) -> None:
    await echo(stage, "raise it")
    summary = stage.page.locator("summary", has_text="ValueError: secret detail")
    await summary.click()
    await expect(stage.page.locator("details pre")).to_contain_text("Traceback (most recent call last):")
    await expect(stage.page.locator("details pre")).to_contain_text("in message")
    # It stays open while the page goes on.
    await echo(stage, "raise again")
    await expect(stage.page.locator("details")).to_have_count(2)
    await expect(stage.page.locator("details[open]")).to_have_count(1)


async def test_a_function_at_work_is_shown_while_it_runs(stage: Stage, tmp_path: Path) -> None:
    await stage.client.send(f"wait {tmp_path / 'go'}")
    await expect(stage.page.locator("#timeline rect.running")).to_be_attached()
    await expect(stage.page.locator("#tile-environments")).to_contain_text("busy")
    (tmp_path / "go").touch()
    await stage.client.recv()
    await expect(stage.page.locator("#timeline rect.running")).to_have_count(0)


async def test_what_clients_send_is_text_and_nothing_else(stage: Stage) -> None:
    await expect(stage.page.locator("#connections tr")).to_contain_text(SCRIPT)
    assert await stage.page.locator("img").count() == 0


async def test_a_paused_page_stands_still_and_catches_up(stage: Stage) -> None:
    await stage.page.get_by_role("button", name="Pause").click()
    await expect(stage.page.locator("#link")).to_have_text("paused")
    await echo(stage, "unseen")
    await stage.gateway.events.wait(route="$default")
    await expect(stage.page.locator("#invocations tr", has_text="$default")).to_have_count(0)
    await stage.page.get_by_role("button", name="Go on").click()
    await expect(stage.page.locator("#invocations tr", has_text="$default")).to_have_count(1)


async def test_a_gateway_that_is_gone_is_said_to_be(stage: Stage) -> None:
    await stage.gateway.stop()
    await expect(stage.page.locator("#link")).to_have_text("not reachable")
    stage.surprises[:] = [each for each in stage.surprises if "ERR_CONNECTION_REFUSED" not in each]


async def test_it_fits_the_screen_in_light_and_dark(stage: Stage, browser: Browser) -> None:
    """Leaves a picture of each among the artifacts."""
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    schemes: tuple[Scheme, ...] = ("light", "dark")
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(stage.gateway.connect())
        await until(lambda: len(stage.gateway.connections) == 4)
        for text in ("one", "two", "raise it", "sleep 0.3", "three"):
            await echo(stage, text)
        for scheme in schemes:
            page = await open_page(browser, stack, stage.gateway.url, stage.surprises, scheme)
            await page.locator("summary").first.click()
            await page.get_by_role("button", name="Send…").first.click()
            for width in (600, 1280):
                await page.set_viewport_size({"width": width, "height": 1400})
                assert await page.evaluate(overflow) == 0
            await expect(page.locator("#timeline rect").first).to_be_attached()
            await page.screenshot(path=artifacts() / f"gateway-console-{scheme}.png")
