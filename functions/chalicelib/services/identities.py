"""Identities: signing in with an account at an identity provider, and connecting one to an account here.

What is between two requests of a sign-in is sealed in a cookie of the browser that began it, so no other browser can
go on with it. A code of the provider is worth something once; so is, therefore, an answer that carries one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from chalicelib.config import ProviderSettings
from chalicelib.domain.accounts import Account, clean_email, key
from chalicelib.domain.digests import digest
from chalicelib.domain.identities import PENDING_SECONDS, Identity, NotLetIn, Profile, Refused, Step, names
from chalicelib.domain.invites import Registration
from chalicelib.errors import BadRequest, Conflict, Forbidden, NotFound, SecondFactorNeeded, Unauthenticated
from chalicelib.gateways.base import Clock, IdentityProvider, Ids, Seals
from chalicelib.limits import EMAIL_LENGTH
from chalicelib.repositories.base import IdentityRepository, UserRepository
from chalicelib.services.accounts import Accounts, Device, Tokens

_CALLBACK: Final = "/api/auth/identity/callback"
_NO_PASSWORD: Final = ""
_OVER: Final = "This sign-in has taken too long. Begin it again."


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what it keeps meanwhile."""

    address: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Return:
    """What the provider gave the browser to bring back."""

    state: str
    code: str | None
    issuer: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Who is known now and not let in yet: something is asked first."""

    step: Step
    sealed: str


class Outside(Protocol):
    """Built when first used: what they import takes 0.3 s, which only who signs in so waits for."""

    @property
    def provider(self) -> IdentityProvider: ...
    @property
    def seals(self) -> Seals: ...


class Identities:
    """Use cases around an identity provider. Where none is set up everything but the lists is refused."""

    def __init__(
        self,
        identities: IdentityRepository,
        users: UserRepository,
        accounts: Accounts,
        outside: Outside,
        clock: Clock,
        ids: Ids,
        settings: ProviderSettings | None,
        web_url: str,
    ) -> None:
        self._identities = identities
        self._users = users
        self._accounts = accounts
        self._outside = outside
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._redirect_uri = web_url + _CALLBACK

    @property
    def provider_name(self) -> str | None:
        """What the provider is called; None where there is none."""
        return None if self._settings is None else self._settings.name

    async def depart(self, invite: str | None, *, connect: bool) -> Departure:
        """Begin a sign-in, or with `connect` only the connecting to an account there is. Raises NotLetIn, NotFound."""
        if self._settings is None:
            raise NotFound("This Parley has no identity provider. Log in with a password.")
        state, nonce, verifier = (self._ids.secret() for _ in range(3))
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "invite": invite or "", "connect": connect}
        address = await self._outside.provider.address(self._redirect_uri, state, nonce, verifier)
        return Departure(address, self._seal(Step.PROVIDER, kept))

    async def arrive(self, sealed: str | None, back: Return, device: Device) -> Tokens | Unfinished:
        """Let in who comes back from the provider, or say what is asked first. Raises NotLetIn."""
        kept = self._open(Step.PROVIDER, sealed)
        if kept is None or kept["state"] != back.state:
            raise NotLetIn(Refused.EXPIRED)
        if not await self._outside.provider.answers_as(back.issuer):
            raise NotLetIn(Refused.FAILED)
        if back.error is not None or back.code is None:
            raise NotLetIn(Refused.CANCELLED if back.error == "access_denied" else Refused.FAILED)
        profile = await self._outside.provider.profile(
            back.code, self._redirect_uri, str(kept["nonce"]), str(kept["verifier"])
        )
        known = await self._identities.get(profile.issuer, profile.subject)
        account = None if known is None else await self._users.account(known.user)
        if known is not None and account is not None:
            return await self._let_in(account, known.id, device)
        return await self._meet(profile, device, str(kept["invite"]), connect=bool(kept["connect"]))

    async def enter(self, sealed: str | None, code: str, device: Device) -> Tokens:
        """Let in whom the provider knows, with the code of the second factor.

        Raises Unauthenticated when that was too long ago, or the identity was disconnected; BadCredentials and
        RateLimited.
        """
        kept = self._open(Step.CODE, sealed)
        account = None if kept is None else await self._users.account(str(kept["user"]))
        if kept is None or account is None or not await self._connected(account, str(kept["identity"])):
            raise Unauthenticated(_OVER)
        await self._accounts.check_code(account, code, device)
        tokens = await self._begin(account, str(kept["identity"]), device)
        if tokens is None:
            raise Unauthenticated(_OVER)
        return tokens

    def asked(self, user: str, sealed: str | None) -> str | None:
        """The email of the identity that waits for this user's consent; None if none does."""
        kept = self._open(Step.LINK, sealed)
        return str(kept["email"]) if kept is not None and kept["user"] == user else None

    async def connect(self, user: str, sealed: str | None) -> None:
        """Connect the identity that waits for the user's consent. Raises Forbidden if none does, and Conflict."""
        kept = self._open(Step.LINK, sealed)
        if kept is None or kept["user"] != user:
            raise Forbidden(_OVER)
        profile = Profile(str(kept["issuer"]), str(kept["subject"]), str(kept["email"]), verified=True, name="")
        await self._identities.add(self._identity(user, profile))

    async def of_user(self, user: str) -> list[Identity]:
        """The user's identities."""
        return await self._identities.of_user(user)

    async def disconnect(self, user: str, identity: str) -> None:
        """Forget an identity; once this returned, no session begins with it, and those there are go on.

        Raises NotFound, and Conflict where the user could not come in any more.
        """
        account = await self._users.account(user)
        if account is not None and not account.password_hash:
            raise Conflict("You have no password yet. Set one by “Forgot password?” on the log-in page first.")
        if not await self._identities.remove(user, identity):
            raise NotFound("You have no such account connected.")

    async def _meet(self, profile: Profile, device: Device, invite: str, *, connect: bool) -> Tokens | Unfinished:
        """Who comes for the first time: an account of the same email is theirs only if they can log in to it."""
        try:
            email = clean_email(profile.email)
        except BadRequest:
            raise NotLetIn(Refused.UNVERIFIED) from None
        if not profile.verified or len(email) > EMAIL_LENGTH:
            raise NotLetIn(Refused.UNVERIFIED)
        account = await self._users.by_login(key(email))
        if account is not None:
            kept = {"user": account.id, "issuer": profile.issuer, "subject": profile.subject, "email": email}
            return Unfinished(Step.LINK, self._seal(Step.LINK, kept))
        if connect:
            raise NotLetIn(Refused.OTHER_EMAIL)
        return await self._accounts.begin(await self._register(profile, email, invite), device)

    async def _let_in(self, account: Account, identity: str, device: Device) -> Tokens | Unfinished:
        try:
            await self._accounts.check_code(account, None, device)
        except SecondFactorNeeded:
            return Unfinished(Step.CODE, self._seal(Step.CODE, {"user": account.id, "identity": identity}))
        tokens = await self._begin(account, identity, device)
        if tokens is None:
            raise NotLetIn(Refused.EXPIRED)
        return tokens

    async def _begin(self, account: Account, identity: str, device: Device) -> Tokens | None:
        """Start a session; None, and it is over, if the identity was disconnected while it began."""
        tokens = await self._accounts.begin(account, device)
        if await self._connected(account, identity):
            return tokens
        await self._accounts.end(tokens.session)
        return None

    async def _connected(self, account: Account, identity: str) -> bool:
        return any(it.id == identity for it in await self._identities.of_user(account.id))

    async def _register(self, profile: Profile, email: str, invite: str) -> Account:
        rule = await self._accounts.registration()
        if rule is Registration.CLOSED:
            raise NotLetIn(Refused.CLOSED)
        if rule is Registration.INVITE and not invite:
            raise NotLetIn(Refused.INVITE)
        needed = digest(invite) if rule is Registration.INVITE else None
        for name in names(profile):
            account = Account(self._ids.ulid(), name, email, password_hash=_NO_PASSWORD)
            try:
                await self._users.add(account, self._clock.now(), needed, self._identity(account.id, profile))
            except Conflict as error:
                if error.details.get("field") != "name":
                    # The same person came twice at once: the next time they are known.
                    raise NotLetIn(Refused.EXPIRED) from error
            except Forbidden as error:
                raise NotLetIn(Refused.INVITE) from error
            else:
                return account
        raise NotLetIn(Refused.FAILED)

    def _identity(self, user: str, profile: Profile) -> Identity:
        now = self._clock.now()
        return Identity(self._ids.ulid(), user, profile.issuer, profile.subject, profile.email, now)

    def _seal(self, step: Step, kept: Mapping[str, object]) -> str:
        until = self._clock.now() + PENDING_SECONDS * 1_000_000
        return self._outside.seals.seal({"step": step.value, **kept}, until)

    def _open(self, step: Step, sealed: str | None) -> dict[str, object] | None:
        if not sealed or self._settings is None:
            return None
        kept = self._outside.seals.open(sealed, self._clock.now())
        return kept if kept is not None and kept["step"] == step.value else None
