"""Mentions, in memory."""

from collections.abc import Iterable, Mapping

from tests.fakes.server import FakeServer


class FakeMentions:
    """MentionRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._noted: dict[tuple[str, int], tuple[int, frozenset[str]]] = {}

    @property
    def stored(self) -> dict[tuple[str, int], tuple[int, frozenset[str]]]:
        """Of which event and whom, by room and message."""
        return dict(self._noted)

    async def note(self, room: str, n: int, users: Iterable[str], seq: int) -> None:
        await self._server.reached("mentions.note")
        if (room, n) not in self._noted or self._noted[room, n][0] < seq:
            self._noted[room, n] = seq, frozenset(users)

    async def erase(self, room: str) -> None:
        await self._server.reached("mentions.erase")
        self._noted = {place: noted for place, noted in self._noted.items() if place[0] != room}

    async def after(self, user: str, markers: Mapping[str, int]) -> dict[str, list[int]]:
        await self._server.reached("mentions.after")
        found: dict[str, list[int]] = {}
        for (room, n), (_, users) in sorted(self._noted.items()):
            if user in users and room in markers and n > markers[room]:
                found.setdefault(room, []).append(n)
        return found
