"""One scene for each thing that can happen to somebody who watches a room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from chalice.test import Client

import app
from chalicelib import bootstrap
from tests.handlers.conftest import ROOT, Edge
from tests.parley import Person, World

Json = dict[str, Any]
THUMB: Final = "👍"
WHEN: Final = ("never", "before", "after")
"""When the room is flushed: never, before what happens, or right after it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the watcher loads: the first screen, the room's newest page and its members."""

    bootstrap: Json
    page: Json
    members: Json


@dataclass(frozen=True, slots=True)
class Scene:
    """What was loaded before, what was pushed since, what is loaded after."""

    name: str
    room: str
    yesterday: Screen
    pushes: list[Json]
    today: Screen


class Stage:
    """Ada's room, in which Grace, who watches, and Lin are, or will be; Grace has a second device."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.world = edge.world
        self.ada, self.grace, self.lin = (edge.person(name) for name in ("Ada", "Grace", "Lin"))
        self.room = edge.run(self.world.room(self.ada, self.grace, name="general"))
        self.sockets = {it.id: edge.run(self.world.socket(it)) for it in (self.ada, self.grace)}
        self.elsewhere = edge.run(self.world.socket(self.grace))

    def say(self, who: Person, text: str, **fields: object) -> None:
        """Say something; then some time passes, so that the room's head follows."""
        frame = {"action": "message.send", "id": self.world.id(), "room": self.room, "text": text, **fields}
        self.edge.frame(self.sockets[who.id] if who is self.ada else self.elsewhere, frame)
        self.pause()

    def call(self, who: Person, method: str, path: str, **body: object) -> None:
        """Do something over REST below the room's path."""
        answer = self.edge.call(method, f"/rooms/{self.room}{path}", body or {}, by=who)
        assert answer.status_code < 300, answer.body
        self.pause()

    def change(self, who: Person, method: str, path: str, **body: object) -> None:
        """Do something over REST that is known by an id."""
        self.call(who, method, path, id=self.world.id(), **body)

    def come_and_go(self, who: Person) -> None:
        """Join the room and leave it again."""
        self.call(who, "POST", "/join")
        self.call(who, "POST", "/leave")

    def mark(self, n: int, version: int) -> None:
        """Grace reads, or marks unread, on her other device."""
        frame = {"action": "read.mark", "id": self.world.id(), "room": self.room, "n": n, "version": version}
        self.edge.frame(self.elsewhere, frame)
        self.pause()

    def flush(self) -> None:
        """Flush the room."""
        self.edge.run(self.world.app.flush.room(self.room))

    def pause(self) -> None:
        """Heads are raised once a second."""
        self.world.clock.advance(2)

    def screen(self) -> Screen:
        """What Grace would load now."""
        paths = ("/bootstrap", f"/rooms/{self.room}/messages", f"/rooms/{self.room}/members")
        return Screen(*(self.edge.call("GET", path, by=self.grace).json_body for path in paths))

    def talk(self) -> None:
        """What was said before: five messages, with an answer, an edit, two mentions of Grace, a reaction."""
        self.say(self.ada, "one")
        self.say(self.ada, f"two, <@{self.grace.id}>")
        self.say(self.grace, "three", reply_to=1)
        self.mark(1, 0)
        self.change(self.ada, "PATCH", "/messages/1", text="one, again")
        self.change(self.ada, "POST", "/messages/3/reactions", emoji=THUMB)
        self.say(self.ada, f"four, <@{self.grace.id}>")
        self.say(self.ada, "five")


SCENES: Final[dict[str, Callable[[Stage], None]]] = {
    "message.created": lambda it: it.say(it.ada, "six", reply_to=3),
    "message.created, mentioning": lambda it: it.say(it.ada, f"six, <@{it.grace.id}>"),
    "message.created, by oneself elsewhere": lambda it: it.say(it.grace, "six"),
    "message.edited": lambda it: it.change(it.ada, "PATCH", "/messages/5", text="five, again"),
    "message.edited, mentioning": lambda it: it.change(it.ada, "PATCH", "/messages/5", text=f"five, <@{it.grace.id}>"),
    "message.edited, mentioning no more": lambda it: it.change(it.ada, "PATCH", "/messages/4", text="four"),
    "message.deleted": lambda it: it.change(it.ada, "POST", "/messages/3/delete"),
    "message.deleted, unread": lambda it: it.change(it.ada, "POST", "/messages/4/delete"),
    "reaction.added": lambda it: it.change(it.grace, "POST", "/messages/3/reactions", emoji=THUMB),
    "reaction.added, the first": lambda it: it.change(it.ada, "POST", "/messages/5/reactions", emoji=THUMB),
    "reaction.removed": lambda it: it.change(it.ada, "POST", "/messages/3/reactions", emoji=THUMB, on=False),
    "member.joined": lambda it: it.call(it.lin, "POST", "/join"),
    "member.left": lambda it: it.come_and_go(it.lin),
    "room.updated": lambda it: it.change(it.ada, "PATCH", "", name="everything", topic="and all"),
    "read.updated": lambda it: it.mark(4, 0),
    "read.updated, unread again": lambda it: it.mark(0, 1),
}
"""What happens, by the type of what it pushes and what is special about it."""


def play(edge: Edge, name: str, flushed: str) -> Scene:
    """Play one scene; `flushed` is one of WHEN."""
    stage = Stage(edge)
    stage.talk()
    if flushed == "before":
        stage.flush()
    yesterday = stage.screen()
    frames = stage.world.callbacks.frames[stage.sockets[stage.grace.id]]
    seen = len(frames)
    SCENES[name](stage)
    if flushed == "after":
        stage.flush()
    return Scene(name, stage.room, yesterday, frames[seen:], stage.screen())


@contextmanager
def stage_door() -> Iterator[Edge]:
    """The app's edges over services of their own, the same in each run."""
    world = World()
    bootstrap.install(world.app)
    with Client(app.app, stage_name="dev", project_dir=str(ROOT / "functions")) as client:
        yield Edge(world, client)


def recorded() -> list[Json]:
    """Every scene, flushed before: what is read comes from history and from the log."""
    scenes: list[Json] = []
    for name in SCENES:
        with stage_door() as edge:
            scenes.append(asdict(play(edge, name, "before")))
    return scenes
