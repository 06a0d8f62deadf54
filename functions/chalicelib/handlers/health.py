"""REST: whether the stores answer."""

from chalicelib.errors import ParleyError
from chalicelib.handlers.rest import Call, Rest
from chalicelib.repositories.base import Probe
from chalicelib.schemas.health import Health
from chalicelib.services.concurrency import together

health = Rest(__name__)


@health.operation("GET", "/health", answer=Health, public=True)
async def show_health(call: Call) -> Health:
    """Which stores answer."""
    probes = call.app.stores.probes
    answers = await together(*(_answers(it) for it in probes.values()))
    return Health(status="ok" if all(answers) else "degraded", stores=dict(zip(probes, answers, strict=True)))


async def _answers(probe: Probe) -> bool:
    try:
        await probe()
    except ParleyError:
        return False
    return True
