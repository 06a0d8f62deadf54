"""Recovery: what is proved by reading a mail, a new password or another email address.

Mails are written by a function that is invoked asynchronously and looks the account up itself: the request that asks
for one does the same work, and takes the same time, whether there is such an account or not (OWASP ASVS 5, 6.3.8).
"""

import logging
from collections.abc import Mapping

from chalicelib.domain.accounts import Account, clean_email, key
from chalicelib.domain.credentials import OneTimeToken, Purpose
from chalicelib.domain.digests import digest
from chalicelib.domain.letters import Letter, confirm_letter, link, moved_letter, reset_letter, taken_letter
from chalicelib.errors import BadRequest, Forbidden, ParleyError, Unavailable
from chalicelib.gateways.base import Clock, Ids, Invoker, Mail
from chalicelib.repositories.base import CredentialRepository, UserRepository
from chalicelib.services.access import AccessChanges
from chalicelib.services.passwords import Passwords
from chalicelib.services.throttling import Throttling

FUNCTION = "mail"
_SPENT = "This link was used before or has run out. Ask for a new one."

log = logging.getLogger("parley.recovery")


class Recovery:
    """Password resets and confirmed email addresses."""

    def __init__(
        self,
        users: UserRepository,
        credentials: CredentialRepository,
        access: AccessChanges,
        passwords: Passwords,
        throttling: Throttling,
        invoker: Invoker,
        mail: Mail,
        clock: Clock,
        ids: Ids,
        *,
        web_url: str,
        sends_mail: bool,
    ) -> None:
        self._users = users
        self._credentials = credentials
        self._access = access
        self._passwords = passwords
        self._throttling = throttling
        self._invoker = invoker
        self._mail = mail
        self._clock = clock
        self._ids = ids
        self._web_url = web_url
        self._sends_mail = sends_mail

    async def ask_reset(self, email: str) -> None:
        """Have a link to a new password sent, if there is such an account. Raises Forbidden and Unavailable."""
        await self._queue({"purpose": Purpose.RESET.value, "email": clean_email(email)})

    async def ask_email(self, user: str, email: str, password: str, address: str) -> None:
        """Have a link sent to what is to be the user's email; `address` is the network address of whoever asks.

        Raises BadCredentials, BadRequest, RateLimited, Forbidden and Unavailable.
        """
        await self._passwords.require(user, password)
        request = {"purpose": Purpose.EMAIL.value, "email": clean_email(email), "user": user}
        await self._throttling.move(user, address)
        await self._queue(request)

    async def write(self, request: Mapping[str, object]) -> bool:
        """Send the mail that was asked for; False if there is none to send. Raises Unavailable: try again."""
        email, purpose = str(request["email"]), Purpose(str(request["purpose"]))
        known = await self._users.by_login(key(email))
        if purpose is Purpose.RESET:
            return known is not None and await self._send_link(known, purpose, known.email)
        account = await self._users.account(str(request["user"]))
        if account is None:
            return False
        if known is not None and known.id != account.id:
            if not await self._throttling.notice(known.id):
                return False
            await self._mail.send(taken_letter(known.email))
            return True
        return await self._send_link(account, purpose, email)

    async def reset(self, token: str, password: str) -> str:
        """Set the password of whoever was sent the token, whose id is returned; all their sessions are over then.

        Raises BadRequest for a password that is refused and for a token that is not, or no longer, good.
        """
        hashed = await self._passwords.new_hash(password)
        outcome = await self._credentials.reset_password(digest(token), hashed, self._clock.now())
        if outcome is None:
            raise BadRequest(_SPENT, {"fields": ["token"]})
        if outcome.change is not None:
            await self._access.apply([outcome.change])
        return outcome.user

    async def confirm_email(self, token: str) -> None:
        """Make the address the token was sent to the account's. Raises BadRequest, and Conflict if it is taken."""
        moved = await self._credentials.confirm_email(digest(token), self._clock.now())
        if moved is None:
            raise BadRequest(_SPENT, {"fields": ["token"]})
        if key(moved.before) != key(moved.after):
            await self._tell(moved_letter(moved.before, moved.name))

    async def _queue(self, request: Mapping[str, object]) -> None:
        if not self._sends_mail:
            raise Forbidden("This Parley sends no mail. Ask whoever runs it.")
        if not await self._invoker.invoke(FUNCTION, request):
            raise Unavailable("No mail can be sent at the moment. Try again in a minute.")

    async def _send_link(self, account: Account, purpose: Purpose, email: str) -> bool:
        secret = self._ids.secret()
        token = OneTimeToken(digest(secret), account.id, purpose, email, self._clock.now())
        if not await self._credentials.add_token(token):
            log.warning("a user was sent too many links of kind %s lately", purpose.value)
            return False
        url = link(self._web_url, purpose.value, secret)
        letter = reset_letter if purpose is Purpose.RESET else confirm_letter
        try:
            await self._mail.send(letter(email, account.name, url))
        except ParleyError:
            # What nobody was sent must not count against the next attempt.
            await self._credentials.drop_token(token.digest)
            raise
        return True

    async def _tell(self, letter: Letter) -> None:
        try:
            await self._mail.send(letter)
        except ParleyError as error:
            log.warning("a notice was not sent: %s", error)
