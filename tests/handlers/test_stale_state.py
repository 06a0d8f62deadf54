"""What a client loaded yesterday, with the pushes since, is what it would load today: for every type of push.

The web app's own code does the same with the same scenes, in frontend/src/shared/realtime/stale-state.test.ts.
"""

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import Any, Final

import pytest

from chalicelib.domain.log import EventType
from tests.handlers.conftest import Edge
from tests.recording.__main__ import FILE
from tests.recording.scenes import SCENES, WHEN, Scene, Screen, play

Json = dict[str, Any]
PUSHED: Final = {*EventType, "read.updated"}


class Reader:
    """The simplest client there can be: what it has loaded, and what each push makes of it."""

    def __init__(self, screen: Screen) -> None:
        self.bootstrap, self.page = deepcopy(screen.bootstrap), deepcopy(screen.page)
        self.members: list[Json | str] = list(screen.members["members"])
        """As they were loaded; who came since by id only: who that is, is asked for."""
        self.room: Json = self.bootstrap["rooms"][0]

    @property
    def screen(self) -> Screen:
        """What it shows. Unread mentions are counted: all messages are loaded."""
        me, read = self.bootstrap["me"]["id"], self.room["read_n"]
        self.room["mentions"] = sum(it["n"] > read and me in it["mentions"] for it in self.page["messages"])
        self.page |= {"as_of": self.room["seq"], "n": self.room["n"]}
        return Screen(self.bootstrap, self.page, {"members": self.members})

    def take(self, push: Json) -> None:
        """Apply a push."""
        if push["type"] == "read.updated":
            self.room |= {"read_n": push["n"], "read_version": push["version"]}
            return
        assert push["seq"] == self.room["seq"] + 1
        self.room |= {"seq": push["seq"], "n": push["n"]}
        match push["type"]:
            case "message.created":
                bare: Json = {"edited_at": None, "deleted_at": None, "reactions": []}
                self.page["messages"].append({**{name: push[name] for name in push if name != "type"}, **bare})
            case "member.joined":
                self.members.append(push["user"])
            case "member.left":
                self.members.remove(push["user"])
            case "room.updated":
                self.room |= {"name": push["name"], "topic": push["topic"]}
            case _:
                self._change(self.page["messages"][push["target"] - 1], push)

    def _change(self, message: Json, push: Json) -> None:
        match push["type"]:
            case "message.edited":
                message |= {"text": push["text"], "mentions": sorted(push["mentions"]), "edited_at": push["ts"]}
            case "message.deleted":
                message |= {"text": "", "mentions": [], "reactions": [], "deleted_at": push["ts"]}
            case "reaction.added" | "reaction.removed":
                users = {it["emoji"]: set(it["users"]) for it in message["reactions"]}
                of_emoji = users.setdefault(push["emoji"], set())
                (of_emoji.add if push["type"] == "reaction.added" else of_emoji.discard)(push["sender"])
                message["reactions"] = [{"emoji": it, "users": sorted(users[it])} for it in sorted(users) if users[it]]


def ids_of(members: Iterable[Json | str]) -> set[str]:
    """Members by id."""
    return {it if isinstance(it, str) else it["user"]["id"] for it in members}


@pytest.mark.parametrize("flushed", WHEN)
@pytest.mark.parametrize("name", SCENES)
def test_yesterdays_state_with_the_pushes_since_is_todays(edge: Edge, name: str, flushed: str) -> None:
    scene: Scene = play(edge, name, flushed)
    reader = Reader(scene.yesterday)
    for push in scene.pushes:
        reader.take(push)
    shown, today = reader.screen, scene.today
    assert shown.page == today.page
    assert shown.bootstrap["rooms"] == today.bootstrap["rooms"]
    assert ids_of(shown.members["members"]) == ids_of(today.members["members"])
    assert scene.yesterday != today


def test_there_is_a_scene_for_every_type_of_push() -> None:
    recorded = json.loads(FILE.read_text())
    assert {push["type"] for scene in recorded for push in scene["pushes"]} == PUSHED
    assert [scene["name"] for scene in recorded] == list(SCENES)
