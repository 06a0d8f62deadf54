"""REST: accounts, as a browser meets them."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.throttles import LOG_IN_ACCOUNT, LOG_IN_PAIR, PROOF
from chalicelib.handlers.rest import Call
from chalicelib.services.accounts import Device
from tests.handlers.conftest import Edge
from tests.parley import CONFIG, ORIGIN, PASSWORD
from tests.unit.services.test_throttling import guess

ADA = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}


def refresh_cookie(header: str) -> str:
    match = re.match(r"__Host-refresh=([^;]*)", header)
    assert match
    return f"__Host-refresh={match[1]}"


def test_registering_grants_a_session_and_sets_the_cookie_no_script_can_read(edge: Edge) -> None:
    answer = edge.call("POST", "/auth/register", ADA)
    assert answer.status_code == 201
    assert set(answer.json_body) == {"access_token", "expires_in", "me"}
    attributes = set(answer.headers["Set-Cookie"].split("; ")[1:])
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= attributes
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_refresh_and_logout_use_the_cookie(edge: Edge) -> None:
    cookie = refresh_cookie(edge.call("POST", "/auth/register", ADA).headers["Set-Cookie"])
    refreshed = edge.call("POST", "/auth/refresh", {}, headers={"Cookie": f"other=1; {cookie}"})
    assert refreshed.status_code == 200
    newer = refresh_cookie(refreshed.headers["Set-Cookie"])
    assert newer != cookie
    out = edge.call("POST", "/auth/logout", {}, headers={"Cookie": newer})
    assert (out.status_code, out.body) == (204, b"")
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    edge.refused(edge.call("POST", "/auth/refresh", {}, headers={"Cookie": newer}), 401, "unauthenticated")


def test_a_refresh_without_a_cookie_or_with_a_broken_one_is_refused(edge: Edge) -> None:
    for headers in ({}, {"Cookie": "__Host-refresh=nothing"}, {"Cookie": "=;;\x7f="}):
        edge.refused(edge.call("POST", "/auth/refresh", {}, headers=headers), 401, "unauthenticated")


def test_logging_in_and_who_am_i(edge: Edge) -> None:
    ada = edge.person("Ada")
    granted = edge.call("POST", "/auth/login", {"login": "ada", "password": PASSWORD})
    assert granted.status_code == 200
    assert granted.json_body["me"] == {
        "id": ada.id,
        "name": "Ada",
        "email": "ada@example.org",
        "colour": None,
        "status": "",
    }
    assert edge.call("GET", "/me", by=ada).json_body == granted.json_body["me"]


def test_wrong_credentials_get_the_same_answer_whether_the_account_exists_or_not(edge: Edge) -> None:
    edge.person("Ada")
    answers = [
        edge.call("POST", "/auth/login", {"login": login, "password": "wrong password"}) for login in ("ada", "nobody")
    ]
    edge.refused(answers[0], 401, "bad_credentials")
    assert (answers[0].status_code, answers[0].body) == (answers[1].status_code, answers[1].body)


def test_a_name_that_is_taken_is_a_conflict_that_names_the_field(edge: Edge) -> None:
    edge.person("Ada")
    error = edge.refused(edge.call("POST", "/auth/register", {**ADA, "email": "new@example.org"}), 409, "conflict")
    assert error["details"] == {"field": "name"}


def test_without_a_token_or_with_one_that_is_none_everything_but_the_public_is_refused(edge: Edge) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer access.x.y.9999999999999999"},
    ):
        for path in ("/me", "/rooms", "/bootstrap", "/users?q=a"):
            edge.refused(edge.call("GET", path, headers=headers), 401, "unauthenticated")


def test_requests_from_pages_of_others_are_refused(edge: Edge) -> None:
    for origin in ("https://evil.example", "null", f"{ORIGIN}.evil.example", ORIGIN.upper()):
        edge.refused(edge.call("POST", "/auth/register", ADA, headers={"Origin": origin}), 403, "forbidden")
    assert edge.call("POST", "/auth/register", ADA, headers={"Origin": ORIGIN}).status_code == 201


def test_a_ticket_opens_one_socket(edge: Edge) -> None:
    answer = edge.call("POST", "/auth/ticket", {}, by=edge.person("Ada"))
    assert answer.json_body["expires_in"] == 30
    edge.run(edge.world.app.connections.open("c=", answer.json_body["ticket"]))


@pytest.mark.parametrize(
    ("key", "viewer", "seen"),
    [
        ("key", "203.0.113.9", "203.0.113.9"),
        ("key", "2001:DB8::1", "2001:db8::1"),
        ("key", "nonsense", "127.0.0.1"),
        ("another", "203.0.113.9", "127.0.0.1"),
        ("", "203.0.113.9", "127.0.0.1"),
    ],
)
def test_an_address_is_what_the_proxy_says_if_it_is_the_proxy_that_says_so(
    edge: Edge, key: str, viewer: str, seen: str
) -> None:
    edge.world.app.config = replace(CONFIG, edge_key="key")
    ada = edge.person("Ada")
    sent = {"X-Parley-Edge": key, "X-Parley-Viewer": viewer}
    edge.call("POST", "/auth/login", {"login": "Ada", "password": PASSWORD}, headers=sent)
    sessions = edge.call("GET", "/sessions", by=ada).json_body["sessions"]
    assert [it["address"] for it in sessions if not it["current"]] == [seen]


def test_without_a_proxy_nobody_says_what_the_address_is(edge: Edge) -> None:
    ada = edge.person("Ada")
    sent = {"X-Parley-Edge": "", "X-Parley-Viewer": "203.0.113.9"}
    edge.call("POST", "/auth/login", {"login": "Ada", "password": PASSWORD}, headers=sent)
    sessions = edge.call("GET", "/sessions", by=ada).json_body["sessions"]
    assert [it["address"] for it in sessions if not it["current"]] == ["127.0.0.1"]


def test_who_guesses_too_often_is_told_when_to_try_again(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    # Chalice's test client gives every request 127.0.0.1, which is not counted.
    monkeypatch.setattr(Call, "device", Device("test", "203.0.113.9"))
    wrong = {"login": "ada", "password": "a wrong password"}
    for _ in range(LOG_IN_PAIR.attempts):
        edge.refused(edge.call("POST", "/auth/login", wrong), 401, "bad_credentials")
    answer = edge.call("POST", "/auth/login", wrong)
    error = edge.refused(answer, 429, "rate_limited")
    assert answer.headers["Retry-After"] == str(error["details"]["retry_after"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/me/password", {"current": "a wrong password", "password": "another good password"}),
        ("/me/email", {"email": "new@example.org", "password": "a wrong password"}),
        ("/me/delete", {"password": "a wrong password"}),
        ("/me/second-factor", {"password": "a wrong password"}),
        ("/me/second-factor/off", {"password": "a wrong password", "code": "000000"}),
    ],
)
def test_row_7_who_guesses_the_current_password_too_often_is_told_when_to_try_again(
    edge: Edge, path: str, body: dict[str, str]
) -> None:
    ada = edge.person("Ada")
    for _ in range(PROOF.attempts):
        edge.refused(edge.call("POST", path, body, by=ada), 401, "bad_credentials")
    answer = edge.call("POST", path, body, by=ada)
    error = edge.refused(answer, 429, "rate_limited")
    assert answer.headers["Retry-After"] == str(error["details"]["retry_after"])


def test_setting_a_password_by_mail_lets_its_user_log_in_from_there(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Call, "device", Device("test", "203.0.113.9"))
    edge.person("Ada")
    edge.run(edge.world.app.recovery.write({"purpose": "reset", "email": "ada@example.org"}))
    reset = {"token": edge.world.outside.mail.token(), "password": "another good password"}
    assert edge.call("POST", "/auth/reset/confirm", reset).status_code == 204
    for number in range(LOG_IN_ACCOUNT.attempts):
        edge.run(guess(edge.world, "ada", Device("test", f"198.51.100.{number}")))
    granted = edge.call("POST", "/auth/login", {"login": "ada", "password": reset["password"]})
    assert granted.status_code == 200
