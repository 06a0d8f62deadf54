"""REST: who may register, and invitations."""

from chalicelib.domain.invites import Invite as DomainInvite
from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.schemas.base import Empty
from chalicelib.schemas.invites import CreateInvite, Invite, Invites, NewInvite, RegistrationRule

invites = Rest(__name__)


@invites.operation("GET", "/auth/registration", answer=RegistrationRule, public=True)
async def show_registration(call: Call) -> RegistrationRule:
    """Who may register."""
    return RegistrationRule(
        registration=(await call.app.accounts.registration()).value, provider=call.app.identities.provider_name
    )


@invites.operation("GET", "/invites", answer=Invites)
async def list_invites(call: Call) -> Invites:
    """Invitations to the workspace that still let somebody in."""
    return Invites(invites=[_shown(it) for it in await call.app.invites.usable(call.user)])


@invites.operation("POST", "/invites", body=CreateInvite, answer=NewInvite, status=201)
async def create_invite(call: Call, body: CreateInvite) -> NewInvite:
    """Invite people to the workspace."""
    made = await call.app.invites.create(call.user, body.hours, body.uses)
    return NewInvite(invite=_shown(made.invite), token=made.token)


@invites.operation("POST", "/invites/{invite}/revoke", body=Empty, status=204)
async def revoke_invite(call: Call, invite: str) -> None:
    """Make an invitation good for nothing."""
    await call.app.invites.revoke(call.user, path_id(invite))


def _shown(invite: DomainInvite) -> Invite:
    return Invite(
        id=invite.id,
        created_by=invite.created_by,
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        uses_left=invite.uses_left,
    )
