"""REST: signing in with an identity provider, and the identities of the caller."""

from typing import Final

from chalicelib.domain.identities import PENDING_SECONDS, NotLetIn, Step
from chalicelib.domain.identities import Identity as DomainIdentity
from chalicelib.handlers.accounts import granted, refresh_cookie
from chalicelib.handlers.rest import Answer, Call, Rest, host_cookie, path_id
from chalicelib.schemas.accounts import Granted
from chalicelib.schemas.base import Empty
from chalicelib.schemas.identities import Arrive, Depart, EnterCode, Identities, Identity
from chalicelib.services.identities import Return, Unfinished

COOKIE: Final = "__Host-identity"

identities = Rest(__name__)


@identities.operation("GET", "/auth/identity/start", query=Depart, status=302, public=True)
async def start_identity(call: Call, query: Depart) -> Answer:
    """Send the browser to the identity provider."""
    try:
        departure = await call.app.identities.depart(query.invite, connect=query.connect is not None)
    except NotLetIn as refusal:
        return _go(_refused(refusal), _cookie("", 0))
    return _go(departure.address, _cookie(departure.sealed, PENDING_SECONDS))


@identities.operation("GET", "/auth/identity/callback", query=Arrive, status=302, public=True)
async def finish_identity(call: Call, query: Arrive) -> Answer:
    """Let in who comes back from the identity provider, and send the browser to the web app."""
    back = Return(query.state, query.code, query.iss, query.error)
    try:
        outcome = await call.app.identities.arrive(call.cookie(COOKIE), back, call.device)
    except NotLetIn as refusal:
        return _go(_refused(refusal), _cookie("", 0))
    if isinstance(outcome, Unfinished):
        path = "/?identity=code" if outcome.step is Step.CODE else "/?identity=connect"
        return _go(path, _cookie(outcome.sealed, PENDING_SECONDS))
    return _go("/", _cookie("", 0), refresh_cookie(outcome))


@identities.operation("POST", "/auth/identity/code", body=EnterCode, answer=Granted, public=True)
async def enter_identity(call: Call, body: EnterCode) -> Answer:
    """Log in with the code of the second factor, after the identity provider."""
    tokens = await call.app.identities.enter(call.cookie(COOKIE), body.code, call.device)
    answer = granted(tokens)
    return Answer(answer.body, {"Set-Cookie": _all(_cookie("", 0), refresh_cookie(tokens))})


@identities.operation("GET", "/me/identities", answer=Identities)
async def list_identities(call: Call) -> Identities:
    """The caller's accounts at the identity provider."""
    found = call.app.identities
    return Identities(
        provider=found.provider_name,
        identities=[shown(it) for it in await found.of_user(call.user)],
        asked=found.asked(call.user, call.cookie(COOKIE)),
    )


@identities.operation("POST", "/me/identities", body=Empty, status=204)
async def connect_identity(call: Call) -> Answer:
    """Connect the account at the identity provider that waits for the caller's consent."""
    await call.app.identities.connect(call.user, call.cookie(COOKIE))
    return Answer(None, {"Set-Cookie": _cookie("", 0)})


@identities.operation("POST", "/me/identities/decline", body=Empty, status=204)
async def decline_identity(_call: Call) -> Answer:
    """Do not connect the account that waits for the caller's consent."""
    return Answer(None, {"Set-Cookie": _cookie("", 0)})


@identities.operation("POST", "/me/identities/{identity}/disconnect", body=Empty, status=204)
async def disconnect_identity(call: Call, identity: str) -> None:
    """Disconnect an account at the identity provider from the caller's."""
    await call.app.identities.disconnect(call.user, path_id(identity))


def shown(identity: DomainIdentity) -> Identity:
    """An identity as its user sees it."""
    return Identity(id=identity.id, email=identity.email, created_at=identity.created_at)


def _go(address: str, *cookies: str | None) -> Answer:
    # The web app's own paths only, and the provider's: nothing of the request leads anywhere.
    return Answer(None, {"Location": address, "Set-Cookie": _all(*cookies), "Referrer-Policy": "no-referrer"})


def _all(*cookies: str | None) -> list[str]:
    return [it for it in cookies if it is not None]


def _refused(refusal: NotLetIn) -> str:
    return f"/?identity={refusal.why.value}"


def _cookie(value: str, seconds: int) -> str:
    # Lax: the provider sends the browser back by a link, and a strict cookie would stay at home.
    return host_cookie(COOKIE, value, seconds, same_site="Lax")
