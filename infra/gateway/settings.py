"""Everything that can be chosen about a gateway."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.gateway.core.async_policy import AsyncPolicy
from infra.gateway.core.connection import Lifetimes
from infra.gateway.core.faults import Faults
from infra.gateway.core.routing import DEFAULT_SELECTION
from infra.gateway.core.sigv4 import Credentials


def local_credentials() -> Credentials:
    """A random access key, so that no other program on the machine can sign for this gateway."""
    return Credentials(f"AKIA{secrets.token_hex(8).upper()}", secrets.token_hex(20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Quotas and sizes; times in seconds, sizes in bytes. None means no limit.

    `environments` bounds the processes of one function: unlike Lambda, which starts one more, an invocation beyond it
    waits. `concurrency` bounds what runs and waits over all functions: beyond it callers get 429 as on Lambda.
    """

    environments: int = 10
    #: Whether an environment that uses more than its function's memory size is killed.
    memory: bool = True
    #: Environments of each function that are started at once and kept when idle, as with provisioned concurrency.
    warm_environments: int = 0
    concurrency: int = 1000
    integration_timeout: float = 29.0
    init_timeout: float = 10.0
    environment_idle: float = 600.0
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    #: Bytes that may wait for one client. Beyond it its senders get 429.
    send_buffer: int = 1024 * 1024
    #: How long a client's send buffer may stay full before the client is closed.
    slow_reader_grace: float = 10.0
    #: Messages of one connection that may be in functions at once before its socket is no longer read.
    messages_in_flight: int = 500
    close_timeout: float = 2.0
    #: How long an HTTP connection without a request is kept.
    keep_alive: float = 75.0
    connections_per_second: float | None = None
    requests_per_second: float | None = None
    request_burst: float = 5000.0
    async_queue: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One gateway for one Chalice project. Stages default to the project's `api_gateway_stage`; port 0 is any."""

    project: Path
    chalice_stage: str = "dev"
    host: str = "127.0.0.1"
    port: int = 0
    rest_stage: str | None = None
    websocket_stage: str | None = None
    static: Path | None = None
    static_headers: tuple[tuple[str, str], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    region: str = "us-east-1"
    credentials: Credentials = field(default_factory=local_credentials)
    schedules: bool = True
    reload: bool = False
    #: The page at /_gateway/, for clients on this machine.
    console: bool = False
    #: PEM files; with them the port speaks TLS, and functions reach the gateway over a second, plain loopback port.
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    #: SIGSTOP idle environments, as Lambda freezes them.
    freeze: bool = False
    route_selection: str = DEFAULT_SELECTION
    #: More WebSocket routes (route key to function name) than Chalice itself can declare.
    websocket_routes: Mapping[str, str] = field(default_factory=dict)
    #: Route keys whose function's body is sent to the client; Chalice creates none.
    route_responses: frozenset[str] = frozenset()
    #: Event invoke configuration: of all functions, and by short name of those that differ.
    async_policy: AsyncPolicy = field(default_factory=AsyncPolicy)
    async_policies: Mapping[str, AsyncPolicy] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    #: Let faults be changed at /_gateway/control/faults, by clients on this machine.
    control: bool = False
