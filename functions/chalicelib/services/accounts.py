"""Accounts and their sessions: register, log in, refresh, log out."""

from dataclasses import dataclass, replace
from typing import Final

from chalicelib.domain.accounts import Account, clean_email, clean_name, key
from chalicelib.domain.digests import digest
from chalicelib.domain.invites import Registration
from chalicelib.domain.sessions import ABSOLUTE_US, Refresh, Session, judge
from chalicelib.errors import BadCredentials, Forbidden, RateLimited, Unauthenticated, Unavailable
from chalicelib.gateways.base import AccessTokens, Clock, Ids, PasswordHasher
from chalicelib.limits import ACCESS_TOKEN_SECONDS
from chalicelib.origin import identify
from chalicelib.repositories.base import Pass, SessionRepository, UserRepository
from chalicelib.services.access import AccessChanges
from chalicelib.services.audit import Audit
from chalicelib.services.connections import Connections
from chalicelib.services.passwords import Passwords
from chalicelib.services.second_factors import SecondFactors
from chalicelib.services.throttling import Throttling

_ENDED: Final = "The session has ended. Log in again."
_WRONG: Final = "Name or password is not right."


@dataclass(frozen=True, slots=True)
class Device:
    """Where a log-in came from, as its user is shown it later."""

    agent: str
    address: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A session's tokens. `refresh` is None where the client has a newer one already."""

    session: str
    access: str
    refresh: str | None
    account: Account


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a REST request: a user, through a session that is alive."""

    user: str
    session: Session


class Accounts:
    """Use cases around accounts and sessions."""

    def __init__(
        self,
        users: UserRepository,
        sessions: SessionRepository,
        access: AccessChanges,
        connections: Connections,
        passwords: Passwords,
        second_factors: SecondFactors,
        throttling: Throttling,
        hasher: PasswordHasher,
        tokens: AccessTokens,
        clock: Clock,
        ids: Ids,
        registration: Registration,
        audit: Audit,
    ) -> None:
        self._audit = audit
        self._registration = registration
        self._users = users
        self._sessions = sessions
        self._access = access
        self._connections = connections
        self._passwords = passwords
        self._second_factors = second_factors
        self._throttling = throttling
        self._hasher = hasher
        self._tokens = tokens
        self._clock = clock
        self._ids = ids

    async def registration(self) -> Registration:
        """Who may register now: the first one always may."""
        return self._registration if await self._users.any() else Registration.OPEN

    async def register(self, name: str, email: str, password: str, device: Device, invite: str | None = None) -> Tokens:
        """Make an account and log it in. Raises BadRequest, Conflict with the field that is taken, Forbidden and
        RateLimited.
        """
        await self._throttling.register(device.address)
        rule = await self.registration()
        if rule is Registration.CLOSED:
            raise Forbidden("Nobody can register here. Ask whoever runs this Parley.")
        if rule is Registration.INVITE and not invite:
            raise Forbidden("Registering needs an invitation. Open the link of one.")
        hashed = await self._passwords.new_hash(password)
        account = Account(
            id=self._ids.ulid(),
            name=clean_name(name),
            email=clean_email(email),
            password_hash=hashed,
        )
        needed = digest(invite) if invite and rule is Registration.INVITE else None
        await self._users.add(account, self._clock.now(), needed)
        return await self.begin(account, device)

    async def check_code(self, account: Account, code: str | None, device: Device) -> None:
        """Refuse a log-in without a code, or with a wrong one, where the account has a second factor.

        Raises SecondFactorNeeded, BadCredentials and RateLimited; the last two are in the audit log.
        """
        try:
            await self._second_factors.check(account.id, code, device.address)
        except (BadCredentials, RateLimited):
            await self._audit.login_refused(account.id, "code")
            raise

    async def log_in(self, login: str, password: str, device: Device, code: str | None = None) -> Tokens:
        """Start a session. Raises BadCredentials, after the same work whether the account exists or not.

        Once the password is right, also SecondFactorNeeded, for users who have a second factor, and Forbidden where
        the account is disabled. RateLimited comes before, to whoever guesses; and Unavailable, where there is no
        capacity to look at the password now.
        """
        login = key(login.strip())
        account = await self._users.by_login(login)
        await self._throttling.log_in(login, account.id if account else None, device.address)
        try:
            right = await self._hasher.verify(password, (account.password_hash or None) if account else None)
        except Unavailable:
            await self._throttling.not_judged(login, device.address)
            raise
        if not right or account is None:
            await self._audit.login_refused(account.id if account else None, "password")
            raise BadCredentials(_WRONG)
        await self._throttling.logged_in(login, device.address)
        await self.check_code(account, code, device)
        if self._hasher.outdated(account.password_hash):
            account = await self._renew_hash(account, password)
        tokens = await self.begin(account, device)
        await self._recheck(account, tokens.session, password)
        return tokens

    async def refresh(self, token: str, device: Device) -> Tokens:
        """New tokens for a refresh token. Raises Unauthenticated; a token used before ends its session."""
        id_, _, secret = token.partition(".")
        now = self._clock.now()
        session = await self._sessions.get(id_)
        if session is None or not session.alive(now):
            raise Unauthenticated(_ENDED)
        renewed: str | None = None
        presented = digest(secret)
        verdict = judge(session, presented, now)
        if verdict is Refresh.CURRENT:
            renewed = self._ids.secret()
            rotated = await self._sessions.rotate(
                session.id, presented, digest(renewed), now, device.agent, device.address
            )
            if not rotated:
                renewed = None  # another tab was faster; its cookie is the one to keep
        elif verdict is Refresh.REUSED:
            await self.end(session.id)
            raise Unauthenticated(_ENDED)
        account = await self._users.account(session.user)
        if account is None:
            raise Unauthenticated(_ENDED)
        return self._tokens_for(account, session.id, renewed)

    async def log_out(self, token: str | None) -> None:
        """End the session the refresh token is of; once this returned, nothing of it works. Never refuses."""
        id_, _, secret = (token or "").partition(".")
        session = await self._sessions.get(id_)
        if session is not None and digest(secret) in {session.refresh_digest, session.previous_digest}:
            identify(session.user)
            await self.end(session.id)

    async def authenticate(self, token: str) -> Caller:
        """Who the access token stands for, its session asked for in the store. Raises Unauthenticated."""
        now = self._clock.now()
        user, id_ = self._tokens.read(token, now)
        session = await self._sessions.get(id_)
        if session is None or session.user != user or not session.alive(now):
            raise Unauthenticated(_ENDED)
        return Caller(user, session)

    async def me(self, caller: Caller) -> Account:
        """The caller's own account."""
        account = await self._users.account(caller.user)
        if account is None:
            raise Unauthenticated(_ENDED)
        return account

    async def ticket(self, caller: Caller) -> str:
        """A ticket for one socket of this session; makes sure that the socket's side knows the user."""
        await self._access.ensure(caller.user)
        return await self._connections.issue_ticket(
            Pass(user=caller.user, session=caller.session.id, session_expires=caller.session.expires_at)
        )

    async def begin(self, account: Account, device: Device) -> Tokens:
        """Start a session for somebody who has proved to be the account's user."""
        now = self._clock.now()
        secret = self._ids.secret()
        session = Session(
            id=self._ids.ulid(),
            user=account.id,
            refresh_digest=digest(secret),
            previous_digest=None,
            rotated_at=now,
            expires_at=now + ABSOLUTE_US,
            revoked=False,
        )
        await self._access.apply([await self._sessions.add(session, now, device.agent, device.address)])
        return self._tokens_for(account, session.id, secret)

    async def end(self, session: str) -> None:
        """End a session; once this returned, nothing of it works."""
        if (change := await self._sessions.revoke(session)) is not None:
            await self._access.apply([change])

    async def _renew_hash(self, account: Account, password: str) -> Account:
        """The account with a hash as they are made now; left to the next log-in if there is no capacity for it."""
        try:
            hashed = await self._hasher.hash(password)
        except Unavailable:
            return account
        await self._users.set_password_hash(account.id, hashed)
        return replace(account, password_hash=hashed)

    async def _recheck(self, account: Account, session: str, password: str) -> None:
        """End a session whose password was replaced while it began: what ended the others did not see it."""
        current = await self._users.account(account.id)
        if current is not None and current.password_hash == account.password_hash:
            return
        try:
            right = current is not None and await self._hasher.verify(password, current.password_hash or None)
        except Unavailable:
            await self.end(session)
            raise
        if not right:
            await self.end(session)
            raise BadCredentials(_WRONG)

    def _tokens_for(self, account: Account, session: str, secret: str | None) -> Tokens:
        access = self._tokens.issue(account.id, session, self._clock.now(), ACCESS_TOKEN_SECONDS)
        return Tokens(session, access, f"{session}.{secret}" if secret is not None else None, account)
