"""How long sessions live and what refresh tokens are."""

from dataclasses import replace

from chalicelib.domain.sessions import ABSOLUTE_US, GRACE_US, IDLE_US, Refresh, Session, judge

SESSION = Session(
    id="s",
    user="ada",
    refresh_digest="new",
    previous_digest="old",
    rotated_at=1_000,
    expires_at=1_000 + ABSOLUTE_US,
    revoked=False,
)


def test_a_session_ends_when_it_is_idle_too_long() -> None:
    assert SESSION.alive(SESSION.rotated_at + IDLE_US - 1)
    assert not SESSION.alive(SESSION.rotated_at + IDLE_US)


def test_rotation_never_extends_the_absolute_end() -> None:
    busy = replace(SESSION, rotated_at=SESSION.expires_at - 1)
    assert busy.alive(SESSION.expires_at - 1)
    assert not busy.alive(SESSION.expires_at)


def test_a_revoked_session_is_over() -> None:
    assert not replace(SESSION, revoked=True).alive(1_001)


def test_only_the_token_just_replaced_is_tolerated_and_only_briefly() -> None:
    assert judge(SESSION, "new", 10**15) is Refresh.CURRENT
    assert judge(SESSION, "old", SESSION.rotated_at + GRACE_US) is Refresh.JUST_REPLACED
    assert judge(SESSION, "old", SESSION.rotated_at + GRACE_US + 1) is Refresh.REUSED
    assert judge(SESSION, "grandparent", SESSION.rotated_at) is Refresh.REUSED
