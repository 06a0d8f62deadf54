"""Wires the parts of a gateway and runs it: `async with Gateway(Settings(project=...)) as gateway: ...`."""

import asyncio
import logging
import os
import platform
import secrets
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from infra.gateway.core.connection import GOING_AWAY_SHUTDOWN
from infra.gateway.core.events import WebSocketApi
from infra.gateway.core.manifest import Function, Manifest
from infra.gateway.core.rest import RestApi
from infra.gateway.core.routing import RouteSelection
from infra.gateway.core.throttle import TokenBucket
from infra.gateway.core.variables import Place, function_arn, function_variables
from infra.gateway.pool.environment import Launch
from infra.gateway.pool.functions import Functions
from infra.gateway.settings import Settings
from infra.gateway.shell.async_queue import AsyncQueue
from infra.gateway.shell.discovery import ProjectError, discover
from infra.gateway.shell.front import Front, Surfaces
from infra.gateway.shell.http import HttpConnection
from infra.gateway.shell.integration import Integration
from infra.gateway.shell.lambda_api import LambdaApi
from infra.gateway.shell.management import ManagementApi
from infra.gateway.shell.reload import watch
from infra.gateway.shell.rest import RestFrontend
from infra.gateway.shell.scheduler import Scheduler, SystemClock
from infra.gateway.shell.signatures import SignatureCheck
from infra.gateway.shell.static import StaticFiles
from infra.gateway.shell.websocket_api import WebSocketFrontend, WebSocketSettings

LOG = logging.getLogger("gateway")
#: REST takes 10 MB; anything larger is refused before it is read.
BODY_LIMIT = 10 * 1024 * 1024 + 1
BACKLOG = 2048
SWEEP_INTERVAL = 5.0
CLOSING_MARGIN = 0.3
_DISCOVERY = Function("discovery", "discovery", "app.app", 60, 128)


class Gateway:
    """One running gateway. Entering it binds the port and loads the project; leaving it stops every environment.

    Entering raises ProjectError when the project cannot be loaded and OSError when the port is taken.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = ""
        self.websocket_url = ""
        self.management_url = ""
        self._stopped = False

    @property
    def client_environment(self) -> dict[str, str]:
        """Environment variables with which any AWS client reaches this gateway."""
        return {
            "AWS_ACCESS_KEY_ID": self.settings.credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.settings.credentials.secret_access_key,
            "AWS_REGION": self.settings.region,
            "AWS_DEFAULT_REGION": self.settings.region,
            "AWS_ENDPOINT_URL_LAMBDA": self.url,
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": self.management_url,
        }

    @property
    def manifest(self) -> Manifest:
        """What the project contains, as of the last load."""
        return self._manifest

    @property
    def functions(self) -> Functions:
        """Invokes functions without going through HTTP."""
        return self._functions

    @property
    def connections(self) -> list[str]:
        """The ids of all live connections."""
        return list(self._websocket.clients)

    @property
    def environment_pids(self) -> dict[str, list[int]]:
        """The process ids of all environments, by short function name."""
        return {
            pool.function.name: [each.pid for each in pool.environments if each.pid] for pool in self._functions.pools
        }

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        # Bound first: functions are told the address in their environment.
        self._server = await self._loop.create_server(
            self._accept, self.settings.host, self.settings.port, backlog=BACKLOG, start_serving=False
        )
        try:
            self._name_addresses()
            manifest = await self._discover()
            self._wire(manifest)
            await self._server.start_serving()
        except BaseException:
            self._server.close()
            raise
        self._chores = [self._loop.create_task(self._keep_sweeping())]
        if self.settings.reload:
            self._chores.append(self._loop.create_task(watch(self.settings.project, self.reload)))
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close sockets with 1001 and kill every environment; done within 3 s, and only once."""
        if self._stopped:
            return
        self._stopped = True
        self._server.close()
        for task in self._chores:
            task.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self._scheduler.close()
        await self._queue.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(
                self._websocket.close(GOING_AWAY_SHUTDOWN), self.settings.limits.close_timeout + CLOSING_MARGIN
            )
        await self._front.close()
        await self._functions.close()

    def sweep(self) -> None:
        """Stop environments and close HTTP connections that have been idle for too long; done every few seconds."""
        self._functions.sweep()
        self._front.sweep()

    def fire(self, function: str) -> None:
        """Fire the schedule of a function now; raises LookupError when it has none."""
        for schedule in self._manifest.schedules:
            if schedule.function == function:
                self._scheduler.fire(schedule)
                return
        raise LookupError(function)

    async def reload(self) -> None:
        """Load the project again; connections stay, environments are replaced. A broken project changes nothing."""
        try:
            manifest = await self._discover()
        except ProjectError as error:
            LOG.warning("%s The code before the change stays in use.\n%s", error, error.details)
            return
        self._load(manifest)
        LOG.info("reloaded %s", self.settings.project)

    def _accept(self) -> HttpConnection:
        return HttpConnection(self._front, self._loop, BODY_LIMIT)

    def _name_addresses(self) -> None:
        host, port = self._server.sockets[0].getsockname()[:2]
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.url = f"http://{self._address}"
        self._api_id = secrets.token_hex(5)

    async def _discover(self) -> Manifest:
        place = self._place(self.settings.websocket_stage or "api")
        variables = function_variables(
            _DISCOVERY, place, self.settings.credentials, self.settings.environment, os.environ
        )
        project = self.settings.project.resolve()
        return await discover(project, self.settings.chalice_stage, variables)

    def _place(self, websocket_stage: str) -> Place:
        version = ".".join(platform.python_version_tuple()[:2])
        return Place(
            self.url,
            websocket_stage,
            self._api_id,
            self.settings.region,
            str(self.settings.project.resolve()),
            version,
        )

    def _wire(self, manifest: Manifest) -> None:
        settings, limits, loop = self.settings, self.settings.limits, self._loop
        self.rest_stage = settings.rest_stage or manifest.api_gateway_stage
        self.websocket_stage = settings.websocket_stage or manifest.api_gateway_stage
        self.websocket_url = f"ws://{self._address}/{self.websocket_stage}"
        self.management_url = f"{self.url}/{self.websocket_stage}"
        self._functions = Functions(limits, loop)
        self._queue = AsyncQueue(
            self._functions, settings.async_policy, settings.async_policies, limits.async_queue, loop
        )
        self._scheduler = Scheduler(
            self._queue, settings.region, SystemClock(), duplicate=settings.faults.duplicate_schedules
        )
        self._integration = Integration(self._functions, limits.integration_timeout, loop)
        rate = limits.requests_per_second
        self._requests = TokenBucket(rate, limits.request_burst, time.monotonic()) if rate else None
        self._websocket = self._websocket_frontend()
        rest_api = RestApi(self._api_id, self.rest_stage, self._address)
        self._rest = RestFrontend(rest_api, settings.region, manifest, self._integration, self._requests)
        self._front = Front(self._surfaces(), limits.keep_alive, loop)
        self._load(manifest)

    def _websocket_frontend(self) -> WebSocketFrontend:
        settings = self.settings
        api = WebSocketApi(self._api_id, self.websocket_stage, self._address)
        selection = RouteSelection(settings.route_selection)
        shape = WebSocketSettings(api, selection, settings.route_responses, settings.limits, settings.faults)
        return WebSocketFrontend(shape, {}, self._integration, self._requests, self._loop)

    def _surfaces(self) -> Surfaces:
        settings = self.settings
        execute_api = SignatureCheck(settings.credentials, settings.region, "execute-api")
        lambda_ = SignatureCheck(settings.credentials, settings.region, "lambda")
        return Surfaces(
            self.rest_stage,
            self.websocket_stage,
            self._rest,
            self._websocket,
            ManagementApi(self._websocket.clients, execute_api, self._requests),
            LambdaApi(self._functions, self._queue, lambda_, self._loop),
            StaticFiles(settings.static, settings.static_headers) if settings.static else None,
        )

    def _load(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._functions.load([self._launch(function) for function in manifest.functions.values()])
        self._websocket.routes = {**manifest.websocket_routes, **self.settings.websocket_routes}
        self._rest.load(manifest)
        if self.settings.schedules:
            self._scheduler.load(manifest.schedules)

    def _launch(self, function: Function) -> Launch:
        settings = self.settings
        variables = function_variables(
            function,
            self._place(self.websocket_stage),
            settings.credentials,
            settings.environment,
            os.environ,
        )
        arn = function_arn(function, settings.region)
        return Launch(function, settings.project.resolve(), variables, arn, settings.freeze)

    async def _keep_sweeping(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_INTERVAL)
            self.sweep()
