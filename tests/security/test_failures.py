"""What happens when something fails. Numbers of requirements are those of OWASP ASVS 5."""

import pytest

from chalicelib.errors import Unavailable
from tests.parley import DEVICE, PASSWORD, World


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
async def test_28_while_a_store_is_away_nobody_is_let_in_and_all_are_told_to_try_again(
    world: World, store: str
) -> None:
    ada = await world.person("Ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    ticket = await world.app.accounts.ticket(ada.caller)
    getattr(world.stores, store).away = True
    rest = (
        lambda: world.app.accounts.log_in("Ada", PASSWORD, DEVICE),
        lambda: world.app.accounts.refresh(ada.refresh, DEVICE),
        lambda: world.app.accounts.authenticate(ada.access),
        lambda: world.app.accounts.log_out(ada.refresh),
    )
    sockets = (
        lambda: world.app.connections.open("other=", ticket),
        lambda: world.app.connections.authenticate(here),
        lambda: world.app.sending.receive(here, room, world.id(), "hello"),
        lambda: world.app.accounts.ticket(ada.caller),
    )
    for attempt in rest if store == "postgres" else sockets:
        with pytest.raises(Unavailable) as refused:
            await attempt()
        assert refused.value.retry
    assert not [it for it in world.callbacks.frames[here] if it["type"] == "ack"]
