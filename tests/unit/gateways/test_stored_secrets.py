"""Secrets that are kept in AWS, of which moto plays the part."""

from collections.abc import Iterator, Mapping

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from chalicelib.config import ConfigError
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.stored_secrets import resolve

PEPPER = "ab" * 32


@pytest.fixture(scope="module")
def aws() -> Iterator[Mapping[str, str]]:
    """Settings with the address of a server that has a secret and a parameter."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    secrets = session.client("secretsmanager", endpoint_url=url)
    secrets.create_secret(Name="parley/pepper", SecretString=PEPPER)
    parameters = session.client("ssm", endpoint_url=url)
    parameters.put_parameter(Name="/parley/keys", Value=f"2:{PEPPER},1:{PEPPER}", Type="SecureString")
    yield {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": url,
        "AWS_ENDPOINT_URL_SSM": url,
    }
    for client in (secrets, parameters):
        client.close()
    server.stop()


def test_settings_that_name_a_secret_or_a_parameter_get_its_value(aws: Mapping[str, str]) -> None:
    named = {
        "PASSWORD_PEPPER": "secretsmanager:parley/pepper",
        "TOKEN_KEYS": "ssm:/parley/keys",
        "FLUSH_COUNT": "ssm:no",
    }
    found = resolve({**aws, **named}, SystemClock())
    assert found["PASSWORD_PEPPER"] == PEPPER
    assert found["TOKEN_KEYS"] == f"2:{PEPPER},1:{PEPPER}"
    assert found["FLUSH_COUNT"] == "ssm:no"


@pytest.mark.parametrize("reference", ["secretsmanager:nothing", "ssm:/nothing"])
def test_what_is_not_there_is_named(aws: Mapping[str, str], reference: str) -> None:
    with pytest.raises(ConfigError, match="PASSWORD_PEPPER"):
        resolve({**aws, "PASSWORD_PEPPER": reference}, SystemClock())


def test_a_service_that_does_not_answer_is_named() -> None:
    env = {"TOKEN_KEYS": "ssm:/parley/keys", "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:1"}
    with pytest.raises(ConfigError, match="TOKEN_KEYS: ssm did not answer"):
        resolve(env, SystemClock())


def test_values_that_name_nothing_stay_as_they_are() -> None:
    env = {"PASSWORD_PEPPER": PEPPER, "POSTGRES_URL": "postgresql://localhost/parley"}
    assert resolve(env, SystemClock()) == env
