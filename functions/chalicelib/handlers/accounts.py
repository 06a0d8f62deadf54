"""REST: registering, logging in and out, refreshing, tickets, the caller's own account."""

from typing import Final

from chalicelib.domain.accounts import Account
from chalicelib.domain.sessions import IDLE_US
from chalicelib.errors import Unauthenticated
from chalicelib.handlers.rest import Answer, Call, Rest, host_cookie
from chalicelib.limits import ACCESS_TOKEN_SECONDS, TICKET_SECONDS
from chalicelib.schemas.accounts import Granted, LogIn, Me, Register, Ticket
from chalicelib.schemas.base import Empty
from chalicelib.services.accounts import Tokens

COOKIE: Final = "__Host-refresh"

accounts = Rest(__name__)


@accounts.operation("POST", "/auth/register", body=Register, answer=Granted, status=201, public=True)
async def register(call: Call, body: Register) -> Answer:
    """Make an account and log it in."""
    return granted(await call.app.accounts.register(body.name, body.email, body.password, call.device, body.invite))


@accounts.operation("POST", "/auth/login", body=LogIn, answer=Granted, public=True)
async def log_in(call: Call, body: LogIn) -> Answer:
    """Log in by name or email."""
    return granted(await call.app.accounts.log_in(body.login, body.password, call.device, body.code))


@accounts.operation("POST", "/auth/refresh", body=Empty, answer=Granted, public=True)
async def refresh(call: Call) -> Answer:
    """New tokens for the refresh cookie."""
    token = call.cookie(COOKIE)
    if token is None:
        raise Unauthenticated("Log in first.")
    return granted(await call.app.accounts.refresh(token, call.device))


@accounts.operation("POST", "/auth/logout", body=Empty, status=204, public=True)
async def log_out(call: Call) -> Answer:
    """End the session of the refresh cookie; its sockets are closed when this returns."""
    await call.app.accounts.log_out(call.cookie(COOKIE))
    return Answer(None, no_cookie())


@accounts.operation("POST", "/auth/ticket", body=Empty, answer=Ticket)
async def issue_ticket(call: Call) -> Ticket:
    """A ticket that opens one socket, once."""
    return Ticket(ticket=await call.app.accounts.ticket(call.caller), expires_in=TICKET_SECONDS)


@accounts.operation("GET", "/me", answer=Me)
async def me(call: Call) -> Me:
    """The caller's own account."""
    return own_account(await call.app.accounts.me(call.caller))


def no_cookie() -> dict[str, str]:
    """The header that makes a browser forget the refresh token."""
    return {"Set-Cookie": host_cookie(COOKIE, "", 0)}


def own_account(account: Account) -> Me:
    """An account as its user sees it."""
    return Me(id=account.id, name=account.name, email=account.email, colour=account.colour, status=account.status)


def granted(tokens: Tokens) -> Answer:
    """A session that began or was refreshed, as its client is told."""
    body = Granted(access_token=tokens.access, expires_in=ACCESS_TOKEN_SECONDS, me=own_account(tokens.account))
    cookie = refresh_cookie(tokens)
    return Answer(body, {} if cookie is None else {"Set-Cookie": cookie})


def refresh_cookie(tokens: Tokens) -> str | None:
    """The cookie of a new refresh token. Without one another tab has just set one, and the browser keeps that."""
    return None if tokens.refresh is None else host_cookie(COOKIE, tokens.refresh, IDLE_US // 1_000_000)
