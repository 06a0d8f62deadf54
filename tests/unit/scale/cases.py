"""Round figures that can be calculated by hand."""

from infra.scale.measured import Measured
from infra.scale.usage import VCPU_MB, Functions, Usage

FUNCTIONS = Functions(Measured(ack=0.01, delivery=0.001, cold_start=0.5), VCPU_MB)
"""A whole vCPU: nothing is slower than measured."""

PAIR = Usage(
    2,
    days=1,
    hours=2,
    devices=1,
    messages=10,
    room=2,
    online=1,
    looking=1,
    typing=0,
    heartbeat=60,
    reloads=0,
    rest=0,
    peak=2,
    arrival_minutes=1,
)
"""Two people who talk to each other for two hours of a month."""
