"""What services need of the world beside the stores."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.identities import Profile
from chalicelib.domain.letters import Letter
from chalicelib.metrics import Metric


class Delivery(StrEnum):
    """How a post to a connection ended."""

    DELIVERED = "delivered"
    GONE = "gone"
    """410: the socket is closed, or still in its $connect."""
    THROTTLED = "throttled"
    """429: over a rate, or the client reads too slowly."""
    FAILED = "failed"
    """Any other answer, or none in time."""


class Callbacks(Protocol):
    """The API Gateway management API (`/@connections`) of the WebSocket stage."""

    async def post(self, connection: str, frame: bytes) -> Delivery:
        """Send a text frame of at most 128 KB to the connection."""

    async def close(self, connection: str) -> Delivery:
        """Close the connection; GONE if there was none."""

    async def exists(self, connection: str) -> bool | None:
        """Whether the gateway has the connection; None when it did not say."""


class Invoker(Protocol):
    """Invocation of the app's other functions."""

    async def invoke(self, function: str, payload: Mapping[str, object]) -> bool:
        """Queue an invocation of the function (by its short name); False if it was not accepted."""

    async def ask(self, function: str, payload: Mapping[str, object]) -> object:
        """Invoke the function and wait for what it returns.

        Raises Unavailable, with `details.retry_after`: soon where the function has as many invocations as it may have.
        """


class Metrics(Protocol):
    """Numbers for whoever watches over Parley."""

    def record(self, metric: Metric, value: float = 1) -> None:
        """Note a value, in the metric's unit. Never fails: what is watched must not depend on it."""

    def write(self) -> None:
        """Tell what was noted: called at the end of every invocation."""


class Clock(Protocol):
    """Time, injected."""

    def now(self) -> int:
        """Microseconds since 1970-01-01 UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that is never set."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Ids(Protocol):
    """Identifiers and secrets, injected."""

    def ulid(self) -> str:
        """A new ULID of now."""

    def secret(self) -> str:
        """256 random bits, URL-safe base 64 without padding."""


class SlowHash(Protocol):
    """The slow part of hashing a password. What it is given is 64 characters made from it, never the password."""

    async def hash(self, prepared: str, cost: int) -> str:
        """The hash to store. Raises Unavailable where there is no capacity for it now."""

    async def check(self, prepared: str, hashed: str) -> bool:
        """Whether it is the hash's. Raises Unavailable where there is no capacity for it now."""


class PasswordHasher(Protocol):
    """Password hashing; slow by design, never on the event loop's thread.

    `hash` and `verify` raise Unavailable where there is no capacity for them now: nothing was judged then.
    """

    async def hash(self, password: str) -> str:
        """The hash to store."""

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the hash's. None stands for an unknown account, costs the same, and is False."""

    def common(self, password: str) -> bool:
        """Whether it is among the most common passwords (OWASP ASVS 5, 6.2.4), case aside."""

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with a lower cost than is set now."""


class Mail(Protocol):
    """Sends mail."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter to whoever delivers it. Raises Unavailable; it may have been sent all the same."""


class Totp(Protocol):
    """Time-based one-time codes (RFC 6238), and how their secrets are stored."""

    def make(self) -> str:
        """A new secret, base 32."""

    def uri(self, secret: str, account: str) -> str:
        """What a QR code for authenticator apps says."""

    def seal(self, secret: str) -> str:
        """The secret for the store."""

    def unseal(self, sealed: str) -> str | None:
        """The secret again; None if the key it was sealed with is no longer there."""

    def outdated(self, sealed: str) -> bool:
        """Whether it was sealed with another key than is used now."""

    def step(self, secret: str, code: str, now: int) -> int | None:
        """The number of the 30 s since 1970 whose code it is: those of now, before or after; None if of neither."""


class AccessTokens(Protocol):
    """Short-lived bearer tokens of a session."""

    def issue(self, user: str, session: str, now: int, seconds: int) -> str:
        """A token for the session that ends `seconds` after `now` (microseconds)."""

    def read(self, token: str, now: int) -> tuple[str, str]:
        """The token's user and session. Raises Unauthenticated for any token that is not valid now."""


class IdentityProvider(Protocol):
    """A provider of identities (OpenID Connect), as it is set up. All raise domain.identities.NotLetIn."""

    async def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent to sign in."""

    async def answers_as(self, issuer: str | None) -> bool:
        """Whether an answer with this `iss` is the provider's (RFC 9207)."""

    async def profile(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Profile:
        """Who signed in: the code is exchanged, and the token's signature and claims are checked."""


class Seals(Protocol):
    """What browsers keep for us and can neither read nor change."""

    def seal(self, content: Mapping[str, object], until: int) -> str:
        """The content, sealed; fit for a cookie. `until` in microseconds."""

    def open(self, sealed: str, now: int) -> dict[str, object] | None:
        """What was sealed; None if it was not here, or its time is over."""
