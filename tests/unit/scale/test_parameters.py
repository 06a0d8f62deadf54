"""What the model takes from elsewhere is what is there."""

import re
from pathlib import Path

from chalicelib.config import load
from infra.scale.simulation import reconnect
from infra.scale.traffic import FLUSH_COUNT
from infra.scale.usage import FANOUT_SHARD, HEARTBEAT_SPREAD, memory_mb
from tests.unit.test_config import NEEDED

REALTIME = Path(__file__).parents[3] / "frontend/src/shared/realtime"


def test_settings_are_the_functions_own() -> None:
    config = load(NEEDED)
    assert (config.fanout_shard, config.flush_count) == (FANOUT_SHARD, FLUSH_COUNT)
    assert 128 <= memory_mb() <= 10_240


def test_clients_back_off_as_the_web_app_does() -> None:
    source = (REALTIME / "backoff.ts").read_text()
    assert _constant(source, "BASE_MS") == reconnect.BACK_OFF_BASE * 1_000
    assert _constant(source, "CAP_MS") == reconnect.BACK_OFF_CAP * 1_000


def test_clients_ping_and_give_up_as_the_web_app_does() -> None:
    source = (REALTIME / "connection.ts").read_text()
    assert _constant(source, "ANSWER_MS") == reconnect.ANSWER_SECONDS * 1_000
    assert _constant(source, "STEADY_MS") == reconnect.STEADY_SECONDS * 1_000
    assert HEARTBEAT_SPREAD == (0.75, 1.0)
    assert "HEARTBEAT_MS * (0.75 + this.#environment.random() / 4)" in source


def _constant(source: str, name: str) -> float:
    found = re.search(rf"^const {name} = ([\d_]+);", source, re.MULTILINE)
    assert found is not None, name
    return float(found[1].replace("_", ""))
