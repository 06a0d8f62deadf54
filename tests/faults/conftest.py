"""The arena of all rows: started once, when the first of them is played."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.stage import Arena, open_arena
from tests.faults.stores import faulty_stores


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def arena(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Arena]:
    folder = tmp_path_factory.mktemp("faults")
    async with faulty_stores(folder) as stores, open_arena(stores, folder) as opened:
        yield opened
