"""Puts a choice of the pictures that the tests leave into the documents: python -m tests.e2e.screens

What has emoji is left out: how they look is up to the machine.
"""

import asyncio
import base64
from typing import Final

from playwright.async_api import Page, async_playwright

from tests.browser import ARGUMENTS, locked_chromium
from tests.e2e.visitor import SCREENS
from tests.system import ROOT, artifacts

PICTURES: Final = ROOT / "docs" / "images" / "screens"
DOCUMENT: Final = ROOT / "docs" / "screens.md"
CHOICE: Final = {
    "Logging in": "log-in",
    "Registering, with mistakes": "register-errors",
    "Nothing open yet": "welcome",
    "A room": "room",
    "Its members": "members",
    "The list, with something unread": "list",
    "Creating a room": "create-room",
    "Browsing rooms": "browse-rooms",
    "A new direct message": "new-direct-message",
    "A link to a room of others": "not-a-member",
    "Without a connection": "offline",
    "Settings": "settings",
    "Reporting a message": "report",
    "Administration: people": "administration-people",
    "Administration: rooms": "administration-rooms",
    "Administration: reports": "administration-reports",
    "Administration: what was done": "administration-audit",
    "Administration: health": "administration-health",
}
"""The pictures of each screen by their names, and what they show."""

_TO_WEBP: Final = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const webp = await canvas.convertToBlob({ type: "image/webp", quality: 0.75 });
  return btoa(Array.from(new Uint8Array(await webp.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
}"""


async def shrink(page: Page, name: str) -> None:
    """Write a picture of the tests as WebP."""
    png = (artifacts() / "screenshots" / f"{name}.png").read_bytes()
    webp = await page.evaluate(_TO_WEBP, base64.b64encode(png).decode())
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(webp))


def document() -> str:
    """The page that shows them."""
    names = [screen.name for screen in SCREENS]
    lines = ["# Screens", "", "Made by the tests in real browsers: `make screenshots` makes them anew."]
    for title, page in CHOICE.items():
        shown = (f"![{title}, {name}](images/screens/{page}-{name}.webp)" for name in names)
        lines += ["", f"## {title}", "", f"| {' | '.join(names)} |", "|---|---|---|", f"| {' | '.join(shown)} |"]
    return "\n".join(lines) + "\n"


async def main() -> None:
    """Write all of them, and nothing else beside them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=locked_chromium(), args=list(ARGUMENTS))
        page = await browser.new_page()
        for name in CHOICE.values():
            for screen in SCREENS:
                await shrink(page, f"{name}-{screen.name}")
        await browser.close()
    DOCUMENT.write_text(document())


if __name__ == "__main__":
    asyncio.run(main())
