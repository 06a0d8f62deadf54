"""Route selection, of which a Chalice project alone reaches only `$default`."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.routing import RouteSelection, error_frame

ROUTES = {"$connect": "c", "$disconnect": "d", "$default": "m", "send": "s", "7": "n", "true": "t"}


@pytest.mark.parametrize(
    ("body", "route"),
    [
        ('{"action": "send"}', "send"),
        ('{"action": 7}', "7"),
        ('{"action": true}', "true"),
        ('{"action": "Send"}', "$default"),
        ('{"action": "send "}', "$default"),
        ('{"action": ["send"]}', "$default"),
        ('{"action": null}', "$default"),
        ('{"other": "send"}', "$default"),
        ('["send"]', "$default"),
        ("send", "$default"),
        ("", "$default"),
    ],
)
def test_the_value_is_matched_exactly_as_a_string(body: str, route: str) -> None:
    assert RouteSelection("$request.body.action").choose(body, ROUTES) == route


@pytest.mark.parametrize("key", ["$connect", "$disconnect"])
def test_the_life_cycle_s_routes_are_never_selected(key: str) -> None:
    assert RouteSelection().choose(json.dumps({"action": key}), ROUTES) == "$default"


def test_a_dotted_path_walks_into_objects() -> None:
    selection = RouteSelection("$request.body.message.kind")
    assert selection.choose('{"message": {"kind": "send"}}', ROUTES) == "send"
    assert selection.choose('{"message": "send"}', ROUTES) == "$default"


def test_without_a_default_route_nothing_is_selected() -> None:
    assert RouteSelection().choose('{"action": "other"}', {"send": "s"}) is None
    assert RouteSelection().choose("not json", {}) is None


def test_only_the_body_can_be_selected_by() -> None:
    with pytest.raises(ValueError, match=r"starts with \$request\.body\."):
        RouteSelection("$request.header.x")


@given(st.text())
def test_any_text_has_a_route(body: str) -> None:
    assert RouteSelection().choose(body, ROUTES) in ROUTES


def test_an_error_frame_has_the_documented_fields() -> None:
    assert json.loads(error_frame("Forbidden", "AAAA1234=", "R=")) == {
        "message": "Forbidden",
        "connectionId": "AAAA1234=",
        "requestId": "R=",
    }
