"""How often a child is started again; on a fake child, so that no time passes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.run.errors import ServiceEnded, ServiceKeepsEnding
from infra.run.restarts import MOST_ENDS, WITHIN_SECONDS, keep_running

LOG = Path("logs/fake.log")


class FakeChild:
    """Has ended whenever somebody looks."""

    def __init__(self) -> None:
        self.was_killed = False

    async def wait(self) -> int:
        return 1

    def kill(self) -> None:
        self.was_killed = True


class FakeService:
    """Starts at once; ready, or not, as told."""

    name = "The fake"
    log = LOG

    def __init__(self, *, becomes_ready: bool = True) -> None:
        self.child = FakeChild()
        self.children = [self.child]
        self._becomes_ready = becomes_ready

    async def start(self) -> None:
        self.child = FakeChild()
        self.children.append(self.child)

    async def ready(self) -> None:
        if not self._becomes_ready:
            raise ServiceEnded(self.name, self.log)


def _clock(*times: float) -> Iterator[float]:
    yield from times


async def test_a_service_that_keeps_ending_is_given_up_with_a_sentence_that_names_its_log() -> None:
    service, said = FakeService(), list[str]()
    with pytest.raises(ServiceKeepsEnding) as failure:
        await keep_running(service, said.append)
    assert str(failure.value) == (
        f"The fake ended 3 times within a minute, so Parley stops: the end of {LOG} says why."
    )
    assert len(service.children) == MOST_ENDS
    again = f"The fake ended unexpectedly, starting it again (see {LOG})"
    assert said == [again, "The fake runs again"] * (MOST_ENDS - 1)


async def test_ends_that_are_far_apart_are_forgotten() -> None:
    service = FakeService()
    times = _clock(0, 1, WITHIN_SECONDS, WITHIN_SECONDS + 1, WITHIN_SECONDS + 2)
    with pytest.raises(ServiceKeepsEnding):
        await keep_running(service, lambda _: None, now=lambda: next(times))
    assert len(service.children) == 5


async def test_a_service_that_does_not_become_ready_is_killed_and_counted() -> None:
    service, said = FakeService(becomes_ready=False), list[str]()
    with pytest.raises(ServiceKeepsEnding):
        await keep_running(service, said.append)
    assert [child.was_killed for child in service.children] == [False, True, True]
    assert "The fake runs again" not in said
