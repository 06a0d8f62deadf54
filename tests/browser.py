"""A Chromium for the end-to-end tests, found or installed.

In this order: $CHROMIUM, one on PATH, Debian's package (installed where the user is root), and the one inside the npm
package `@sparticuz/chromium`, which needs no rights and only libraries that are nearly everywhere.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from infra.run.node import NODE, node_environment

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FRONTEND = Path(__file__).parents[1] / "frontend"
_UNPACK = "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath());"
_INSTALL_SECONDS = 600

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What to start it with: it runs as root in containers, and talks to nobody but Parley."""


class NoBrowserError(Exception):
    """No Chromium was found, and none could be installed."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The end-to-end tests need Chromium ({reason}): install it, or set CHROMIUM to the path of one."
        )


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A Chromium without a window. Raises NoBrowserError."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield browser
        await browser.close()


@cache
def chromium() -> Path:
    """The path of an executable. Raises NoBrowserError."""
    return find(os.environ) or _from_debian() or locked_chromium()


def find(environment: Mapping[str, str]) -> Path | None:
    """The browser that is there already, if any. Raises NoBrowserError when $CHROMIUM names none."""
    if named := environment.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise NoBrowserError(f"CHROMIUM={named} is not a program")
        return Path(named)
    found = (shutil.which(name, path=environment.get("PATH")) for name in _NAMES)
    return next((Path(path) for path in found if path), None)


def _from_debian() -> Path | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(command, env=environment, capture_output=True, timeout=_INSTALL_SECONDS, check=False)
    return find({"PATH": os.environ.get("PATH", os.defpath)})


def locked_chromium() -> Path:
    """The path of the executable that frontend/package-lock.json names. Raises NoBrowserError."""
    result = subprocess.run(
        [NODE, "--input-type=module", "--eval", _UNPACK],
        cwd=_FRONTEND,
        env=node_environment(),
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    path = Path(result.stdout.strip() or os.devnull)
    if result.returncode != 0 or not path.is_file():
        raise NoBrowserError("and @sparticuz/chromium is not there either")
    return path
