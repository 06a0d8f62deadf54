"""The integration suite again, on what was deployed: the same tests, with this folder's `parley`."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.deploy.system import Deployed
from tests.integration.test_changes import *  # noqa: F403 - every test there is
from tests.integration.test_chat import *  # noqa: F403
from tests.integration.test_flush import *  # noqa: F403


@pytest_asyncio.fixture(autouse=True, scope="module", loop_scope="session")
async def no_schedules(parley: Deployed) -> AsyncIterator[None]:
    """These tests decide themselves when something is flushed."""
    await parley.set_schedule("flush", on=False)
    yield
