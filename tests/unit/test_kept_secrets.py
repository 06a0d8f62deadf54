"""template.yaml lets functions read the secrets that settings name, and no others."""

from typing import Any, Final

from tests.unit.test_observability import TEMPLATE

RESOURCES: Final[dict[str, Any]] = TEMPLATE["Resources"]
POLICY: Final = RESOURCES["KeptSecretsPolicy"]["Properties"]


def test_every_function_may_read_what_its_settings_name() -> None:
    roles = [name for name, it in RESOURCES.items() if it["Type"] == "AWS::IAM::Role" and name != "ApiGatewayRole"]
    assert len(roles) == len(POLICY["Roles"]) > 0
    functions = [it for it in RESOURCES.values() if it["Type"] == "AWS::Serverless::Function"]
    assert len(functions) == len(roles)


def test_nothing_may_be_read_that_is_not_named() -> None:
    reading = POLICY["PolicyDocument"]["Statement"][0]
    assert set(reading["Action"]) == {"secretsmanager:GetSecretValue", "ssm:GetParameter"}
    assert "KeptSecretArns" in str(reading["Resource"])
    assert TEMPLATE["Parameters"]["KeptSecretArns"]["Default"] == ""
    assert RESOURCES["KeptSecretsPolicy"]["Condition"] == "KeepsSecrets"
    assert "*" not in str(POLICY["PolicyDocument"]["Statement"])
