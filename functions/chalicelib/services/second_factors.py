"""Second factors: set up, asked for at log-in, taken away."""

from dataclasses import dataclass
from typing import Final

from chalicelib.domain.digests import digest
from chalicelib.domain.second_factors import RECOVERY_CODES, SecondFactor, clean_code, recovery_code
from chalicelib.errors import BadCredentials, BadRequest, Conflict, SecondFactorNeeded
from chalicelib.gateways.base import Clock, Ids, Totp
from chalicelib.repositories.base import SecondFactorRepository
from chalicelib.services.passwords import Passwords
from chalicelib.services.throttling import Throttling, too_many

_WRONG: Final = "The code is not right, or was used before. Wait for the next one."


@dataclass(frozen=True, slots=True)
class Setup:
    """A new secret, as text and as the URI a QR code shows."""

    secret: str
    uri: str


class SecondFactors:
    """Use cases around time-based codes and recovery codes."""

    def __init__(
        self,
        factors: SecondFactorRepository,
        passwords: Passwords,
        throttling: Throttling,
        totp: Totp,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._factors = factors
        self._passwords = passwords
        self._throttling = throttling
        self._totp = totp
        self._clock = clock
        self._ids = ids

    async def codes_left(self, user: str) -> int | None:
        """How many recovery codes the user has left; None without a second factor."""
        factor = await self._confirmed(user)
        return None if factor is None else factor.codes_left

    async def begin(self, user: str, name: str, password: str) -> Setup:
        """A secret, which counts once a code of it was given to `confirm`. Raises BadCredentials and Conflict."""
        await self._passwords.require(user, password)
        secret = self._totp.make()
        if not await self._factors.begin(user, self._totp.seal(secret)):
            raise Conflict("You have a second factor already. Turn it off first.")
        return Setup(secret, self._totp.uri(secret, name))

    async def confirm(self, user: str, code: str) -> list[str]:
        """Turn the second factor on; the recovery codes, which nobody is told again. Raises as `check` does."""
        factor = await self._factors.get(user)
        if factor is None or factor.confirmed:
            raise Conflict("There is no second factor to be confirmed.")
        await self._judge(user, factor, clean_code(code), recovery=False)
        codes = [recovery_code(self._ids.secret()) for _ in range(RECOVERY_CODES)]
        if not await self._factors.confirm(user, [digest(it) for it in codes]):
            raise Conflict("The second factor was confirmed already.")
        return codes

    async def turn_off(self, user: str, password: str, code: str) -> None:
        """Take the second factor away. Raises BadCredentials, RateLimited and BadRequest."""
        await self._passwords.require(user, password)
        factor = await self._confirmed(user)
        if factor is None:
            raise BadRequest("You have no second factor.", {"fields": ["code"]})
        await self._judge(user, factor, clean_code(code), recovery=True)
        await self._factors.remove(user)

    async def check(self, user: str, code: str | None, address: str) -> None:
        """Refuse a log-in from this address, whose password was right, without a code where one is needed.

        Raises SecondFactorNeeded, BadCredentials for a code that is wrong or was used, and RateLimited.
        """
        factor = await self._confirmed(user)
        if factor is None:
            return
        if not code:
            raise SecondFactorNeeded("Enter the code of your authenticator app, or a recovery code.")
        async with self._throttling.code(address):
            await self._judge(user, factor, clean_code(code), recovery=True)

    async def _confirmed(self, user: str) -> SecondFactor | None:
        factor = await self._factors.get(user)
        return factor if factor is not None and factor.confirmed else None

    async def _judge(self, user: str, factor: SecondFactor, code: str, *, recovery: bool) -> None:
        # Counted before it is judged: guesses made at once must not all pass while none has failed yet.
        if wait := await self._factors.attempt(user, self._clock.now()):
            raise too_many("wrong codes", -(-wait // 1_000_000))
        secret = self._totp.unseal(factor.sealed)
        step = None if secret is None else self._totp.step(secret, code, self._clock.now())
        if secret is not None and step is not None and await self._factors.accept(user, step):
            if self._totp.outdated(factor.sealed):
                await self._factors.reseal(user, factor.sealed, self._totp.seal(secret))
            return
        if not recovery or not await self._factors.use_recovery_code(user, digest(code)):
            raise BadCredentials(_WRONG)
