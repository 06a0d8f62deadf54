"""REST: the caller's sessions, and ending them."""

from chalicelib.domain.sessions import OpenSession as DomainSession
from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.schemas.base import Empty
from chalicelib.schemas.sessions import OpenSession, OpenSessions

sessions = Rest(__name__)


@sessions.operation("GET", "/sessions", answer=OpenSessions)
async def list_sessions(call: Call) -> OpenSessions:
    """The caller's living sessions: device, address, last use."""
    current = call.caller.session.id
    found = await call.app.sessions.of_user(call.user)
    return OpenSessions(sessions=[shown(it, current) for it in found])


@sessions.operation("POST", "/sessions/end-others", body=Empty, status=204)
async def end_other_sessions(call: Call) -> None:
    """End all sessions of the caller but this one; their sockets are closed when this returns."""
    await call.app.sessions.end_others(call.user, call.caller.session.id)


@sessions.operation("POST", "/sessions/{session}/end", body=Empty, status=204)
async def end_session(call: Call, session: str) -> None:
    """End a session of the caller; its sockets are closed when this returns."""
    await call.app.sessions.end(call.user, path_id(session))


def shown(session: DomainSession, current: str) -> OpenSession:
    """A session as its user sees it; `current` is the id of the one the request came with."""
    return OpenSession(
        id=session.session.id,
        agent=session.agent,
        address=session.address,
        created_at=session.created_at,
        used_at=session.session.rotated_at,
        expires_at=session.session.deadline,
        current=session.session.id == current,
    )
