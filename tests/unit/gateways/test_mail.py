"""Mail: over SMTP to a real server, by SES to moto."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
import pytest_asyncio
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from chalicelib.domain.letters import Letter, confirm_letter, link, moved_letter, reset_letter, taken_letter
from chalicelib.errors import Unavailable
from chalicelib.gateways.aws import Aws
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.mail import NoMail, SesMail, SmtpMail
from chalicelib.gateways.sigv4 import Scope
from infra.run.mailbox import Mail, Mailbox

LETTER = Letter("ada@example.org", "Grüße", "Hello,\n\n.a line that begins with a dot\nZoë 🙂\n")


@pytest_asyncio.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start()
    yield mailbox
    await mailbox.stop()


async def test_a_letter_arrives_over_smtp_as_it_was_written(mailbox: Mailbox) -> None:
    await SmtpMail(mailbox.smtp_url, "Parley <parley@example.org>").send(LETTER)
    assert list(mailbox.mails) == [Mail("parley@example.org", LETTER.to, LETTER.subject, LETTER.text)]


async def test_a_mail_server_that_is_away_is_unavailable(mailbox: Mailbox) -> None:
    url = mailbox.smtp_url
    await mailbox.stop()
    with pytest.raises(Unavailable) as refused:
        await SmtpMail(url, "parley@example.org").send(LETTER)
    assert LETTER.to not in refused.value.message


async def test_a_password_is_never_sent_where_there_is_no_tls(mailbox: Mailbox) -> None:
    url = mailbox.smtp_url.replace("smtp://", "smtp://user:secret@")
    with pytest.raises(Unavailable):
        await SmtpMail(url, "parley@example.org").send(LETTER)
    assert not mailbox.mails


@dataclass
class Received:
    """A handler of aiosmtpd that keeps what it got, and who logged in."""

    letters: list[str] = field(default_factory=list)
    logins: list[object] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.letters.extend(envelope.rcpt_tos)
        return "250 OK"

    def authenticate(
        self, server: object, session: object, envelope: object, mechanism: str, login: object
    ) -> AuthResult:
        self.logins.append(login)
        return AuthResult(success=True)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@asynccontextmanager
async def listening(protocol: Callable[[], SMTP], tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server on a free port; its host and port."""
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def test_with_a_password_the_connection_is_secured_first(trusted: ssl.SSLContext) -> None:
    received = Received()

    def protocol() -> SMTP:
        return SMTP(
            received,
            tls_context=trusted,
            require_starttls=True,
            auth_required=True,
            authenticator=received.authenticate,
            loop=asyncio.get_running_loop(),
        )

    async with listening(protocol) as where:
        await SmtpMail(f"smtp://us%40er:se%2Fcret@{where}", "parley@example.org").send(LETTER)
    assert received.letters == [LETTER.to]
    assert received.logins == [LoginPassword(b"us@er", b"se/cret")]


async def test_smtps_is_secure_from_the_first_byte(trusted: ssl.SSLContext) -> None:
    received = Received()
    loop = asyncio.get_running_loop()
    async with listening(lambda: SMTP(received, loop=loop), trusted) as where:
        await SmtpMail(f"smtps://{where}", "parley@example.org").send(LETTER)
    assert received.letters == [LETTER.to]


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of moto's SES, which knows the sender parley@example.org."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client("sesv2", region_name="us-east-1", endpoint_url=url)
    client.create_email_identity(EmailIdentity="parley@example.org")
    yield url
    client.close()
    server.stop()


async def test_a_letter_is_handed_to_ses_and_a_sender_it_does_not_know_is_unavailable(ses: str) -> None:
    aws = Aws(ses, Scope("us-east-1", "ses"), SystemClock())
    await SesMail(aws, "parley@example.org").send(LETTER)
    with pytest.raises(Unavailable):
        await SesMail(aws, "stranger@example.com").send(LETTER)
    aws.close()
    client = boto3.client("ses", region_name="us-east-1", endpoint_url=ses)
    assert client.get_send_quota()["SentLast24Hours"] == 1
    client.close()


async def test_where_no_mail_is_set_up_sending_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await NoMail().send(LETTER)


def test_a_token_travels_in_the_fragment_and_letters_hold_no_other_secret() -> None:
    url = link("https://chat.example.org", "reset", "secret")
    assert url == "https://chat.example.org/reset#token=secret"
    for letter in (reset_letter("a@b.example", "Ada", url), confirm_letter("a@b.example", "Ada", url)):
        assert letter.text.count("secret") == 1
    for letter in (taken_letter("a@b.example"), moved_letter("a@b.example", "Ada")):
        assert "#" not in letter.text
