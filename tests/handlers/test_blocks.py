"""REST: whom the caller has blocked."""

from tests.handlers.conftest import Edge


def test_whom_one_blocks_is_in_ones_first_screen_and_export_and_in_nobody_elses(edge: Edge) -> None:
    ada, bob = edge.person("Ada"), edge.person("Bob")
    dm = edge.call("POST", "/dms", {"user": bob.id}, by=ada).json_body
    assert dm["blocked"] is False
    assert edge.call("GET", "/me/blocks", by=ada).json_body["users"] == []
    blocked = edge.call("POST", f"/users/{bob.id}/block", {"on": True}, by=ada).json_body
    assert blocked["users"] == [bob.id]
    assert edge.call("GET", "/me/blocks", by=ada).json_body == blocked
    assert edge.call("GET", "/bootstrap", by=ada).json_body["blocks"] == blocked
    assert edge.call("GET", "/me/export", by=ada).json_body["blocks"] == [bob.id]
    assert edge.call("GET", "/bootstrap", by=bob).json_body["blocks"]["users"] == []
    for it in (ada, bob):
        assert edge.call("GET", f"/rooms/{dm['id']}", by=it).json_body["blocked"] is True
    assert edge.call("POST", f"/users/{bob.id}/block", {"on": False}, by=ada).json_body["users"] == []
    assert edge.call("GET", f"/rooms/{dm['id']}", by=bob).json_body["blocked"] is False


def test_who_cannot_be_blocked_is_named(edge: Edge) -> None:
    ada, bob = edge.person("Ada"), edge.person("Bob")
    edge.refused(edge.call("POST", f"/users/{ada.id}/block", {"on": True}, by=ada), 400, "bad_request")
    edge.refused(edge.call("POST", f"/users/{edge.world.id()}/block", {"on": True}, by=ada), 404, "not_found")
    edge.call("POST", f"/users/{bob.id}/block", {"on": True}, by=ada)
    edge.refused(edge.call("POST", "/dms", {"user": ada.id}, by=bob), 403, "forbidden")
