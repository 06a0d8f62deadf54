"""The page that shows what would have been sent."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from chalicelib.domain.letters import Letter
from chalicelib.gateways.mail import SmtpMail
from infra.run.mailbox import KEPT, Mailbox


@pytest_asyncio.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start()
    yield mailbox
    await mailbox.stop()


async def page(mailbox: Mailbox) -> str:
    async with aiohttp.ClientSession() as http, http.get(mailbox.page_url) as answer:
        assert answer.status == 200
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return await answer.text()


async def test_mails_are_shown_as_text_with_links_to_this_machine_only(mailbox: Mailbox) -> None:
    assert "None yet" in await page(mailbox)
    text = "<script>alert(1)</script>\nhttp://localhost:8000/reset#token=abc\nhttps://evil.example/\n"
    await SmtpMail(mailbox.smtp_url, "parley@localhost").send(Letter("ada@example.org", "<b>Hello</b>", text))
    shown = await page(mailbox)
    assert "&lt;script&gt;" in shown
    assert "&lt;b&gt;Hello" in shown
    assert "<script>" not in shown
    assert shown.count("<a href=") == 1
    assert '<a href="http://localhost:8000/reset#token=abc">' in shown
    assert [it.subject for it in mailbox.to("ada@example.org")] == ["<b>Hello</b>"]


async def test_the_page_is_at_an_address_nobody_can_guess(mailbox: Mailbox) -> None:
    origin = mailbox.page_url.rpartition("/")[0]
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/mail"):
            async with http.get(origin + path) as answer:
                assert answer.status == 404


async def test_only_the_newest_mails_are_kept(mailbox: Mailbox) -> None:
    mail = SmtpMail(mailbox.smtp_url, "parley@localhost")
    for number in range(KEPT + 1):
        await mail.send(Letter("ada@example.org", f"number {number}", "text"))
    assert [it.subject for it in mailbox.mails] == [f"number {number}" for number in range(1, KEPT + 1)]
