"""REST: bad input of every kind gets the one shape, never a 5xx or a stack trace."""

import json

import pytest

from chalicelib import bootstrap
from tests.handlers.conftest import Edge
from tests.parley import PASSWORD, World

ROOM = "01ARYZ6S41TSV4RRFFQ69G5FAV"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b"\xff\xfe",
        b"[" * 10_000,
        json.dumps({"name": 1, "email": "a@b.c", "password": PASSWORD}).encode(),
        json.dumps({"name": {"$ne": None}, "email": "a@b.c", "password": PASSWORD}).encode(),
        json.dumps({"name": "Ada", "email": "a@b.c", "password": PASSWORD, "role": "owner"}).encode(),
        json.dumps({"name": "Ada", "email": "a@b.c", "password": "short"}).encode(),
        json.dumps({"name": "x" * 41, "email": "a@b.c", "password": PASSWORD}).encode(),
        json.dumps({"name": "Ada", "email": "no address", "password": PASSWORD}).encode(),
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_refused(edge: Edge, raw: bytes) -> None:
    error = edge.refused(edge.call("POST", "/auth/register", raw=raw), 400, "bad_request")
    assert isinstance(error["details"]["fields"], list)
    assert PASSWORD not in json.dumps(error)


@pytest.mark.parametrize(
    "path",
    [
        f"/rooms/{ROOM}/messages?limit=0",
        f"/rooms/{ROOM}/messages?limit=101",
        f"/rooms/{ROOM}/messages?limit=ten",
        f"/rooms/{ROOM}/messages?before=0",
        f"/rooms/{ROOM}/messages?around=5",
        f"/rooms/{ROOM}/events",
        f"/rooms/{ROOM}/events?after=-1",
        "/users",
        "/users?q=a&ids=b",
        "/users?ids=a,b",
        "/rooms/public?q=" + "x" * 101,
    ],
)
def test_a_query_that_is_not_what_it_should_be_is_refused(edge: Edge, path: str) -> None:
    edge.refused(edge.call("GET", path, by=edge.person("Ada")), 400, "bad_request")


@pytest.mark.parametrize("id_", ["x", "$ne", ROOM.lower(), "%00", ROOM + "0"])
def test_a_path_that_cannot_name_anything_is_not_found(edge: Edge, id_: str) -> None:
    ada = edge.person("Ada")
    for path in (f"/rooms/{id_}", f"/rooms/{id_}/members", f"/rooms/{id_}/messages", f"/rooms/{id_}/presence"):
        edge.refused(edge.call("GET", path, by=ada), 404, "not_found")


def test_a_room_nobody_made_and_one_of_others_look_the_same(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    theirs = edge.run(edge.world.room(grace))
    for suffix in ("", "/members", "/messages", "/presence", "/events?after=0"):
        answers = [edge.call("GET", f"/rooms/{room}{suffix}", by=ada) for room in (ROOM, theirs)]
        edge.refused(answers[0], 403, "not_member")
        assert answers[0].body == answers[1].body


def test_other_media_types_and_methods_are_refused_in_the_same_shape(edge: Edge) -> None:
    edge.refused(edge.call("POST", "/auth/refresh", {}, headers={"Content-Type": "text/plain"}), 415, "bad_request")


def test_a_mistake_of_ours_shows_nothing_of_itself(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = edge.person("Ada")

    async def broken(*_: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr(edge.world.app.rooms, "of_user", broken)
    error = edge.refused(edge.call("GET", "/rooms", by=ada), 500, "internal")
    assert "secret" not in json.dumps(error)
    assert "Traceback" not in json.dumps(error)


def test_a_store_that_is_away_is_said_with_a_status_that_means_later(edge: Edge) -> None:
    ada = edge.person("Ada")
    edge.world.stores.postgres.away = True
    edge.refused(edge.call("GET", "/rooms", by=ada), 503, "unavailable")


def test_health_names_the_store_that_is_away(edge: Edge) -> None:
    assert edge.call("GET", "/health").json_body == {
        "status": "ok",
        "stores": {"postgres": True, "mongodb": True, "cassandra": True},
    }
    edge.world.stores.cassandra.away = True
    assert edge.call("GET", "/health").json_body == {
        "status": "degraded",
        "stores": {"postgres": True, "mongodb": True, "cassandra": False},
    }


def test_the_health_report_has_the_stores_and_the_flushes(edge: Edge) -> None:
    boss, ada = edge.person("Boss"), edge.person("Ada")
    edge.run(edge.world.room(boss))
    edge.world.stores.cassandra.away = True
    edge.run(edge.world.app.flush.all())
    flushed_at = edge.world.clock.now() // 60_000_000 * 60_000_000
    edge.world.clock.advance(60)
    edge.run(edge.world.app.flush.all())
    report = edge.call("GET", "/health/report", by=boss).json_body
    assert report == {
        "stores": {
            "postgres": {"state": "ok", "milliseconds": 0.0},
            "mongodb": {"state": "ok", "milliseconds": 0.0},
            "cassandra": {"state": "unavailable", "milliseconds": None},
        },
        "flushes": {
            "flushed_at": flushed_at + 60_000_000,
            "rooms_behind": 1,
            "buffer_age": 60,
            "since": flushed_at - 59 * 60_000_000,
            "until": flushed_at + 60_000_000,
            "step": 60_000_000,
            "points": [{"at": flushed_at, "messages": 0.0, "events": 0.0, "failures": 1, "buffer_age": 0}],
        },
    }
    week = edge.call("GET", "/health/report?period=week", by=boss).json_body["flushes"]
    assert week["step"] == 3_600_000_000
    edge.refused(edge.call("GET", "/health/report?period=year", by=boss), 400, "bad_request")
    edge.refused(edge.call("GET", "/health/report", by=ada), 403, "forbidden")


def test_services_can_be_put_in_place_of_others(edge: Edge) -> None:
    edge.person("Ada")
    other = World()
    bootstrap.install(other.app)
    assert bootstrap.parley() is other.app
    edge.refused(edge.call("POST", "/auth/login", {"login": "ada", "password": PASSWORD}), 401, "bad_credentials")
