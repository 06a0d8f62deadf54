"""Read markers: numbers, never counters, so that none can drift."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadMarker:
    """Messages up to `n` are read. "Mark unread" lowers n with a new version; reading only raises it."""

    n: int = 0
    version: int = 0


def supersedes(new: ReadMarker, old: ReadMarker) -> bool:
    """Whether `new` replaces `old`: a higher version always does, the same one only with a higher n."""
    return new.version > old.version or (new.version == old.version and new.n > old.n)
