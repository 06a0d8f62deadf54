"""REST: the caller's second factor."""

from chalicelib.handlers.rest import Call, Rest
from chalicelib.schemas.second_factors import (
    BeginSecondFactor,
    ConfirmSecondFactor,
    RecoveryCodes,
    SecondFactorSetup,
    SecondFactorState,
    TurnOffSecondFactor,
)

second_factors = Rest(__name__)


@second_factors.operation("GET", "/me/second-factor", answer=SecondFactorState)
async def show_second_factor(call: Call) -> SecondFactorState:
    """Whether the caller's log-ins ask for a code."""
    left = await call.app.second_factors.codes_left(call.user)
    return SecondFactorState(on=left is not None, codes_left=left or 0)


@second_factors.operation("POST", "/me/second-factor", body=BeginSecondFactor, answer=SecondFactorSetup)
async def begin_second_factor(call: Call, body: BeginSecondFactor) -> SecondFactorSetup:
    """A new secret for an authenticator app; it counts once it was confirmed."""
    account = await call.app.accounts.me(call.caller)
    async with call.proof():
        setup = await call.app.second_factors.begin(call.user, account.name, body.password)
    return SecondFactorSetup(secret=setup.secret, uri=setup.uri)


@second_factors.operation("POST", "/me/second-factor/confirm", body=ConfirmSecondFactor, answer=RecoveryCodes)
async def confirm_second_factor(call: Call, body: ConfirmSecondFactor) -> RecoveryCodes:
    """Turn the second factor on with a first code; the recovery codes."""
    return RecoveryCodes(codes=await call.app.second_factors.confirm(call.user, body.code))


@second_factors.operation("POST", "/me/second-factor/off", body=TurnOffSecondFactor, status=204)
async def turn_off_second_factor(call: Call, body: TurnOffSecondFactor) -> None:
    """Turn the second factor off."""
    async with call.proof():
        await call.app.second_factors.turn_off(call.user, body.password, body.code)
