"""REST: rooms, direct messages, members, presence, history."""

from tests.handlers.conftest import Edge


def test_a_room_from_its_making_to_its_leaving(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    id_ = edge.world.id()
    made = edge.call("POST", "/rooms", {"id": id_, "name": "lunch", "topic": "where?"}, by=ada)
    assert made.status_code == 201
    assert made.json_body | {"created_at": 0} == {
        "id": id_,
        "kind": "room",
        "name": "lunch",
        "topic": "where?",
        "visibility": "public",
        "role": "owner",
        "muted": False,
        "archived": False,
        "blocked": False,
        "peer": None,
        "created_at": 0,
        "seq": 1,
        "n": 0,
        "read_n": 0,
        "read_version": 0,
        "mentions": 0,
    }
    found = edge.call("GET", "/rooms/public?q=LUN", by=grace).json_body
    assert found == {
        "rooms": [{"id": id_, "name": "lunch", "topic": "where?", "members": 1, "joined": False}],
        "more": False,
    }
    assert edge.call("POST", f"/rooms/{id_}/join", by=grace).json_body["role"] == "member"
    members = edge.call("GET", f"/rooms/{id_}/members", by=grace).json_body["members"]
    assert [(it["user"]["name"], it["role"]) for it in members] == [("Ada", "owner"), ("Grace", "member")]
    assert [it["id"] for it in edge.call("GET", "/rooms", by=grace).json_body["rooms"]] == [id_]
    assert edge.call("GET", f"/rooms/{id_}", by=grace).json_body["name"] == "lunch"
    assert edge.call("POST", f"/rooms/{id_}/leave", by=grace).status_code == 204
    edge.refused(edge.call("GET", f"/rooms/{id_}", by=grace), 403, "not_member")
    edge.refused(edge.call("POST", f"/rooms/{id_}/leave", by=grace), 403, "not_member")


def test_administrators_see_that_private_rooms_are_there_and_no_more(edge: Edge) -> None:
    boss, ada = edge.person("Boss"), edge.person("Ada")
    lunch, secret = edge.world.id(), edge.world.id()
    edge.call("POST", "/rooms", {"id": lunch, "name": "lunch"}, by=boss)
    edge.call("POST", "/rooms", {"id": secret, "name": "secret", "visibility": "private"}, by=ada)
    page = edge.call("GET", "/rooms/all", by=boss).json_body
    active = edge.run(edge.world.app.log.end(lunch)).ts
    now = edge.world.clock.now()
    common = {"members": 1, "archived": False, "created_at": now}
    assert page == {
        "rooms": [
            {"id": secret, "name": None, "visibility": "private", "joined": False, "active_at": None} | common,
            {"id": lunch, "name": "lunch", "visibility": "public", "joined": True, "active_at": active} | common,
        ],
        "more": False,
    }
    assert edge.call("GET", f"/rooms/all?before={secret}&q=LUN", by=boss).json_body["rooms"] == page["rooms"][1:]
    edge.refused(edge.call("GET", "/rooms/all?before=x", by=boss), 400, "bad_request")
    edge.refused(edge.call("GET", "/rooms/all", by=ada), 403, "forbidden")


def test_a_direct_message_is_called_by_its_peer(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    mine = edge.call("POST", "/dms", {"user": grace.id}, by=ada).json_body
    theirs = edge.call("POST", "/dms", {"user": ada.id}, by=grace).json_body
    assert mine["id"] == theirs["id"]
    assert (mine["kind"], mine["peer"], theirs["peer"]) == ("dm", grace.id, ada.id)


def test_users_are_found_by_name_and_by_id(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    assert edge.call("GET", "/users?q=gra", by=ada).json_body == {
        "users": [{"id": grace.id, "name": "Grace", "colour": None, "status": "", "deleted": False}]
    }
    by_id = edge.call("GET", f"/users?ids={ada.id},{grace.id}", by=ada).json_body["users"]
    assert {it["name"] for it in by_id} == {"Ada", "Grace"}


def test_the_first_screen_comes_in_one_answer(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    room = edge.run(edge.world.room(ada, grace))
    screen = edge.call("GET", "/bootstrap", by=ada).json_body
    assert screen["me"]["name"] == "Ada"
    assert [it["id"] for it in screen["rooms"]] == [room]
    assert {it["name"] for it in screen["users"]} == {"Ada", "Grace"}


def test_history_pages_and_ranges_of_the_log(edge: Edge) -> None:
    ada = edge.person("Ada")
    room = edge.run(edge.world.room(ada))
    here = edge.run(edge.world.socket(ada))
    for text in ("one", "two", "three"):
        edge.run(edge.world.say(here, room, text))
    newest = edge.call("GET", f"/rooms/{room}/messages?limit=2", by=ada).json_body
    assert ([it["text"] for it in newest["messages"]], newest["as_of"], newest["n"]) == (["two", "three"], 4, 3)
    older = edge.call("GET", f"/rooms/{room}/messages?before=2", by=ada).json_body["messages"]
    assert [(it["n"], it["text"], it["sender"]) for it in older] == [(1, "one", ada.id)]
    after = edge.call("GET", f"/rooms/{room}/messages?after=2", by=ada).json_body["messages"]
    assert [it["text"] for it in after] == ["three"]
    events = edge.call("GET", f"/rooms/{room}/events?after=1&limit=2", by=ada).json_body
    assert ([it["seq"] for it in events["events"]], events["seq"], events["reset"]) == ([2, 3], 4, False)


def test_presence_of_a_room(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    room = edge.run(edge.world.room(ada, grace))
    here = edge.run(edge.world.socket(ada))
    edge.frame(here, {"action": "typing", "id": edge.world.id(), "room": room, "on": True})
    presence = edge.call("GET", f"/rooms/{room}/presence", by=grace).json_body
    assert presence == {"online": [ada.id], "away": [], "typing": [ada.id]}
