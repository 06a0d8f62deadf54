"""Environment variables of a function, as Lambda sets them; see "defined runtime environment variables" there."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.gateway.core.manifest import Function
from infra.gateway.core.sigv4 import Credentials

ACCOUNT_ID = "000000000000"
#: What a process needs from the machine. Nothing else is inherited: a function sees on Lambda only what it was given.
INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Place:
    """Where functions run: the gateway's addresses, the project's folder and the Python that runs it."""

    url: str
    websocket_stage: str
    api_id: str
    region: str
    project: str
    python_version: str

    @property
    def management_url(self) -> str:
        """The endpoint_url of apigatewaymanagementapi clients."""
        return f"{self.url}/{self.websocket_stage}"


def function_arn(function: Function, region: str) -> str:
    """The function's unqualified ARN in the local account."""
    return f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{function.qualified_name}"


def function_variables(
    function: Function,
    place: Place,
    credentials: Credentials,
    extra: Mapping[str, str],
    machine: Mapping[str, str],
) -> dict[str, str]:
    """All variables of an environment but the address of its Runtime API.

    Later ones win: what the machine lends, the project's configuration, `extra` (the command line), Lambda's own,
    which cannot be overridden on Lambda either. The endpoints of other services are no reserved names: a project may
    set them. That of the management API is the gateway's, or nobody would be reached.
    """
    variables = {name: machine[name] for name in INHERITED if name in machine}
    variables |= {
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": f"{place.project}:{place.project}/vendor",
        "AWS_ENDPOINT_URL_LAMBDA": place.url,
        "AWS_ENDPOINT_URL_EVENTBRIDGE": place.url,
        "WEBSOCKET_API_ID": place.api_id,
    }
    variables |= function.environment
    variables |= extra
    variables |= {
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": place.management_url,
        "AWS_REGION": place.region,
        "AWS_DEFAULT_REGION": place.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{place.python_version}",
        "AWS_LAMBDA_FUNCTION_NAME": function.qualified_name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.qualified_name}",
        "LAMBDA_TASK_ROOT": place.project,
        "_HANDLER": function.handler,
    }
    return variables
