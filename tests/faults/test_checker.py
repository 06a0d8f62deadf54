"""The checker itself: a good history passes, and each kind of planted error is caught and called by its name."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.checker import Verdict, check
from tests.faults.history import (
    CREATED,
    DELETED,
    EDITED,
    REACTED,
    Entry,
    History,
    LogReading,
    Operation,
    Outcome,
    PageReading,
    fold,
)

ENTRIES = (
    Entry(1, 0, 10, "j", "ada", "member.joined", detail="ada"),
    Entry(2, 1, 20, "a", "ada", CREATED, detail="first"),
    Entry(3, 2, 30, "b", "bob", CREATED, detail="second"),
    Entry(4, 2, 40, "c", "bob", REACTED, 1, "+"),
    Entry(5, 2, 50, "d", "ada", EDITED, 1, "first, edited"),
    Entry(6, 3, 60, "e", "ada", CREATED, detail="third"),
    Entry(7, 3, 70, "f", "bob", DELETED, 2),
)


def good(entries: tuple[Entry, ...] = ENTRIES) -> History:
    """Everything was answered with ok, one thing after the other, and everybody reads the same."""
    history = History()
    for it in entries:
        operation = Operation("room", it.sender, it.id, it.kind, history.tick(), it.detail, it.target)
        history.end(history.begin(operation), Outcome.OK, it.seq, it.n if it.kind == CREATED else None)
    for reader in ("store", "rest", "ada"):
        history.logs.append(LogReading(reader, "room", 0, entries))
    history.logs.append(LogReading("resumed", "room", 4, entries[4:]))
    history.pages = [PageReading(reader, "room", fold(entries)) for reader in ("pages", "cassandra")]
    return history


def with_log(history: History, change: Callable[[tuple[Entry, ...]], tuple[Entry, ...]], reader: int = 1) -> History:
    log = history.logs[reader]
    history.logs[reader] = replace(log, entries=change(log.entries))
    return history


def with_page(history: History, n: int, **change: object) -> History:
    page = history.pages[1]
    rows = tuple(replace(it, **change) if it.n == n else it for it in page.rows)  # type: ignore[arg-type]
    history.pages[1] = replace(page, rows=rows)
    return history


def without_row(history: History) -> History:
    history.pages[0] = replace(history.pages[0], rows=history.pages[0].rows[:1] + history.pages[0].rows[2:])
    return history


def row_twice(history: History) -> History:
    rows = history.pages[0].rows
    history.pages[0] = replace(history.pages[0], rows=(*rows, rows[-1]))
    return history


def refused_but_there(history: History) -> History:
    history.operations[2].outcome = Outcome.FAIL
    return history


def answered_with_another_place(history: History) -> History:
    history.operations[-1].seq = 9
    return history


def acked_and_nowhere(history: History) -> History:
    lost = Operation("room", "bob", "lost", CREATED, history.tick(), "lost")
    history.end(history.begin(lost), Outcome.OK, 8, 4)
    return history


def stored_under_two_places(history: History) -> History:
    again = replace(ENTRIES[1], seq=8, n=4, ts=80)
    for number, log in enumerate(history.logs):
        history.logs[number] = replace(log, entries=(*log.entries, again))
    return history


def before_what_was_answered_earlier(history: History) -> History:
    history.operations[1].began, history.operations[1].ended = history.tick(), history.tick()
    return history


PLANTED: dict[str, tuple[str, Callable[[History], History]]] = {
    "an event is missing for one reader": ("lost", lambda it: with_log(it, lambda log: log[:2] + log[3:])),
    "the end is missing for one reader": ("lost", lambda it: with_log(it, lambda log: log[:-1], reader=3)),
    "an acked message is in no reading": ("lost", acked_and_nowhere),
    "a row is missing": ("lost", without_row),
    "an event is read twice": ("duplicated", lambda it: with_log(it, lambda log: (*log, log[-1]))),
    "a message is stored twice": ("duplicated", stored_under_two_places),
    "a row is read twice": ("duplicated", row_twice),
    "one reader has another order": ("disordered", lambda it: with_log(it, lambda log: (log[1], log[0], *log[2:]))),
    "one reader has two events changed about": (
        "disordered",
        lambda it: with_log(it, lambda log: (*log[:3], replace(log[4], seq=4), replace(log[3], seq=5), *log[5:])),
    ),
    "time runs back": ("disordered", lambda it: with_log(it, lambda log: (*log[:-1], replace(log[-1], ts=1)))),
    "something is before what was answered earlier": ("disordered", before_what_was_answered_earlier),
    "one reader has another text": (
        "diverged",
        lambda it: with_log(it, lambda log: (*log[:4], replace(log[4], detail="forged"), *log[5:])),
    ),
    "a row has another text": ("diverged", lambda it: with_page(it, 1, text="first")),
    "a row has lost a reaction": ("diverged", lambda it: with_page(it, 1, reactions=frozenset())),
    "a deleted text is back": ("diverged", lambda it: with_page(it, 2, text="second")),
    "a refused message is there": ("diverged", refused_but_there),
    "an answer named another place": ("diverged", answered_with_another_place),
}


def kinds(verdict: Verdict) -> set[str]:
    names = ("lost", "duplicated", "disordered", "diverged")
    return {name for name in names if getattr(verdict, name)}


def test_a_good_history_passes() -> None:
    assert check(good()).problems == []


@pytest.mark.parametrize("error", PLANTED)
def test_a_planted_error_is_caught_and_called_by_its_name(error: str) -> None:
    kind, plant = PLANTED[error]
    assert kind in kinds(check(plant(good())))


def test_what_is_unknown_may_be_there_or_not() -> None:
    history = good()
    history.operations[1].outcome = Outcome.UNKNOWN
    history.begin(Operation("room", "bob", "never came", CREATED, history.tick(), "x"))
    assert check(history).problems == []


def test_what_a_deletion_emptied_is_no_divergence() -> None:
    emptied = lambda log: (*log[:2], replace(log[2], detail=""), *log[3:])  # noqa: E731
    assert check(with_log(good(), emptied)).problems == []


def test_rooms_are_judged_each_by_itself() -> None:
    history = good()
    history.logs.append(LogReading("store", "other", 0, (replace(ENTRIES[0], id="other"),)))
    assert check(history).problems == []


@given(st.data())
def test_any_event_that_is_dropped_or_repeated_by_any_reader_is_caught(data: st.DataObject) -> None:
    reader = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(ENTRIES) - 1))
    dropped = with_log(good(), lambda log: log[:place] + log[place + 1 :], reader)
    assert "lost" in kinds(check(dropped))
    repeated = with_log(good(), lambda log: log[: place + 1] + log[place:], reader)
    assert "duplicated" in kinds(check(repeated))
