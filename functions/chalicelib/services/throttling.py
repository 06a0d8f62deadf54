"""Throttling of whoever guesses, counted before any password is hashed or any code is compared.

Counts are kept by digests of names and addresses, so that the store has neither. Each attempt is counted before it is
judged, which many at once cannot get around, and given back when it turns out to be right.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chalicelib.domain.digests import digest
from chalicelib.domain.throttles import (
    CODE,
    LOG_IN_ACCOUNT,
    LOG_IN_ADDRESS,
    LOG_IN_PAIR,
    MOVE,
    NOTICE,
    PROOF,
    REGISTER,
    REPORT,
    RESET,
    TOKEN,
    TRUST_US,
    Throttle,
    network,
)
from chalicelib.errors import BadCredentials, RateLimited
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import AttemptRepository, SessionRepository
from chalicelib.services.concurrency import aside

_NOBODY: Final = ""


class Throttling:
    """Refuses what is tried too often, with RateLimited, and says when it may be tried again."""

    def __init__(self, attempts: AttemptRepository, sessions: SessionRepository, clock: Clock) -> None:
        self._attempts = attempts
        self._sessions = sessions
        self._clock = clock

    async def log_in(self, login: str, user: str | None, address: str) -> None:
        """Count a log-in with this key of a name or email; `user` is whose it is, None if nobody's.

        What is counted for an account from everywhere refuses only where its user is not known: nobody else can keep
        a user out of the places that he or she is at. Names are counted as they are given, so that no count tells
        which name and email are of one account, or whether there is one.
        """
        if (where := network(address)) is None:
            return
        await self._count(LOG_IN_ADDRESS, where)
        await self._count(LOG_IN_PAIR, login, where)
        if not await self._known(user, where):
            await self._count(LOG_IN_ACCOUNT, login)

    async def logged_in(self, login: str, address: str) -> None:
        """Take back what `log_in` counted: the password was right."""
        if (where := network(address)) is None:
            return
        now = self._clock.now()
        await self._attempts.forget(digest(LOG_IN_PAIR.key(login, where, now=now)))
        await self._attempts.give_back(digest(LOG_IN_ADDRESS.key(where, now=now)))
        await self._attempts.give_back(digest(LOG_IN_ACCOUNT.key(login, now=now)))

    async def not_judged(self, login: str, address: str) -> None:
        """Take back what `log_in` counted for the address: nobody looked at the password, so nothing was learned.

        Not what it may have counted for the account from everywhere: whether it did is not known any more, and one too
        many taken back would be a guess more for somebody else.
        """
        if (where := network(address)) is None:
            return
        now = self._clock.now()
        await self._attempts.give_back(digest(LOG_IN_ADDRESS.key(where, now=now)))
        await self._attempts.give_back(digest(LOG_IN_PAIR.key(login, where, now=now)))

    async def trust(self, user: str, address: str) -> None:
        """Know the user at this address: a password was set from there with what only the user was sent."""
        if (where := network(address)) is not None:
            await self._attempts.note(_trust(user, where), self._clock.now() + TRUST_US)

    @asynccontextmanager
    async def proof(self, session: str, address: str) -> AsyncIterator[None]:
        """Around what asks for the current password, in a session at this address: a wrong one counts.

        By session, so that one that was stolen cannot keep its user's others waiting, and with the address's log-ins.
        """
        async with self._guess(PROOF, session), self._guess(LOG_IN_ADDRESS, network(address)):
            yield

    @asynccontextmanager
    async def code(self, address: str) -> AsyncIterator[None]:
        """Around the judgement of a second factor's code that came from this address: a wrong one counts."""
        async with self._guess(CODE, network(address), instead=""):
            yield

    async def register(self, address: str) -> None:
        """Count an attempt to register, invited or not."""
        await self._count_address(REGISTER, address)

    async def ask_mail(self, address: str) -> None:
        """Count a mail that was asked for."""
        await self._count_address(RESET, address)

    async def move(self, user: str, address: str) -> None:
        """Count a mail to what is to be the user's email, asked for from this address."""
        await self._count(MOVE, user, what="mails", instead="")
        await self.ask_mail(address)

    async def notice(self, user: str) -> bool:
        """Count a mail that tells the user of what somebody else asked for; False if it is one too many to send."""
        try:
            await self._count(NOTICE, user)
        except RateLimited:
            return False
        return True

    async def use_link(self, address: str) -> None:
        """Count the use of a link's token."""
        await self._count_address(TOKEN, address)

    async def report(self, user: str) -> None:
        """Count a report of a message."""
        await self._count(REPORT, user, what="reports", instead="")

    async def _known(self, user: str | None, where: str) -> bool:
        # The same work for an account that does not exist.
        now = self._clock.now()
        sessions = await self._sessions.of_user(user or _NOBODY, now)
        trusted = await self._attempts.noted(_trust(user or _NOBODY, where), now)
        return trusted or any(network(it.address) == where for it in sessions)

    async def _count_address(self, throttle: Throttle, address: str) -> None:
        if (where := network(address)) is not None:
            await self._count(throttle, where)

    @asynccontextmanager
    async def _guess(self, throttle: Throttle, part: str | None, **words: str) -> AsyncIterator[None]:
        """Count an attempt, and take it back unless it turns out to be a wrong guess. None is not counted."""
        if part is None:
            yield
            return
        key = await self._count(throttle, part, **words)
        wrong = False
        try:
            yield
        except BadCredentials:
            wrong = True
            raise
        finally:
            if not wrong:
                await aside("giving an attempt back", self._attempts.give_back(key))

    async def _count(
        self,
        throttle: Throttle,
        *parts: str,
        what: str = "attempts",
        instead: str = ", or set a new password by mail",
    ) -> str:
        """Count an attempt; what it was counted under. Raises RateLimited."""
        now = self._clock.now()
        key = digest(throttle.key(*parts, now=now))
        if not await self._attempts.take(key, throttle.attempts, throttle.ends(now)):
            raise too_many(what, throttle.seconds_left(now), instead)
        return key


def too_many(what: str, seconds: int, instead: str = "") -> RateLimited:
    """The refusal of one too many, which may be tried again in so many seconds; `instead` is what else helps."""
    message = f"Too many {what}. Try again in {-(-seconds // 60)} min{instead}."
    return RateLimited(message, retry_after=seconds)


def _trust(user: str, where: str) -> str:
    return digest(f"trust\0{user}\0{where}")
