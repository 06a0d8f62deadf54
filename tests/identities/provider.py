"""A real OpenID provider (`oidc-provider`, in Node) on this machine, and people who sign in at it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import aiohttp

from infra.run.node import NODE, node_environment

CLIENT_ID: Final = "parley"
CLIENT_SECRET: Final = "known to the tests only"
SCRIPT: Final = Path(__file__).parent / "node" / "provider.mjs"
_SECONDS: Final = 20
_FORM: Final = re.compile(r'action="([^"]+)"')
_PROMPT: Final = re.compile(r'name="prompt" value="(\w+)"')
_STEPS: Final = 10
"""Pages and redirects between the provider's door and its way back: there are six."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A running provider that sends people back to one address."""

    issuer: str
    redirect_uri: str
    _process: asyncio.subprocess.Process

    async def replace_key(self) -> None:
        """Sign with a new key from now on; the one before is no longer published."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(b"\n")
        await stdin.drain()
        async with asyncio.timeout(_SECONDS):
            # The provider's own notices, of what it was set up without, come in between.
            while (line := await stdout.readline()) != b"replaced\n":
                assert line, "The provider ended."

    async def sign_in(self, address: str, login: str) -> str:
        """Where the browser of a person who signs in as `login`, and agrees to everything, is sent back to.

        `address` is that of an authorization request. Refusals come back there as well.
        """
        jar = aiohttp.CookieJar(unsafe=True)  # the provider's address is a number
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(_SECONDS)) as browser:
            form: dict[str, str] | None = None
            for _ in range(_STEPS):
                method = "GET" if form is None else "POST"
                async with browser.request(method, address, data=form, allow_redirects=False) as answer:
                    text, location = await answer.text(), answer.headers.get("Location")
                if location is not None:
                    address, form = urljoin(address, location), None
                    if address.startswith(self.redirect_uri):
                        return address
                    continue
                action, prompt = _FORM.search(text), _PROMPT.search(text)
                assert action is not None, text
                assert prompt is not None, text
                address = urljoin(address, action[1])
                form = {"prompt": prompt[1], "login": login, "password": "any"}
        raise AssertionError("The provider led nowhere.")


@asynccontextmanager
async def running(redirect_uri: str) -> AsyncIterator[Provider]:
    """A provider for as long as the context lasts."""
    assert (SCRIPT.parent / "node_modules" / "oidc-provider").is_dir(), f"Run `npm ci` in {SCRIPT.parent} first."
    process = await asyncio.create_subprocess_exec(
        NODE,
        SCRIPT,
        redirect_uri,
        CLIENT_ID,
        CLIENT_SECRET,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # warnings that it is set up for tests
        env=node_environment(),
    )
    try:
        assert process.stdout is not None
        issuer = (await asyncio.wait_for(process.stdout.readline(), _SECONDS)).decode().strip()
        assert issuer, "The provider did not start."
        yield Provider(issuer, redirect_uri, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), _SECONDS)
