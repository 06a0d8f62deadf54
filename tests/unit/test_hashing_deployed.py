"""How template.yaml and .chalice/config.json bound the function that hashes passwords, and who may invoke it."""

import json
from typing import Any

from tests.unit.test_observability import ROOT, TEMPLATE

RESOURCES = TEMPLATE["Resources"]
FUNCTIONS = {name: it for name, it in RESOURCES.items() if it["Type"] == "AWS::Serverless::Function"}


def statements(role: str) -> list[dict[str, Any]]:
    """What the role may do."""
    found: list[dict[str, Any]] = RESOURCES[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def test_its_concurrency_is_reserved_on_aws_and_locally() -> None:
    condition, reserved, _ = FUNCTIONS["HashPassword"]["Properties"]["ReservedConcurrentExecutions"]
    assert (condition, reserved) == ("LimitsHashing", "HashConcurrency")
    config = json.loads((ROOT / "functions" / ".chalice" / "config.json").read_text())
    assert config["stages"]["dev"]["lambda_functions"]["hash_password"]["reserved_concurrency"] == 4


def test_functions_are_told_its_name() -> None:
    variables = TEMPLATE["Metadata"]["Shared"]["Function"]["Environment"]["Variables"]
    assert (
        variables["FUNCTION_PREFIX"] + variables["HASH_FUNCTION"]
        == FUNCTIONS["HashPassword"]["Properties"]["FunctionName"]
    )


def test_only_the_rest_function_may_invoke_it_and_itself_may_only_write_logs() -> None:
    invoking = {
        name
        for name in FUNCTIONS
        for it in statements(f"{name}Role")
        if it["Action"] == "lambda:InvokeFunction" and it["Resource"].endswith("-hash_password")
    }
    assert invoking == {"APIHandler"}
    assert [it["Action"] for it in statements("HashPasswordRole")] == [["logs:CreateLogStream", "logs:PutLogEvents"]]


def test_no_role_may_invoke_every_function() -> None:
    resources = [
        it["Resource"]
        for name in FUNCTIONS
        for it in statements(f"{name}Role")
        if it["Action"] == "lambda:InvokeFunction"
    ]
    assert resources
    assert not [it for it in resources if "*" in it]
