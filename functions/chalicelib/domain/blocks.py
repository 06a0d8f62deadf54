"""Whom users have blocked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blocks:
    """Everybody a user has blocked. The higher version is the later state."""

    version: int
    users: frozenset[str]
