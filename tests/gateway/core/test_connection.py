"""The life of a connection."""

from infra.gateway.core.connection import Connection, Lifetimes
from infra.gateway.core.events import Caller


def connection(lifetimes: Lifetimes | None = None) -> Connection:
    return Connection(Caller("AAAA1234=", 0, "192.0.2.1", ""), 0.0, lifetimes or Lifetimes())


def test_it_is_open_only_between_its_connect_and_its_close() -> None:
    each = connection()
    seen = [each.is_open]
    each.open(1.0)
    seen.append(each.is_open)
    each.begin_close()
    seen.append(each.is_open)
    assert seen == [False, True, False]


def test_it_starts_to_close_once() -> None:
    each = connection()
    each.open(0.0)
    assert [each.begin_close(), each.begin_close()] == [True, False]


def test_it_ends_once_and_only_if_it_was_open() -> None:
    refused = connection()
    assert not refused.finish()
    accepted = connection()
    accepted.open(0.0)
    assert [accepted.finish(), accepted.finish()] == [True, False]


def test_it_expires_ten_minutes_after_its_last_message() -> None:
    each = connection()
    each.open(0.0)
    each.touch(100.0)
    assert each.expiry() == 700.0
    assert each.expired(699.0) is None
    close = each.expired(700.0)
    assert close is not None
    assert close.code == 1001


def test_it_expires_two_hours_after_its_handshake_however_busy() -> None:
    each = connection()
    each.open(0.0)
    each.touch(7199.0)
    assert each.expiry() == 7200.0
    assert each.expired(7199.5) is None
    assert each.expired(7200.0) is not None
