"""Routes below a prefix."""

from typing import Any

from chalice.app import AuthRequest, AuthResponse, Blueprint

things = Blueprint(__name__)


@things.authorizer()
def guard(auth: AuthRequest) -> AuthResponse:
    """Lets everybody in."""
    return AuthResponse(routes=["*"], principal_id=auth.token)


@things.route("/{name}", methods=["GET", "PUT"], cors=True)
def thing(name: str) -> dict[str, Any]:
    """One thing."""
    return {"thing": name, "method": things.current_request.method}


@things.route("/{name}/secret", authorizer=guard)
def secret(name: str) -> dict[str, Any]:
    """What not everybody knows of a thing."""
    return {"thing": name, "who": things.current_request.context["authorizer"]["principalId"]}
