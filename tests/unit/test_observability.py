"""What is measured, what is told, and what to do about it: the code, template.yaml and docs/operations.md agree."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from chalicelib import metrics
from chalicelib.metrics import ALL, Metric

ROOT: Final = Path(__file__).parents[2]
CODE: Final = ROOT / "functions" / "chalicelib"
OPERATIONS: Final = (ROOT / "docs" / "operations.md").read_text()
NAMES: Final = {it.name for it in ALL}


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what they are about."""


def short_form(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    """The form's argument."""
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


Loader.add_multi_constructor("!", short_form)
TEMPLATE: Final = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506 - a safe loader


def alarms() -> Mapping[str, Mapping[str, Any]]:
    """Properties of the template's alarms, by name."""
    resources = TEMPLATE["Resources"].items()
    return {
        name.removesuffix("Alarm"): it["Properties"] for name, it in resources if it["Type"] == "AWS::CloudWatch::Alarm"
    }


def own_namespace() -> str:
    """The namespace of Parley's own metrics."""
    namespace: str = TEMPLATE["Metadata"]["Shared"]["Function"]["Environment"]["Variables"]["METRICS_NAMESPACE"]
    return namespace


def recorded() -> Iterator[Metric]:
    """The first argument of every `metrics.record(...)` in the functions."""
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                (name, *_) = node.args
                assert isinstance(name, ast.Name), f"{path}: a metric is recorded by its name in chalicelib.metrics"
                yield getattr(metrics, name.id)


def runbook() -> Mapping[str, str]:
    """The paragraphs of the section on alarms, by their headings."""
    section = OPERATIONS.partition("\n## Metrics and alarms\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^### (\w+)\n\n((?:(?!###).+\n?|\n)+)", section, re.MULTILINE))


def test_every_metric_is_recorded_somewhere_and_nothing_else_is() -> None:
    assert set(recorded()) == set(ALL)


def test_every_metric_is_described_as_the_code_does() -> None:
    described = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (.+) \|$", OPERATIONS.partition("## Metrics and alarms")[2], re.MULTILINE
    )
    assert described == [(it.name, it.unit.value, it.meaning) for it in ALL]


def test_every_alarm_has_its_paragraph_and_every_paragraph_its_alarm() -> None:
    paragraphs = runbook()
    assert set(paragraphs) == set(alarms())
    assert all(len(it.split()) >= 20 for it in paragraphs.values())


def test_alarms_look_at_metrics_that_there_are() -> None:
    own = {it["MetricName"] for it in alarms().values() if it["Namespace"] == own_namespace()}
    assert own
    assert own <= NAMES
    others = {it["Namespace"] for it in alarms().values()} - {own_namespace()}
    assert others == {"AWS/ApiGateway", "AWS/Lambda", "AWS/SQS"}


def test_thresholds_are_parameters_that_the_paragraph_names() -> None:
    paragraphs = runbook()
    for name, alarm in alarms().items():
        if isinstance(alarm["Threshold"], str):
            assert alarm["Threshold"] in TEMPLATE["Parameters"]
            assert f"`{alarm['Threshold']}`" in paragraphs[name]


def test_every_alarm_tells_the_topic_when_it_begins_and_when_it_ends() -> None:
    told = ["HasAlarmTopic", ["AlarmTopicArn"], "AWS::NoValue"]
    for alarm in alarms().values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == told


def test_the_dashboard_shows_every_metric() -> None:
    body = TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
    assert set(re.findall(rf'\["{re.escape(own_namespace())}", "(\w+)"', body)) == NAMES
