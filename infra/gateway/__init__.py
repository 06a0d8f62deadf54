"""API Gateway, Lambda and EventBridge on one machine, for any Chalice project.

`core` decides, `shell` moves bytes, `pool` runs functions; `gateway.Gateway` wires them and is what tests and the
command line start.
"""

from infra.gateway.core.faults import Faults
from infra.gateway.gateway import Gateway
from infra.gateway.settings import Limits, Settings

__all__ = ["Faults", "Gateway", "Limits", "Settings"]
