"""Mail: over SMTP, or by Amazon SES (API version 2)."""

import asyncio
import json
import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from chalicelib.domain.letters import Letter
from chalicelib.errors import Unavailable
from chalicelib.gateways.aws import Aws

_SECONDS: Final = 10.0
_OK: Final = 200


class SmtpMail:
    """Implements gateways.base.Mail for `smtp://user:password@host:port` and `smtps://…` (TLS from the first byte).

    Over smtp:// STARTTLS is used where the server offers it, and asked for where there is a password to send.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Hand the letter to the server. Raises Unavailable."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, letter.to, letter.subject
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers
        message.set_content(letter.text)
        try:
            await asyncio.to_thread(self._deliver, message)
        except (smtplib.SMTPException, OSError) as error:
            # Without the error's text: servers repeat addresses in it.
            raise Unavailable(f"The mail server did not take the mail ({type(error).__name__}).") from error

    def _deliver(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        client = (
            smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=context)
            if self._tls
            else smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        )
        with client:
            client.ehlo()
            if not self._tls and (self._user or client.has_extn("starttls")):
                client.starttls(context=context)
                client.ehlo()
            if self._user:
                client.login(self._user, self._password)
            client.send_message(message)


class SesMail:
    """Implements gateways.base.Mail by SES's SendEmail (POST /v2/email/outbound-emails)."""

    def __init__(self, aws: Aws, sender: str) -> None:
        self._aws = aws
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Hand the letter to SES. Raises Unavailable."""
        content = {"Subject": _part(letter.subject), "Body": {"Text": _part(letter.text)}}
        request = {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [letter.to]},
            "Content": {"Simple": content},
        }
        body, headers = json.dumps(request).encode(), {"Content-Type": "application/json"}
        status = await self._aws.request("POST", "/v2/email/outbound-emails", body, headers)
        if status != _OK:
            raise Unavailable(f"SES did not take the mail (status {status}).")


class NoMail:
    """Implements gateways.base.Mail where none is set up."""

    async def send(self, letter: Letter) -> None:  # noqa: ARG002 - the Protocol's
        """Refuse. Raises Unavailable."""
        raise Unavailable("No mail is set up: see MAIL_URL in docs/operations.md.")


def _part(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
