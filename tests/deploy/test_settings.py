"""What a deployment is told, and what it says when that makes no sense."""

import pytest

from infra.deploy.__main__ import main
from infra.deploy.errors import BadSetting
from infra.deploy.settings import from_environment
from infra.emulator import CREDENTIALS

STORES = {"POSTGRES_URL": "postgresql://there", "MONGODB_URL": "mongodb://there", "CASSANDRA_HOSTS": "there:9042"}


def test_aws_gets_the_newest_python_on_arm_and_no_endpoint() -> None:
    chosen = from_environment(environment={**STORES, "AWS_REGION": "eu-west-1"})
    assert (chosen.name, chosen.region, str(chosen.target)) == ("parley", "eu-west-1", "Python 3.13 on arm64")
    assert (chosen.endpoint, chosen.functions_endpoint) == (None, "")
    assert chosen.parameters == {
        "PostgresUrl": "postgresql://there",
        "MongodbUrl": "mongodb://there",
        "CassandraHosts": "there:9042",
    }


def test_a_local_deployment_goes_where_localstack_s_client_would() -> None:
    chosen = from_environment(local=True, environment={})
    assert chosen.endpoint == "http://localhost:4566"
    assert chosen.functions_endpoint == chosen.parameters["Origin"] == chosen.endpoint


def test_functions_may_reach_the_server_at_another_address() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "FUNCTIONS_ENDPOINT_URL": "http://aws:4566"}
    chosen = from_environment(local=True, environment=environment)
    assert (chosen.endpoint, chosen.functions_endpoint) == ("http://127.0.0.1:1", "http://aws:4566")


def test_a_parameter_given_by_hand_comes_before_a_variable() -> None:
    chosen = from_environment(parameters=["PostgresUrl=a=b", "ApiMemory=2048"], environment=STORES)
    assert (chosen.parameters["PostgresUrl"], chosen.parameters["ApiMemory"]) == ("a=b", "2048")


def test_a_deployment_with_its_history_in_mongodb_needs_no_cassandra() -> None:
    for chosen in (
        from_environment(parameters=["HistoryStore=mongodb"], environment={}),
        from_environment(environment={"HISTORY_STORE": "mongodb"}),
    ):
        assert (chosen.parameters["HistoryStore"], chosen.parameters["CassandraHosts"]) == ("mongodb", "")


@pytest.mark.parametrize("text", ["ApiMemory", "Api-Memory=1", "=1"])
def test_a_parameter_that_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="is not of the form Name=Value"):
        from_environment(parameters=[text], environment={})


@pytest.mark.parametrize("name", ["Parley", "1st", "a" * 32, "a_b"])
def test_a_name_that_functions_could_not_begin_with_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match=f"STACK={name} is not a name of at most 31"):
        from_environment(environment={"STACK": name})


def test_a_server_that_is_not_there_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)
    assert main(["--destroy"]) == 1
    assert "Start that server, or set AWS_ENDPOINT_URL to another one." in capsys.readouterr().err
