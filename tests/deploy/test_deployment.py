"""What a deployment leaves, and what it does when something is wrong: on MiniStack, with the real stores."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from infra.deploy import smoke
from infra.deploy.deployment import Clients, Deployment
from infra.deploy.errors import MigrationsFailed, MissingSetting, SmokeFailed, StackFailed
from infra.deploy.settings import Settings
from infra.emulator import MiniStack
from tests.deploy.conftest import settings_for
from tests.deploy.system import SESSION, Deployed, build_once, through_cloudfront
from tests.waiting import until


class Attempt:
    """A deployment with settings of its own, and what it said."""

    def __init__(self, settings: Settings, patience: float = smoke.PATIENCE_SECONDS, **parameters: str) -> None:
        chosen = replace(settings, parameters={**settings.parameters, **parameters})
        self.said: list[str] = []
        clients = Clients.connect(chosen, SESSION)
        self.deployment = Deployment(chosen, clients, self.said.append, build=build_once, patience=patience)


@pytest.fixture(scope="module")
def other(ministack: MiniStack, stores_environment: Mapping[str, str]) -> Settings:
    """Of a second Parley on the same server, for tests that break it."""
    # Its flush would move what is said in the first one: they share the stores.
    chosen = settings_for(ministack, stores_environment, "other", "DISABLED")
    return replace(chosen, parameters={name: it for name, it in chosen.parameters.items() if name != "Origin"})


async def test_the_web_app_is_served_with_its_headers_and_its_own_routes_too(parley: Deployed) -> None:
    for path in ("/", "/rooms/any"):
        status, headers, page = await through_cloudfront(parley, path)
        assert (status, headers["Cache-Control"]) == (200, "no-cache")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    (script,) = re.findall(r'<script [^>]*src="([^"]+)"', page)
    status, headers, _ = await through_cloudfront(parley, script)
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"


async def test_a_deployment_says_what_it_packages_and_migrates(parley: Deployed) -> None:
    said = "\n".join(parley.lines)
    assert re.search(r"^Functions: \d+ files, 0\.\d\d MB zipped", said, re.MULTILINE)
    assert re.search(r"^Layer: \d+ files, \d\d\.\d\d MB zipped", said, re.MULTILINE)
    for store in ("PostgreSQL", "MongoDB", "Cassandra"):
        assert re.search(rf"^{store}: 0 migrations applied, now at \d+", said, re.MULTILINE)


async def test_secrets_are_made_for_the_deployment_and_are_hexadecimal(parley: Deployed) -> None:
    found = parley.clients.functions.get_function_configuration(FunctionName="parley-api_handler")
    variables = found["Environment"]["Variables"]
    assert re.fullmatch(r"[0-9a-f]{64}", variables["PASSWORD_PEPPER"])
    assert re.fullmatch(r"1:[0-9a-f]{64}", variables["TOKEN_KEYS"])


async def test_alarms_and_dashboard_look_where_the_functions_write(parley: Deployed) -> None:
    cloudwatch = SESSION.client("cloudwatch", endpoint_url=parley.settings.endpoint)
    variables = parley.clients.functions.get_function_configuration(FunctionName="parley-flush")["Environment"]
    namespace = variables["Variables"]["METRICS_NAMESPACE"]
    alarms = {it["AlarmName"]: it for it in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert alarms["parley-SlowAcks"]["Namespace"] == namespace == "Parley/parley"
    assert alarms["parley-SlowAcks"]["ExtendedStatistic"] == "p99"
    assert "AlarmActions" not in alarms["parley-SlowAcks"] or alarms["parley-SlowAcks"]["AlarmActions"] == []
    board = json.loads(cloudwatch.get_dashboard(DashboardName="parley")["DashboardBody"])
    shown = {metric[0] for widget in board["widgets"] for metric in widget["properties"]["metrics"]}
    assert shown == {namespace, "AWS/Lambda", "AWS/SQS"}


async def test_the_same_version_again_changes_nothing_and_a_plan_says_what_would_change(parley: Deployed) -> None:
    again, bigger = Attempt(parley.settings), Attempt(parley.settings, ApiMemory="2048")
    await asyncio.to_thread(again.deployment.deploy)
    await asyncio.to_thread(bigger.deployment.plan)
    assert {f"parley{it}: nothing to change" for it in ("", "-migrations", "-artifacts")} <= set(again.said)
    assert "  Modify  APIHandler (AWS::Lambda::Function)" in bigger.said
    assert not [it for it in bigger.said if "WebsocketMessage" in it]
    memory = parley.clients.functions.get_function_configuration(FunctionName="parley-api_handler")["MemorySize"]
    assert memory == 1024


async def test_a_plan_for_a_new_deployment_names_everything_and_leaves_nothing(other: Settings) -> None:
    before = inventory(other)
    planned = Attempt(replace(other, name="new"))
    await asyncio.to_thread(planned.deployment.plan)
    assert {"  Add     Artifacts (AWS::S3::Bucket)", "  Add     Migrate (AWS::Lambda::Function)"} <= set(planned.said)
    assert "  Add     APIHandler (AWS::Serverless::Function)" in planned.said
    assert not planned.deployment.artifacts.exists()
    assert inventory(other) == before


async def test_a_first_deployment_without_stores_is_refused_by_name(other: Settings) -> None:
    attempt = Attempt(replace(other, name="nowhere", parameters={}))
    with pytest.raises(MissingSetting, match="PostgresUrl, MongodbUrl, CassandraHosts"):
        await asyncio.to_thread(attempt.deployment.deploy)
    await asyncio.to_thread(attempt.deployment.destroy)


def inventory(settings: Settings) -> Mapping[str, set[str]]:
    """Names of everything there is on the server, by kind."""

    def client(service: str) -> Any:
        return SESSION.client(service, endpoint_url=settings.endpoint)  # type: ignore[call-overload]

    def listed(service: str, operation: str, kind: str, name: str) -> set[str]:
        return {str(it[name] if name else it) for it in getattr(client(service), operation)().get(kind, [])}

    asked = [
        ("lambda", "list_functions", "Functions", "FunctionName"),
        ("lambda", "list_layers", "Layers", "LayerName"),
        ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
        ("apigateway", "get_rest_apis", "items", "name"),
        ("apigatewayv2", "get_apis", "Items", "Name"),
        ("s3", "list_buckets", "Buckets", "Name"),
        ("logs", "describe_log_groups", "logGroups", "logGroupName"),
        ("events", "list_rules", "Rules", "Name"),
        ("secretsmanager", "list_secrets", "SecretList", "Name"),
        ("sqs", "list_queues", "QueueUrls", ""),
        ("iam", "list_roles", "Roles", "RoleName"),
    ]
    return {kind: listed(service, operation, kind, name) for service, operation, kind, name in asked}


def broken_code() -> bytes:
    """A package whose every function fails."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", "raise RuntimeError('broken')")
    return package.getvalue()


@contextmanager
def somebody_elses(settings: Settings, name: str) -> Iterator[None]:
    """A function of CloudFront's that stands in the way of one with this name."""
    cloudfront = SESSION.client("cloudfront", endpoint_url=settings.endpoint)
    created = cloudfront.create_function(
        Name=name,
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=b"function handler(event) { return event.request; }",
    )
    yield
    cloudfront.delete_function(Name=name, IfMatch=created["ETag"])


async def works(deployment: Deployment) -> bool:
    """Whether its functions and all stores answer."""
    async with aiohttp.ClientSession() as http, http.get(f"{deployment.endpoints().rest}/health") as answer:
        return answer.status == 200 and (await answer.json())["status"] == "ok"


async def test_a_version_that_fails_leaves_the_one_before_and_destroying_leaves_nothing(
    parley: Deployed, other: Settings
) -> None:
    before = inventory(other)
    first = Attempt(other)
    with somebody_elses(other, "other-routes"), pytest.raises(StackFailed, match=r"rolled back: WebRoutes: .*exists"):
        await asyncio.to_thread(first.deployment.deploy)
    assert not first.deployment.stack.exists()
    await asyncio.to_thread(first.deployment.deploy)
    variables = parley.clients.functions.get_function_configuration(FunctionName="other-websocket_connect")
    origin = first.deployment.stack.outputs()["WebAppUrl"]
    assert variables["Environment"]["Variables"]["ALLOWED_ORIGINS"] == origin
    bucket = first.deployment.artifacts.outputs()["BucketName"]
    parley.clients.s3.put_object(Bucket=bucket, Key="broken.zip", Body=broken_code())
    with pytest.raises(StackFailed, match=r"Deploying other failed and was rolled back: \w+: "):
        await asyncio.to_thread(Attempt(other, FunctionsKey="missing.zip").deployment.deploy)
    await until(lambda: works(first.deployment))
    with pytest.raises(SmokeFailed, match=r"health gave 50\d .*The version that ran before was put back"):
        await asyncio.to_thread(Attempt(other, 0, FunctionsKey="broken.zip").deployment.deploy)
    await until(lambda: works(first.deployment))
    with pytest.raises(MigrationsFailed, match="the new version was not deployed: "):
        await asyncio.to_thread(Attempt(other, PostgresUrl="postgresql://127.0.0.1:1/none").deployment.deploy)
    await until(lambda: works(first.deployment))
    await asyncio.to_thread(first.deployment.destroy)
    left = {kind: names - before[kind] for kind, names in inventory(other).items()}
    # The one role that is the region's, not the deployment's (template.yaml says why).
    assert [re.sub(r"-[^-]*$", "", it) for it in left.pop("Roles")] == ["other-ApiGatewayRole"]
    assert left == {kind: set() for kind in left}
    await until(lambda: works(parley.deployment))
