"""REST: invite links."""

from chalicelib.domain.invite_links import InviteLink as DomainInviteLink
from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.handlers.rooms import shown_room
from chalicelib.schemas.invite_links import AcceptInviteLink, InviteLink, InviteLinks, MadeInviteLink, MakeInviteLink
from chalicelib.schemas.rooms import Room

invite_links = Rest(__name__)


@invite_links.operation("POST", "/rooms/{room}/invites", body=MakeInviteLink, answer=MadeInviteLink, status=201)
async def make_invite_link(call: Call, room: str, body: MakeInviteLink) -> MadeInviteLink:
    """Make an invite link into a room."""
    invite, token = await call.app.invite_links.make(call.user, path_id(room), body.expires_in, body.uses)
    return MadeInviteLink(invite=_shown(invite), token=token)


@invite_links.operation("GET", "/rooms/{room}/invites", answer=InviteLinks)
async def list_invite_links(call: Call, room: str) -> InviteLinks:
    """A room's invite links that can be used."""
    return InviteLinks(invites=[_shown(it) for it in await call.app.invite_links.of_room(call.user, path_id(room))])


@invite_links.operation("POST", "/rooms/{room}/invites/{invite}/revoke", status=204)
async def revoke_invite_link(call: Call, room: str, invite: str) -> None:
    """End an invite link."""
    await call.app.invite_links.revoke(call.user, path_id(room), path_id(invite))


@invite_links.operation("POST", "/invites/accept", body=AcceptInviteLink, answer=Room)
async def accept_invite_link(call: Call, body: AcceptInviteLink) -> Room:
    """Join a room by an invite link."""
    await call.app.throttling.use_link(call.device.address)
    room = await call.app.invite_links.accept(call.user, body.token)
    return shown_room(await call.app.rooms.mine(call.user, room))


def _shown(invite: DomainInviteLink) -> InviteLink:
    return InviteLink(
        id=invite.id,
        created_by=invite.created_by,
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        uses_left=invite.uses_left,
    )
