"""The mailbox of `make run`: takes the mail Parley sends and shows it on a page instead of delivering it.

A real SMTP server (aiosmtpd) and a page, both on 127.0.0.1. The page's path has a secret in it: its links would let
other users of the machine, and pages in the same browser, into accounts.
"""

import asyncio
import html
import secrets
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Final

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT: Final = 100
"""Mails that are shown at most, the newest ones; in memory only."""

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<title>Mail - Parley</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 45rem; padding: 0 1rem }}
article {{ border: 1px solid #8888; border-radius: 8px; margin: 1rem 0; padding: 1rem }}
h2 {{ font-size: 1.1rem; margin: 0 }}
p {{ overflow-wrap: anywhere; white-space: pre-wrap }}
:root {{ color-scheme: light dark }}
</style>
<h1>Mail that would have been sent</h1>
{mails}
</html>
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it came over SMTP."""

    sender: str
    to: str
    subject: str
    text: str


class Mailbox:
    """The two servers. The newest mail comes first on the page and last in `mails`."""

    def __init__(self) -> None:
        self.mails: deque[Mail] = deque(maxlen=KEPT)
        self._secret = secrets.token_urlsafe(16)
        self._smtp: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None

    @property
    def smtp_url(self) -> str:
        """Where it takes mail. Raises RuntimeError before `start`."""
        if self._smtp is None:
            raise RuntimeError("The mailbox has not been started.")
        return f"smtp://127.0.0.1:{self._smtp.sockets[0].getsockname()[1]}"

    @property
    def page_url(self) -> str:
        """Where it shows mail. Raises RuntimeError before `start`."""
        if self._runner is None:
            raise RuntimeError("The mailbox has not been started.")
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/{self._secret}"

    async def start(self) -> None:
        """Listen on two free ports."""
        loop = asyncio.get_running_loop()
        self._smtp = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", ident="Parley mailbox", loop=loop), "127.0.0.1", 0
        )
        app = web.Application()
        app.router.add_get(f"/{self._secret}", self._show)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._smtp is not None:
            self._smtp.close()
            await self._smtp.wait_closed()
            self._smtp = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def to(self, address: str) -> list[Mail]:
        """The mails to the address, oldest first."""
        return [mail for mail in self.mails if mail.to == address]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        """Take a mail: aiosmtpd calls this once the client has sent all of it."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = message.get_body(("plain",))
        text = str(body.get_content()).replace("\r\n", "\n") if body is not None else ""
        for address in envelope.rcpt_tos:
            self.mails.append(Mail(str(envelope.mail_from), address, str(message["Subject"] or ""), text))
        return "250 OK"

    async def _show(self, _request: web.Request) -> web.Response:
        mails = "\n".join(_shown(mail) for mail in reversed(self.mails)) or "<p>None yet.</p>"
        return web.Response(text=_PAGE.format(mails=mails), content_type="text/html", headers=_HEADERS)


def _shown(mail: Mail) -> str:
    lines = (
        f'<a href="{html.escape(line)}">{html.escape(line)}</a>'
        if line.startswith(("http://localhost:", "http://127.0.0.1:"))
        else html.escape(line)
        for line in mail.text.splitlines()
    )
    body = "\n".join(lines)
    return f"<article><h2>{html.escape(mail.subject)}</h2>To {html.escape(mail.to)}<p>{body}</p></article>"
