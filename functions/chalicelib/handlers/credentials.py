"""REST: passwords and email addresses; and the function that sends mails."""

from collections.abc import Mapping

from chalice.app import Blueprint

from chalicelib import runtime
from chalicelib.bootstrap import parley
from chalicelib.handlers.rest import Call, Rest
from chalicelib.schemas.credentials import AskReset, ChangeEmail, ChangePassword, ConfirmEmail, ResetPassword

credentials = Rest(__name__)
mailing = Blueprint(__name__)


@credentials.operation("POST", "/auth/reset", body=AskReset, status=204, public=True)
async def ask_reset(call: Call, body: AskReset) -> None:
    """Have a link to a new password sent; the answer is the same whether the address has an account or not."""
    await call.app.throttling.ask_mail(call.device.address)
    await call.app.recovery.ask_reset(body.email)


@credentials.operation("POST", "/auth/reset/confirm", body=ResetPassword, status=204, public=True)
async def reset_password(call: Call, body: ResetPassword) -> None:
    """Set a new password with the link's token; all sessions of the user are over when this returns."""
    await call.app.throttling.use_link(call.device.address)
    user = await call.app.recovery.reset(body.token, body.password)
    await call.app.throttling.trust(user, call.device.address)


@credentials.operation("POST", "/auth/email/confirm", body=ConfirmEmail, status=204, public=True)
async def confirm_email(call: Call, body: ConfirmEmail) -> None:
    """Confirm an email address with the link's token."""
    await call.app.throttling.use_link(call.device.address)
    await call.app.recovery.confirm_email(body.token)


@credentials.operation("POST", "/me/password", body=ChangePassword, status=204)
async def change_password(call: Call, body: ChangePassword) -> None:
    """Change the password; all other sessions of the caller are over when this returns."""
    async with call.proof():
        await call.app.passwords.change(call.user, call.caller.session.id, body.current, body.password)


@credentials.operation("POST", "/me/email", body=ChangeEmail, status=204)
async def change_email(call: Call, body: ChangeEmail) -> None:
    """Have a link sent to the caller's new email address, which counts once the link was opened."""
    async with call.proof():
        await call.app.recovery.ask_email(call.user, body.email, body.password, call.device.address)


@mailing.lambda_function()
def mail(event: Mapping[str, object], _context: object) -> dict[str, bool]:
    """Send a mail: invoked asynchronously, so that who asked for it cannot tell from the time whether there was one."""
    return {"sent": runtime.run(parley().recovery.write(event))}
