"""Wires the parts of a gateway and runs it: `async with Gateway(Settings(project=...)) as gateway: ...`."""

import asyncio
import logging
import os
import platform
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from infra.gateway.console.history import InvocationHistory
from infra.gateway.console.state import ConsoleState
from infra.gateway.console.surface import ConsoleSurface
from infra.gateway.control import ControlApi
from infra.gateway.core.connection import GOING_AWAY
from infra.gateway.core.events import Api
from infra.gateway.core.faults import Faults
from infra.gateway.core.manifest import Function, Manifest
from infra.gateway.core.routing import RouteSelection
from infra.gateway.core.throttle import TokenBucket
from infra.gateway.core.variables import Place, function_arn, function_variables
from infra.gateway.pool.environment import Launch
from infra.gateway.pool.functions import Functions, InvocationObserver
from infra.gateway.pool.memory import group_parent
from infra.gateway.settings import Settings
from infra.gateway.shell.async_queue import AsyncQueue
from infra.gateway.shell.authorizers import Authorizers
from infra.gateway.shell.discovery import ProjectError, discover
from infra.gateway.shell.events_api import EventsApi
from infra.gateway.shell.front import Front, Surfaces
from infra.gateway.shell.http import HttpConnection, HttpRequest, HttpResponse
from infra.gateway.shell.integration import Integration
from infra.gateway.shell.lambda_api import LambdaApi
from infra.gateway.shell.management import ManagementApi
from infra.gateway.shell.reload import changed_since, fingerprint, watch
from infra.gateway.shell.rest import RestFrontend
from infra.gateway.shell.scheduler import Scheduler, SystemClock
from infra.gateway.shell.signatures import SignatureCheck
from infra.gateway.shell.static import StaticFiles
from infra.gateway.shell.status import STATUS_SERVICE, StatusApi
from infra.gateway.shell.tls import server_context
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

    Entering raises ProjectError when the project cannot be loaded and is not to be reloaded, OSError when the port is
    taken and CertificateError when the certificate cannot be used. `observers` are told of every invocation.
    """

    def __init__(self, settings: Settings, observers: Sequence[InvocationObserver] = ()) -> None:
        self.settings = settings
        self._history = InvocationHistory() if settings.console else None
        self._observers = [*observers, *([self._history] if self._history else [])]
        self.url = ""
        #: Where functions and AWS clients on this machine go: the same, or a plain address beside a port with TLS.
        self.local_url = ""
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
            "AWS_ENDPOINT_URL_EVENTBRIDGE": self.local_url,
            "AWS_ENDPOINT_URL_LAMBDA": self.local_url,
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
        self._servers = await self._bind()
        try:
            self._name_addresses()
            self._wire(await self._first_manifest())
            for server in self._servers:
                await server.start_serving()
        except BaseException:
            for server in self._servers:
                server.close()
            raise
        self._chores = [self._loop.create_task(self._keep_sweeping())]
        if self.settings.reload:
            self._chores.append(self._loop.create_task(watch(self.settings.project, self._fingerprint, self.reload)))
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
        for server in self._servers:
            server.close()
        for task in self._chores:
            task.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self._scheduler.close()
        await self._queue.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(
                self._websocket.close(GOING_AWAY), self.settings.limits.close_timeout + CLOSING_MARGIN
            )
        await self._front.close()
        await self._functions.close()

    @property
    def faults(self) -> Faults:
        """What goes wrong now."""
        return self._faults

    def provoke(self, faults: Faults) -> None:
        """Have these faults happen from now on, and no others; sockets that are open are meant too."""
        self._faults = faults
        self._websocket.provoke(faults)
        self._scheduler.duplicate = faults.duplicate_schedules
        self._queue.duplicate = faults.duplicate_invocations
        rate = faults.callbacks_per_second
        self._management.callbacks = None if rate is None else TokenBucket(rate, max(rate, 1.0), time.monotonic())

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
            if self._history is not None:
                self._history.project_broken(str(error), error.details)
            return
        self._load(manifest)
        LOG.info("reloaded %s", self.settings.project)

    def _accept(self) -> HttpConnection:
        return HttpConnection(self._front, self._loop, BODY_LIMIT)

    async def _bind(self) -> list[asyncio.Server]:
        """The public port first; with TLS a plain one for functions and commands, who have no reason to trust it."""
        settings = self.settings
        certificate = settings.tls_certificate
        context = server_context(certificate, settings.tls_key) if certificate else None
        public = await self._loop.create_server(
            self._accept, settings.host, settings.port, backlog=BACKLOG, start_serving=False, ssl=context
        )
        if context is None:
            return [public]
        return [public, await self._loop.create_server(self._accept, "127.0.0.1", 0, start_serving=False)]

    def _name_addresses(self) -> None:
        self._address, *rest = [_address(server) for server in self._servers]
        self.url = f"https://{self._address}" if rest else f"http://{self._address}"
        self.local_url = f"http://{rest[0]}" if rest else self.url
        self._api_id = secrets.token_hex(5)

    async def _first_manifest(self) -> Manifest:
        """Load the project; one that is to be reloaded may be broken at first, and is waited for."""
        while True:
            # Before the project is loaded: what changes meanwhile is loaded again.
            self._fingerprint = await asyncio.to_thread(fingerprint, self.settings.project)
            try:
                return await self._discover()
            except ProjectError as error:
                if not self.settings.reload:
                    raise
                LOG.error("%s Mend it: it is loaded again when it changes.\n%s", error, error.details)  # noqa: TRY400
            await changed_since(self.settings.project, self._fingerprint)

    async def _discover(self) -> Manifest:
        place = self._place(self.settings.websocket_stage or "api")
        variables = function_variables(
            _DISCOVERY, place, self.settings.credentials, self.settings.environment, os.environ
        )
        project = self.settings.project.resolve()
        manifest = await discover(project, self.settings.chalice_stage, variables)
        for route, function in self.settings.websocket_routes.items():
            if function not in manifest.functions:
                message = f"The route {route} is for the function {function}, which {project} does not have."
                raise ProjectError(message)
        return manifest

    def _place(self, websocket_stage: str) -> Place:
        version = ".".join(platform.python_version_tuple()[:2])
        return Place(
            self.local_url,
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
        self.websocket_url = f"{self.url.replace('http', 'ws', 1)}/{self.websocket_stage}"
        self.management_url = f"{self.local_url}/{self.websocket_stage}"
        self._memory_groups = group_parent() if limits.memory else None
        self._functions = Functions(limits, loop, self._observers)
        self._queue = AsyncQueue(
            self._functions, settings.async_policy, settings.async_policies, limits.async_queue, loop
        )
        self._scheduler = Scheduler(self._queue, settings.region, SystemClock(), running=settings.schedules)
        self._integration = Integration(self._functions, limits.integration_timeout, loop)
        rate = limits.requests_per_second
        self._requests = TokenBucket(rate, limits.request_burst, time.monotonic()) if rate else None
        self._websocket = self._websocket_frontend()
        rest_api = self._api(self.rest_stage)
        authorizers = Authorizers(rest_api, settings.region, self._integration, self._signatures("execute-api"))
        self._rest = RestFrontend(rest_api, authorizers, manifest, self._integration, self._requests)
        self._management = self._management_api()
        self._front = Front(self._surfaces(), limits.keep_alive, loop)
        self.provoke(settings.faults)
        self._load(manifest)

    def _api(self, stage: str) -> Api:
        return Api(self._api_id, stage, self._address, self.url.partition(":")[0])

    def _websocket_frontend(self) -> WebSocketFrontend:
        settings = self.settings
        selection = RouteSelection(settings.route_selection)
        shape = WebSocketSettings(self._api(self.websocket_stage), selection, settings.route_responses, settings.limits)
        return WebSocketFrontend(shape, {}, self._integration, self._requests, self._loop)

    def _management_api(self) -> ManagementApi:
        return ManagementApi(self._websocket.clients, self._signatures("execute-api"), self._requests)

    def _signatures(self, service: str) -> SignatureCheck:
        return SignatureCheck(self.settings.credentials, self.settings.region, service)

    def _surfaces(self) -> Surfaces:
        settings = self.settings
        return Surfaces(
            self.rest_stage,
            self.websocket_stage,
            self._rest,
            self._websocket,
            self._management,
            LambdaApi(self._functions, self._queue, self._signatures("lambda")),
            EventsApi(self._scheduler, lambda: self._manifest.functions, settings.region, self._signatures("events")),
            StaticFiles(settings.static, settings.static_headers) if settings.static else None,
            self._own_paths(),
        )

    def _own_paths(self) -> dict[str, Callable[[HttpRequest], HttpResponse]]:
        settings, clients = self.settings, self._websocket.clients
        project = settings.project.resolve()
        signatures = self._signatures(STATUS_SERVICE)
        paths: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "status": StatusApi(str(project), self.management_url, clients, signatures).answer
        }
        if settings.control:
            paths["control"] = ControlApi(lambda: self._faults, self.provoke).answer
        if self._history is not None:
            state = ConsoleState(project, self.websocket_url, clients, self._functions, self._history)
            console = ConsoleSurface(state, clients).answer
            paths |= {"": console, "console": console}
        return paths

    def _load(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._functions.load([self._launch(function) for function in manifest.functions.values()])
        self._websocket.routes = {**manifest.websocket_routes, **self.settings.websocket_routes}
        self._rest.load(manifest)
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
        return Launch(
            function,
            settings.project.resolve(),
            variables,
            arn,
            settings.freeze,
            settings.limits.memory,
            self._memory_groups,
        )

    async def _keep_sweeping(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_INTERVAL)
            self.sweep()


def _address(server: asyncio.Server) -> str:
    host, port = server.sockets[0].getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
