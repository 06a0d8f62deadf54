"""A short pass of every fault."""

from typing import Final

import pytest

from tests.faults.play import play
from tests.faults.rows import ROWS, Row
from tests.faults.stage import Arena

SEED: Final = 5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_survives(row: Row, arena: Arena) -> None:
    result = await play(row, arena, SEED, seconds=0)
    assert result.verdict.problems == []
    assert result.broken == ""
    assert result.injected > 0
