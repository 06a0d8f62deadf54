"""Settings that are kept in AWS: read once, when an execution environment starts.

A setting `secretsmanager:NAME` stands for a secret of Secrets Manager (by name or ARN), `ssm:NAME` for a parameter of
the Parameter Store, decrypted. Where nothing is kept there this costs nothing: no AWS SDK, which takes 0.3 s to import.
"""

import http.client
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from chalicelib.config import ConfigError
from chalicelib.gateways.base import Clock
from chalicelib.gateways.sigv4 import Credentials, Scope, sign

KEPT: Final = ("PASSWORD_PEPPER", "TOKEN_KEYS", "MAIL_URL", "POSTGRES_URL", "MONGODB_URL", "IDENTITY_CLIENT_SECRET")
"""The settings that may be kept there: those that hold secrets."""

_SECONDS: Final = 5.0
_OK: Final = 200


def resolve(env: Mapping[str, str], clock: Clock) -> Mapping[str, str]:
    """The settings with what is kept in AWS in place of its names. Raises ConfigError, which never has the value."""
    found = dict(env)
    for name in KEPT:
        service, _, reference = env.get(name, "").partition(":")
        if service == "secretsmanager":
            answer = _ask(env, clock, name, service, "secretsmanager.GetSecretValue", {"SecretId": reference})
            found[name] = str(answer["SecretString"])
        elif service == "ssm":
            request = {"Name": reference, "WithDecryption": True}
            answer = _ask(env, clock, name, service, "AmazonSSM.GetParameter", request)
            found[name] = str(answer["Parameter"]["Value"])
    return found


def _ask(
    env: Mapping[str, str], clock: Clock, name: str, service: str, target: str, request: Mapping[str, object]
) -> dict[str, dict[str, str]]:
    """The answer to a request of AWS's JSON protocol 1.1."""
    region = env.get("AWS_REGION", "us-east-1")
    endpoint = env.get(f"AWS_ENDPOINT_URL_{_SERVICES[service]}", f"https://{service}.{region}.amazonaws.com")
    url = urlsplit(endpoint)
    credentials = Credentials(
        env.get("AWS_ACCESS_KEY_ID", ""), env.get("AWS_SECRET_ACCESS_KEY", ""), env.get("AWS_SESSION_TOKEN")
    )
    body = json.dumps(request).encode()
    signed = sign(credentials, Scope(region, service), "POST", url.netloc, "/", body, clock.now())
    headers = {"Host": url.netloc, "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target, **signed}
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.netloc, timeout=_SECONDS)
    try:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        answer: dict[str, dict[str, str]] = json.loads(response.read() or b"{}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ConfigError(f"{name}: {service} did not answer ({type(error).__name__}).") from error
    finally:
        connection.close()
    if response.status != _OK:
        raise ConfigError(f"{name}: {service} refused to tell it ({answer.get('__type', response.status)}).")
    return answer


_SERVICES: Final = {"secretsmanager": "SECRETS_MANAGER", "ssm": "SSM"}
"""What boto3 calls the services in its settings of endpoints."""
