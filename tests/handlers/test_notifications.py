"""REST: what the caller wants to be told of."""

from tests.handlers.conftest import Edge


def test_what_was_chosen_is_in_the_first_screen(edge: Edge) -> None:
    ada = edge.person("Ada")
    room = edge.world.id()
    edge.call("POST", "/rooms", {"id": room, "name": "lunch"}, by=ada)
    nothing = {"version": 0, "quiet": {"until": None, "daily": None}, "rooms": {}}
    assert edge.call("GET", "/me/notifications", by=ada).json_body == nothing
    quiet = {"until": 1, "daily": {"begins": 1320, "ends": 420}}
    chosen = {"version": 1, "quiet": quiet, "rooms": {room: "nothing"}}
    changed = edge.call("PATCH", "/me/notifications", {"quiet": quiet, "rooms": {room: "nothing"}}, by=ada)
    assert changed.json_body == chosen
    assert edge.call("GET", "/bootstrap", by=ada).json_body["notifications"] == chosen


def test_a_choice_that_makes_no_sense_is_refused(edge: Edge) -> None:
    ada = edge.person("Ada")
    for body in ({"rooms": {edge.world.id(): "loud"}}, {"quiet": {"daily": {"begins": 1440, "ends": 0}}}):
        edge.refused(edge.call("PATCH", "/me/notifications", body, by=ada), 400, "bad_request")
    edge.refused(
        edge.call("PATCH", "/me/notifications", {"rooms": {edge.world.id(): "all"}}, by=ada), 403, "not_member"
    )
