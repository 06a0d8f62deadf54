"""Judges a history: what was lost, what is there twice, what is out of order, and where readers differ."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.history import (
    CREATED,
    DELETED,
    EDITED,
    Entry,
    History,
    LogReading,
    Operation,
    Outcome,
    PageReading,
    fold,
)


@dataclass(slots=True)
class Verdict:
    """A sentence for each thing that is wrong."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    diverged: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is."""
        return not self.problems

    @property
    def problems(self) -> list[str]:
        """All of it."""
        return self.lost + self.duplicated + self.disordered + self.diverged


def check(history: History) -> Verdict:
    """Compare what clients were told with what everybody reads, and all readers with each other."""
    verdict = Verdict()
    readings: list[LogReading | PageReading] = [*history.logs, *history.pages]
    rooms = {it.room for it in history.operations} | {it.room for it in readings}
    for room in sorted(rooms):
        operations = [it for it in history.operations if it.room == room]
        logs = [it for it in history.logs if it.room == room]
        pages = [it for it in history.pages if it.room == room]
        _Room(operations, logs, pages, verdict).check()
    return verdict


class _Room:
    def __init__(
        self, operations: list[Operation], logs: list[LogReading], pages: list[PageReading], verdict: Verdict
    ) -> None:
        self._operations = operations
        self._logs = logs
        self._pages = pages
        self._verdict = verdict
        self._gone = {it.target for log in logs for it in log.entries if it.kind == DELETED}
        self._end = max((it.seq for log in logs for it in log.entries), default=0)

    def check(self) -> None:
        for log in self._logs:
            self._complete(log)
            self._twice(log.reader, (it.key for it in log.entries))
            self._twice(log.reader, (it.seq for it in log.entries))
            self._rising(log.reader, "seq", [it.seq for it in log.entries])
            self._rising(log.reader, "ts", [it.ts for it in log.entries])
        for page in self._pages:
            self._all_rows(page)
            self._twice(page.reader, ((it.sender, it.id) for it in page.rows))
            self._twice(page.reader, (it.n for it in page.rows))
            self._rising(page.reader, "n", [it.n for it in page.rows])
        self._same_places()
        self._real_time()
        self._answers()
        self._same_events()
        self._same_rows()

    # --- lost

    def _complete(self, log: LogReading) -> None:
        """Everything from where the reader began to the end, and everything that was answered with ok."""
        seqs, keys = {it.seq for it in log.entries}, {it.key for it in log.entries}
        for seq in range(log.start + 1, self._end + 1):
            if seq not in seqs:
                self._verdict.lost.append(f"{log.reader} has no event {seq}")
        for it in self._acked():
            if (it.seq or 0) > log.start and (it.sender, it.id) not in keys:
                self._verdict.lost.append(f"{log.reader} lacks the {it.kind} {it.id}, which was answered with {it.seq}")

    def _all_rows(self, page: PageReading) -> None:
        keys = {(it.sender, it.id) for it in page.rows}
        for it in self._acked():
            if it.kind == CREATED and (it.sender, it.id) not in keys:
                self._verdict.lost.append(f"{page.reader} lacks message {it.n}, {it.id}")
        numbers = {it.n for it in page.rows}
        for n in range(1, max(numbers, default=0) + 1):
            if n not in numbers:
                self._verdict.lost.append(f"{page.reader} has no message {n}")

    def _acked(self) -> Iterator[Operation]:
        return (it for it in self._operations if it.outcome is Outcome.OK)

    # --- twice

    def _twice(self, reader: str, keys: Iterable[object]) -> None:
        for key, times in Counter(keys).items():
            if times > 1:
                self._verdict.duplicated.append(f"{reader} has {key} {times} times")

    # --- order

    def _rising(self, reader: str, what: str, values: Sequence[int]) -> None:
        for before, after in pairwise(values):
            # The same once more is a duplicate.
            if after < before:
                self._verdict.disordered.append(f"{reader} has {what} {after} after {before}")

    def _same_places(self) -> None:
        """An event has one place in the log, and a message one number, whoever reads it."""
        places: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        numbers: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for log in self._logs:
            for entry in log.entries:
                places[entry.key].add(entry.seq)
                if entry.kind == CREATED:
                    numbers[entry.key].add(entry.n)
        for page in self._pages:
            for row in page.rows:
                numbers[row.sender, row.id].add(row.n)
        for found in (places, numbers):
            for key, several in found.items():
                if len(several) > 1:
                    self._verdict.disordered.append(f"{key} is at {sorted(several)} for different readers")

    def _real_time(self) -> None:
        """What began after something else was answered comes after it in the log."""
        acked = [it for it in self._acked() if it.seq is not None and it.ended is not None]
        ends = sorted(acked, key=lambda it: it.ended or 0)
        latest, place = 0, 0
        for it in sorted(acked, key=lambda it: it.began):
            while place < len(ends) and (ends[place].ended or 0) < it.began:
                latest = max(latest, ends[place].seq or 0)
                place += 1
            if (it.seq or 0) < latest:
                self._verdict.disordered.append(f"{it.id} is at {it.seq}, and began after {latest} was answered")

    # --- divergence

    def _answers(self) -> None:
        """What clients were told is what the log has."""
        entries = {it.key: it for log in self._logs for it in log.entries}
        for it in self._operations:
            entry = entries.get((it.sender, it.id))
            if entry is None:
                continue
            if it.outcome is Outcome.FAIL:
                self._verdict.diverged.append(f"{it.kind} {it.id} was refused, and is at {entry.seq}")
            elif it.outcome is Outcome.OK and (it.seq, it.n or entry.n) != (entry.seq, entry.n):
                self._verdict.diverged.append(f"{it.id} was answered with {it.seq} and is at {entry.seq}")
            elif (it.kind, it.target) != (entry.kind, entry.target) or not self._says(entry, it.text):
                self._verdict.diverged.append(f"{it.id} says {entry.detail!r} instead of {it.text!r}")

    def _says(self, entry: Entry, text: str) -> bool:
        return entry.detail == text or (entry.detail == "" and self._redacted(entry))

    def _redacted(self, entry: Entry) -> bool:
        """Whether its text may have been emptied: a deletion of its message is in the log."""
        n = entry.n if entry.kind == CREATED else entry.target
        return entry.kind in {CREATED, EDITED} and n in self._gone

    def _same_events(self) -> None:
        def visible(entry: Entry) -> tuple[object, ...]:
            detail = "" if self._redacted(entry) else entry.detail
            return (entry.n, entry.ts, entry.id, entry.sender, entry.kind, entry.target, detail)

        self._agree("event", ((log.reader, it.seq, visible(it)) for log in self._logs for it in log.entries))

    def _same_rows(self) -> None:
        whole = [it for it in self._logs if it.start == 0]
        views = [(f"what {it.reader} makes", fold(sorted(it.entries, key=lambda e: e.seq))) for it in whole]
        views += [(it.reader, it.rows) for it in self._pages]
        self._agree("message", ((reader, row.n, row) for reader, rows in views for row in rows))
        for reader, rows in views:
            for row in rows:
                if row.deleted and (row.text or row.reactions):
                    self._verdict.diverged.append(f"{reader} shows {row.text!r} of message {row.n}, which is deleted")

    def _agree(self, what: str, seen: Iterable[tuple[str, int, object]]) -> None:
        first: dict[int, tuple[str, object]] = {}
        for reader, place, content in seen:
            other, known = first.setdefault(place, (reader, content))
            if known != content:
                self._verdict.diverged.append(f"{what} {place} is {content} for {reader} and {known} for {other}")
