"""`$disconnect` when many leave at once."""

import asyncio

from infra.gateway import Limits
from infra.gateway.pool.functions import TooManyRequestsError
from infra.gateway.shell import departures
from infra.gateway.shell.departures import Departures
from infra.gateway.shell.integration import Integration
from infra.gateway.shell.patience import Answered
from tests.gateway.conftest import Records, StartGateway, until

CROWD = 250


class FakeIntegration(Integration):
    """Takes as many as `room` says, and keeps them until the test answers."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.started: list[str] = []
        self.open: list[Answered] = []

    def start(
        self,
        function: str,
        payload: bytes,
        origin: str,
        answered: Answered,
        connection_id: str = "",
        trace_id: str = "",
    ) -> None:
        if len(self.open) >= self.room:
            raise TooManyRequestsError("ConcurrentInvocationLimitExceeded")
        self.started.append(connection_id)
        self.open.append(answered)


def leave(crowd: Departures, number: int) -> None:
    for each in range(number):
        crowd.send("f", b"{}", str(each))


async def test_a_bounded_number_is_under_way_and_the_others_follow_in_order() -> None:
    integration = FakeIntegration(room=10_000)
    crowd = Departures(integration, asyncio.get_running_loop())
    leave(crowd, CROWD)
    assert len(integration.started) == departures.AT_ONCE
    while integration.open:
        integration.open.pop()(None)
    assert integration.started == [str(each) for each in range(CROWD)]


async def test_a_throttled_one_is_sent_again() -> None:
    integration = FakeIntegration(room=1)
    crowd = Departures(integration, asyncio.get_running_loop())
    leave(crowd, 3)
    assert integration.started == ["0"]
    integration.room = 3
    await until(lambda: len(integration.started) == 3)
    assert integration.started == ["0", "1", "2"]


async def test_none_is_sent_after_the_end() -> None:
    integration = FakeIntegration(room=1)
    crowd = Departures(integration, asyncio.get_running_loop())
    leave(crowd, 2)
    crowd.close()
    leave(crowd, 2)
    integration.open.pop()(None)
    assert integration.started == ["0"]


async def test_a_crowd_that_leaves_at_once_beyond_the_concurrency_loses_no_disconnect(
    start_gateway: StartGateway, records: Records
) -> None:
    gateway = await start_gateway("sockets", limits=Limits(concurrency=3, environments=2))
    clients = [await gateway.connect() for _ in range(20)]
    for client in clients:
        client.transport.abort()
    assert len(await records.wait("disconnect", 20)) == 20
