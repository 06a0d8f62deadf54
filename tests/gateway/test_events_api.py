"""EventBridge's API for the project's schedules, judged by boto3's own client."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from boto3 import Session
from botocore.exceptions import ClientError
from mypy_boto3_events import EventBridgeClient

from infra.gateway import Gateway
from infra.gateway.core.manifest import Schedule
from infra.gateway.core.sigv4 import Credentials
from infra.gateway.shell.scheduler import Scheduler
from infra.gateway.testing import LocalGateway
from tests.gateway.conftest import StartGateway, client_options, until
from tests.gateway.test_scheduler import AcceptingQueue, Clock

DAILY = "workers-dev-daily-event"
MINUTELY = "workers-dev-minutely-event"


def events_client(aws: Session, gateway: Gateway, **options: Any) -> EventBridgeClient:
    return aws.client("events", **{**client_options(gateway), "endpoint_url": gateway.url, **options})


@pytest.fixture
async def running(start_gateway: StartGateway) -> LocalGateway:
    return await start_gateway("workers", schedules=True)


async def test_rules_are_listed_with_their_expression_and_state(aws: Session, running: LocalGateway) -> None:
    client = events_client(aws, running)
    rules = (await asyncio.to_thread(client.list_rules))["Rules"]
    assert [(it["Name"], it["ScheduleExpression"], it["State"]) for it in rules] == [
        (MINUTELY, "rate(1 minute)", "ENABLED"),
        (DAILY, "cron(0 12 * * ? *)", "ENABLED"),
    ]
    one = (await asyncio.to_thread(client.list_rules, NamePrefix="workers-dev-d"))["Rules"]
    assert [it["Arn"] for it in one] == [f"arn:aws:events:us-east-1:000000000000:rule/{DAILY}"]


async def test_a_rule_names_its_function_and_a_function_its_rules(aws: Session, running: LocalGateway) -> None:
    client = events_client(aws, running)
    [target] = (await asyncio.to_thread(client.list_targets_by_rule, Rule=DAILY))["Targets"]
    assert target["Arn"] == "arn:aws:lambda:us-east-1:000000000000:function:workers-dev-daily"
    found = await asyncio.to_thread(client.list_rule_names_by_target, TargetArn=target["Arn"])
    assert found["RuleNames"] == [DAILY]


async def test_a_rule_is_switched_off_and_on_and_stays_so_over_a_reload(aws: Session, running: LocalGateway) -> None:
    client = events_client(aws, running)
    await asyncio.to_thread(client.disable_rule, Name=DAILY)
    await running.reload()
    assert (await asyncio.to_thread(client.describe_rule, Name=DAILY))["State"] == "DISABLED"
    assert (await asyncio.to_thread(client.describe_rule, Name=MINUTELY))["State"] == "ENABLED"
    await asyncio.to_thread(client.enable_rule, Name=DAILY)
    assert (await asyncio.to_thread(client.describe_rule, Name=DAILY))["State"] == "ENABLED"


async def test_without_schedules_every_rule_begins_disabled(aws: Session, workers: LocalGateway) -> None:
    client = events_client(aws, workers)
    assert (await asyncio.to_thread(client.describe_rule, Name=DAILY))["State"] == "DISABLED"


async def test_a_disabled_rule_does_not_fire_until_it_is_enabled() -> None:
    queue, clock = AcceptingQueue(), Clock()
    scheduler = Scheduler(queue, "us-east-1", clock)
    scheduler.load([Schedule("a", "a", "rate(1 hour)"), Schedule("b", "b", "rate(1 hour)")])
    scheduler.disable("a")
    start = clock.now
    await until(lambda: clock.now > start + timedelta(hours=5))
    assert {it.function for it in queue.accepted} == {"b"}
    scheduler.enable("a")
    await until(lambda: {it.function for it in queue.accepted} == {"a", "b"})
    await scheduler.close()


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.describe_rule(Name="nobody"),
        lambda client: client.enable_rule(Name="nobody"),
        lambda client: client.list_targets_by_rule(Rule="nobody"),
        lambda client: client.list_rules(EventBusName="another"),
    ],
)
async def test_what_does_not_exist_is_the_modelled_exception(
    aws: Session, workers: LocalGateway, call: Callable[[EventBridgeClient], object]
) -> None:
    client = events_client(aws, workers)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        await asyncio.to_thread(call, client)


async def test_other_operations_and_other_keys_are_refused(aws: Session, workers: LocalGateway) -> None:
    with pytest.raises(ClientError) as refused:
        await asyncio.to_thread(events_client(aws, workers).delete_rule, Name=DAILY)
    assert refused.value.response["ResponseMetadata"]["RequestId"]
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"
    stranger = Credentials("AKIDOFSOMEBODYELSE", "secret")
    with pytest.raises(ClientError) as forbidden:
        await asyncio.to_thread(
            events_client(
                aws,
                workers,
                aws_access_key_id=stranger.access_key_id,
                aws_secret_access_key=stranger.secret_access_key,
            ).list_rules
        )
    assert forbidden.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
