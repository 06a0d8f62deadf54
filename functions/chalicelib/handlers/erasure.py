"""REST: deleting the caller's account, and taking the caller's data along."""

from chalicelib.domain.permissions import Operation
from chalicelib.handlers.accounts import no_cookie, own_account
from chalicelib.handlers.identities import shown as shown_identity
from chalicelib.handlers.messages import shown as shown_message
from chalicelib.handlers.reports import shown as shown_report
from chalicelib.handlers.rest import Answer, Call, Rest
from chalicelib.handlers.sessions import shown as shown_session
from chalicelib.limits import PAGE_MAX
from chalicelib.schemas.erasure import DeleteAccount, Export, ExportedMessages, ExportedRoom, PageOfExport

erasure = Rest(__name__)


@erasure.operation("POST", "/me/delete", body=DeleteAccount, status=204)
async def delete_account(call: Call, body: DeleteAccount) -> Answer:
    """Delete the caller's account: messages stay as those of a deleted user, personal data goes."""
    async with call.proof():
        await call.app.erasure.delete(call.user, body.password)
    return Answer(None, no_cookie())


@erasure.operation("GET", "/me/export", answer=Export)
async def export_account(call: Call) -> Export:
    """All there is of the caller but messages."""
    current = call.caller.session.id
    rooms = await call.app.rooms.of_user(call.user)
    return Export(
        me=own_account(await call.app.accounts.me(call.caller)),
        sessions=[shown_session(it, current) for it in await call.app.sessions.of_user(call.user)],
        identities=[shown_identity(it) for it in await call.app.identities.of_user(call.user)],
        rooms=[
            ExportedRoom(
                id=it.mine.room.id,
                kind=it.mine.room.kind.value,
                name=it.mine.room.name,
                topic=it.mine.room.topic,
                role=it.mine.role.value,
                peer=it.mine.peer,
                read_n=it.unread.marker.n,
            )
            for it in rooms
        ],
        reports=[shown_report(it) for it in await call.app.reports.of_user(call.user)],
        blocks=sorted((await call.app.blocks.of_user(call.user)).users),
        last_seen=await call.app.erasure.last_seen(call.user),
    )


@erasure.operation("GET", "/me/export/messages", query=PageOfExport, answer=ExportedMessages)
async def export_messages(call: Call, query: PageOfExport) -> ExportedMessages:
    """The caller's own messages in a room the caller is in, page by page."""
    await call.app.permissions.require(call.user, query.room, Operation.READ)
    rows, _, total = await call.app.history.page(query.room, None, query.after, PAGE_MAX)
    last = rows[-1].n if rows else total
    own = [shown_message(it) for it in rows if it.sender == call.user]
    return ExportedMessages(messages=own, next=last if last < total else None)
