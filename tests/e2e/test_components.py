"""All components in all their states, compared with pictures of how they looked.

The pictures are the same on every machine: the browser and the fonts are of frontend/package-lock.json.
"""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from infra.run.node import NODE, NPM, node_environment
from tests.browser import ARGUMENTS, locked_chromium
from tests.e2e.visitor import Theme
from tests.system import ROOT, artifacts

FRONTEND: Final = ROOT / "frontend"
BUILT: Final = FRONTEND / "node_modules" / ".components"
REFERENCES: Final = Path(__file__).parent / "components"
ADDRESS: Final = "http://components.invalid"
THE_SAME_EVERYWHERE: Final = ("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb")
NOON: Final = "2026-01-05T12:00:30Z"
"""Half a minute after the moment that the components' worlds begin with."""


def run_node(*command: str | Path) -> str:
    """What Node prints in the web app's folder."""
    done = subprocess.run(
        [NODE, *command], cwd=FRONTEND, env=node_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def page_of_components() -> Path:
    """The folder that the page of components was built in."""
    run_node(NPM, "run", "--silent", "components-build")
    return BUILT


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def locked_browser() -> AsyncIterator[Browser]:
    """The Chromium that the lock file names."""
    async with async_playwright() as playwright:
        arguments = [*ARGUMENTS, *THE_SAME_EVERYWHERE]
        browser = await playwright.chromium.launch(executable_path=locked_chromium(), args=arguments)
        yield browser
        await browser.close()


async def open_page(browser: Browser, theme: Theme, folder: Path) -> Page:
    """The page as it is at noon, with everything that it loads."""

    async def serve(route: Route) -> None:
        file = folder / route.request.url.removeprefix(f"{ADDRESS}/")
        await route.fulfill(path=file)

    context = await browser.new_context(
        viewport={"width": 760, "height": 800}, color_scheme=theme, locale="en-GB", timezone_id="Europe/Paris"
    )
    page = await context.new_page()
    await page.clock.set_fixed_time(NOON)
    await page.route("**/*", serve)
    await page.goto(f"{ADDRESS}/components/index.html", wait_until="networkidle")
    await page.evaluate("document.fonts.ready")
    await page.evaluate("document.activeElement.blur()")
    await expect(page.locator("[data-kind=keyword]").first).to_be_attached()
    return page


async def take_pictures(page: Page, folder: Path) -> None:
    """One of each section, and one of each dialog."""
    for section in await page.locator("[data-section]").all():
        name = await section.get_attribute("data-section")
        await section.screenshot(path=folder / f"{name}.png", animations="disabled")
    for button in await page.locator("[data-dialog]").all():
        name = await button.get_attribute("data-dialog")
        await button.click()
        dialog = page.get_by_role("dialog")
        await dialog.screenshot(path=folder / f"dialog-{name}.png", animations="disabled")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_components_look_as_they_did(theme: Theme, locked_browser: Browser, page_of_components: Path) -> None:
    actual, beside = (artifacts() / "components" / f"{kind}-{theme}" for kind in ("actual", "differences"))
    for folder in (actual, beside):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    page = await open_page(locked_browser, theme, page_of_components)
    await take_pictures(page, actual)
    await page.context.close()
    expected = REFERENCES / theme
    found = json.loads(run_node("components/compare.mjs", expected, actual, beside))
    if os.environ.get("COMPONENTS") == "accept":
        run_node("components/accept.mjs", actual, expected, *(name for name, _ in found))
        found = json.loads(run_node("components/compare.mjs", expected, actual, beside))
    assert found == [], f"Look at {beside}. If that is how they should look: make components-accept"
