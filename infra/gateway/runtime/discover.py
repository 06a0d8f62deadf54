"""Print what a Chalice project contains as JSON: `python -P discover.py PROJECT_DIR CHALICE_STAGE OUTPUT_FD`.

Runs in a process of its own, because importing an app runs its code. The JSON goes to a descriptor of its own, so that
whatever the app prints while it is imported cannot spoil it. Names follow chalice/deploy/appgraph.py, stage merging is
Chalice's own Config.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from chalice.app import (
    ChaliceAuthorizer,
    CognitoUserPoolAuthorizer,
    IAMAuthorizer,
    ScheduledEventConfig,
    ScheduleExpression,
)
from chalice.config import Config
from chalice.constants import (
    DEFAULT_APIGATEWAY_STAGE_NAME,
    DEFAULT_HANDLER_NAME,
    DEFAULT_LAMBDA_MEMORY_SIZE,
    DEFAULT_LAMBDA_TIMEOUT,
)

#: API Gateway's own, for an authorizer that names none, and its limit; both in seconds.
AUTHORIZER_TTL = 300
AUTHORIZER_TTL_LIMIT = 3600
WEBSOCKET_FUNCTIONS = {"$connect": "websocket_connect", "$disconnect": "websocket_disconnect"}


def load_config(project: Path, stage: str) -> Config:
    """The project's configuration for a Chalice stage; raises OSError or ValueError when it cannot be read."""
    on_disk = json.loads((project / ".chalice" / "config.json").read_text())
    defaults = {"project_dir": str(project), "api_gateway_stage": DEFAULT_APIGATEWAY_STAGE_NAME}
    return Config(chalice_stage=stage, config_from_disk=on_disk, default_params=defaults)


def load_app(project: Path, config: Config) -> Any:
    """Import `app.app` as Chalice does: the project first on the path, its vendor folder last."""
    sys.path.insert(0, str(project))
    vendor = project / "vendor"
    if vendor.is_dir():
        sys.path.append(str(vendor))
    for name, value in config.environment_variables.items():
        # What the gateway was given beats the project's own, as in functions.
        os.environ.setdefault(name, str(value))
    return importlib.import_module("app").app


def describe_function(config: Config, name: str, handler: str) -> dict[str, Any]:
    """One function's entry. `api_handler` keeps the name it had before functions were named, `<app>-<stage>`."""
    scoped = config.scope(config.chalice_stage, name)
    prefix = f"{config.app_name}-{config.chalice_stage}"
    return {
        "name": name,
        "qualified_name": prefix if name == DEFAULT_HANDLER_NAME else f"{prefix}-{name}",
        "handler": handler,
        "timeout": scoped.lambda_timeout or DEFAULT_LAMBDA_TIMEOUT,
        "memory": scoped.lambda_memory_size or DEFAULT_LAMBDA_MEMORY_SIZE,
        "reserved_concurrency": scoped.reserved_concurrency,
        "environment": {key: str(value) for key, value in scoped.environment_variables.items()},
    }


def describe_routes(app: Any) -> dict[str, dict[str, Any]]:
    """REST routes by path and method, with what a preflight answers and which authorizer is asked."""
    routes: dict[str, dict[str, Any]] = {}
    for path, methods in app.routes.items():
        routes[path] = {}
        for method, entry in methods.items():
            routes[path][method] = {
                "cors": entry.cors.get_access_control_headers() if entry.cors else None,
                "authorizer": describe_authorizer(entry.authorizer)["name"] if entry.authorizer else None,
            }
    return routes


def describe_authorizer(authorizer: Any) -> dict[str, Any]:
    """One authorizer of a route: a function of the app, or something of AWS."""
    if isinstance(authorizer, ChaliceAuthorizer):
        config = authorizer.config
        ttl = AUTHORIZER_TTL if config.ttl_seconds is None else min(config.ttl_seconds, AUTHORIZER_TTL_LIMIT)
        return {"name": config.name, "kind": "function", "header": config.header, "ttl": ttl}
    if isinstance(authorizer, IAMAuthorizer):
        return {"name": authorizer.name, "kind": "iam"}
    kind = "cognito" if isinstance(authorizer, CognitoUserPoolAuthorizer) else "external"
    return {"name": authorizer.name, "kind": kind, "header": authorizer.to_swagger()["name"]}


def describe_authorizers(app: Any) -> list[dict[str, Any]]:
    """Every authorizer that a route uses."""
    used = [entry.authorizer for methods in app.routes.values() for entry in methods.values() if entry.authorizer]
    return list({each["name"]: each for each in map(describe_authorizer, used)}.values())


def describe_websocket(app: Any) -> tuple[dict[str, str], dict[str, str]]:
    """(route key to function name, function name to handler string)."""
    routes = {}
    handlers = {}
    for route_key, handler in app.websocket_handlers.items():
        name = WEBSOCKET_FUNCTIONS.get(route_key, "websocket_message")
        routes[route_key] = name
        handlers[name] = handler.handler_string
    return routes, handlers


def describe_schedules(config: Config, app: Any) -> list[dict[str, str]]:
    """Every `@app.schedule` with its expression as text."""
    schedules = []
    for source in app.event_sources:
        if not isinstance(source, ScheduledEventConfig):
            continue
        expression = source.schedule_expression
        if isinstance(expression, ScheduleExpression):
            expression = expression.to_string()
        rule = f"{config.app_name}-{config.chalice_stage}-{source.name}-event"
        schedules.append({"rule": rule, "function": source.name, "expression": expression})
    return schedules


def describe(config: Config, app: Any) -> dict[str, Any]:
    """The whole manifest."""
    websocket_routes, handlers = describe_websocket(app)
    if app.routes:
        handlers[DEFAULT_HANDLER_NAME] = "app.app"
    for source in (*app.pure_lambda_functions, *app.event_sources, *app.builtin_auth_handlers):
        handlers[source.name] = source.handler_string
    return {
        "app_name": config.app_name,
        "api_gateway_stage": config.api_gateway_stage,
        "functions": [describe_function(config, name, handler) for name, handler in handlers.items()],
        "routes": describe_routes(app),
        "binary_types": app.api.binary_types,
        "websocket_routes": websocket_routes,
        "schedules": describe_schedules(config, app),
        "authorizers": describe_authorizers(app),
    }


def main(arguments: list[str]) -> None:
    """Write the manifest of a project; a broken app ends the process with its traceback on stderr."""
    project, stage, output = Path(arguments[0]), arguments[1], int(arguments[2])
    config = load_config(project, stage)
    app = load_app(project, config)
    with os.fdopen(output, "w") as stream:
        json.dump(describe(config, app), stream)


if __name__ == "__main__":
    main(sys.argv[1:])
