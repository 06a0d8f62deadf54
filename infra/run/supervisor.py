"""Start everything in order, keep it running, stop it in order."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from infra.run import logs
from infra.run.checks import check_disk, check_port
from infra.run.gateway import GatewayProcess
from infra.run.keys import load_keys
from infra.run.mailbox import Mailbox
from infra.run.metrics import serve_metrics
from infra.run.restarts import Service, keep_running
from infra.run.settings import RunSettings
from infra.run.webapp import FRONTEND, WebApp
from infra.schema.migrate import DEFAULT_KEYSPACE, migrate
from infra.schema.placement import settle
from infra.stores import MONGODB, HistoryStore, Stores, needed, running
from infra.stores.lock import FolderLock

if TYPE_CHECKING:
    from infra.metrics.server import MetricsServer

Say = Callable[[str], None]

_WATCH_SECONDS = 1.0
# Together below the five seconds that a stop may take.
_GATEWAY_GRACE = 2.0
_STORES_GRACE = 2.8

# What a user may set for the functions without editing anything.
_PASSED_ON = (
    "FLUSH_COUNT",
    "FANOUT_SHARD",
    "BCRYPT_COST",
    "LOG_LEVEL",
    "REGISTRATION",
    "AUDIT_DAYS",
    "WEB_URL",
    "MAIL_URL",
    "MAIL_FROM",
    "IDENTITY_ISSUER",
    "IDENTITY_CLIENT_ID",
    "IDENTITY_CLIENT_SECRET",
    "IDENTITY_NAME",
)


class Supervisor:
    """One run of Parley."""

    def __init__(self, settings: RunSettings, environment: Mapping[str, str], say: Say) -> None:
        self._settings = settings
        self._given = environment
        self._say = say
        self._lock = FolderLock(settings.data, "Parley")
        self._stores = Stores.choose(
            settings.data, environment, variables=needed(settings.history), logs=settings.logs, progress=say
        )
        self._mailbox = None if environment.get("MAIL_URL") else Mailbox()
        self._gateway: GatewayProcess | None = None
        self._metrics: MetricsServer | None = None
        self.is_ready = False
        """Whether the start is over."""

    async def run(self) -> None:
        """Run until cancelled. Raises RunError, StoreError or SchemaError. Everything is stopped in any case."""
        try:
            await self._start()
            self.is_ready = True
            self._say(f"Parley is ready at {self._settings.url}")
            if self._metrics is not None:
                self._say(f"Its metrics are at {self._metrics.url}, and for Prometheus at {self._metrics.url}/metrics")
            if self._mailbox is not None:
                self._say(f"Mail it would send is at {self._mailbox.page_url}")
            await self._keep_running()
        finally:
            await self._stop()

    async def _start(self) -> None:
        settings = self._settings
        settings.data.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(self._lock.acquire)
        running.withdraw(settings.data)
        running.refuse_unfinished(settings.data)
        check_port(settings.port)
        check_disk(settings.data)
        settings.logs.mkdir(exist_ok=True)
        logs.bound(settings.logs)
        self._metrics = serve_metrics(settings)
        keys = load_keys(settings.data / "secrets.json", self._given)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._start_stores())
            app = group.create_task(self._web_app())
        environment = self._function_environment(keys)
        if self._mailbox is not None:
            await self._mailbox.start()
            environment |= {"MAIL_URL": self._mailbox.smtp_url, "MAIL_FROM": "parley@localhost"}
        self._gateway = GatewayProcess(settings, app.result(), environment, self._lock.descriptor)
        await self._gateway.start()
        await self._gateway.ready()
        # For a backup of what runs.
        names = (*self._stores.by_variable, "HISTORY_STORE", "CASSANDRA_KEYSPACE")
        running.announce(settings.data, {name: environment[name] for name in names})

    async def _start_stores(self) -> None:
        with_cassandra = self._settings.history is HistoryStore.CASSANDRA
        self._say(f"Starting PostgreSQL{', MongoDB and Cassandra' if with_cassandra else ' and MongoDB'}")
        # MongoDB by itself, a second or so: it knows whether the history is where these settings say, before they make
        # a folder, fetch a jar or show somebody an empty room.
        await self._stores.start([MONGODB])
        mongodb = self._stores.by_variable[MONGODB].url
        await settle(mongodb, self._settings.history)
        await self._stores.start([variable for variable in self._stores.by_variable if variable != MONGODB])
        environment = {**self._given, **self._stores.environment()}
        for outcome in await migrate(environment, only=self._stores.by_variable):
            if outcome.applied:
                self._say(f"{outcome.store}: schema brought to number {outcome.number}")

    async def _web_app(self) -> Path:
        if self._settings.static is not None:
            return self._settings.static
        app = WebApp(FRONTEND, self._settings.logs / "webapp.log", self._say)
        await app.build()
        return app.dist

    def _function_environment(self, keys: Mapping[str, str]) -> dict[str, str]:
        port = self._settings.port
        return {
            **self._stores.environment(),
            **keys,
            **{name: self._given[name] for name in _PASSED_ON if self._given.get(name)},
            "HISTORY_STORE": self._settings.history,
            "CASSANDRA_KEYSPACE": self._given.get("CASSANDRA_KEYSPACE") or DEFAULT_KEYSPACE,
            "HASH_FUNCTION": "hash_password",
            "ALLOWED_ORIGINS": f"http://localhost:{port},http://127.0.0.1:{port}",
        }

    async def _keep_running(self) -> None:
        services: list[Service] = [*self._stores.embedded]
        if self._gateway is not None:
            services.append(self._gateway)
        async with asyncio.TaskGroup() as group:
            for service in services:
                group.create_task(keep_running(service, self._say))
            group.create_task(self._watch_logs())

    async def _watch_logs(self) -> None:
        failed = logs.FailedInvocations(self._settings.logs / "gateway.log")
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            for line in failed.read():
                self._say(line)
            logs.bound(self._settings.logs)

    async def _stop(self) -> None:
        if self.is_ready:
            running.withdraw(self._settings.data)
        # The gateway first: its functions still use the stores.
        if self._gateway is not None:
            await self._gateway.stop(_GATEWAY_GRACE)
        if self._metrics is not None:
            await asyncio.to_thread(self._metrics.stop)
        if self._mailbox is not None:
            await self._mailbox.stop()
        await self._stores.stop(_STORES_GRACE)
        self._lock.release()
