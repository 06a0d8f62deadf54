"""Failpoints stay where they belong."""

from tests.system import ROOT


def test_failpoints_are_not_part_of_what_ships() -> None:
    sources = [path.read_text() for path in (ROOT / "functions").rglob("*.py")]
    assert sources
    assert not any("FAILPOINT" in source for source in sources)
