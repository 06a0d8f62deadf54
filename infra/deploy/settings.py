"""What to deploy, and where to: from the environment and the command line."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from localstack_client import config as localstack

from infra.deploy.errors import BadSetting
from infra.deploy.layer import PYTHONS, Target
from infra.schema.history_store import HistoryStore

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
"""A prefix of the names of functions, of which Lambda takes 64 characters."""

_VARIABLES: Final = (
    "POSTGRES_URL",
    "MONGODB_URL",
    "HISTORY_STORE",
    "CASSANDRA_HOSTS",
    "CASSANDRA_KEYSPACE",
    "CASSANDRA_REPLICATION",
    "CASSANDRA_USERNAME",
    "CASSANDRA_PASSWORD",
    "CASSANDRA_TLS",
    "CASSANDRA_KIND",
)
VARIABLES: Final = {name: name.title().replace("_", "") for name in _VARIABLES}
"""Variables that stand for parameters of the templates: the names they have everywhere else in Parley."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment."""

    name: str
    """Of the stack, and what all other names begin with."""
    region: str
    target: Target
    endpoint: str | None
    """A server that plays AWS; None is AWS itself."""
    functions_endpoint: str
    """The same server as the deployed functions reach it; empty on AWS."""
    parameters: Mapping[str, str]
    """Of the templates, by their names there; those not given keep the value of the last deployment."""

    @property
    def tags(self) -> Mapping[str, str]:
        """On everything that is deployed."""
        return {"application": "parley", "deployment": self.name}


def from_environment(
    *,
    local: bool = False,
    parameters: Sequence[str] = (),
    python: str | None = None,
    architecture: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings; `parameters` are like `ApiMemory=2048`, `local` is a server on this machine. Raises BadSetting."""
    name = environment.get("STACK") or "parley"
    if not _NAME.fullmatch(name):
        raise BadSetting("STACK", name, "a name of at most 31 lower-case letters, digits and hyphens")
    endpoint = environment.get("AWS_ENDPOINT_URL") or (_local_endpoint() if local else None)
    given = {parameter: environment[it] for it, parameter in VARIABLES.items() if environment.get(it)}
    values = {**({"Origin": endpoint} if endpoint else {}), **given, **dict(_pair(it) for it in parameters)}
    if values.get("HistoryStore") == HistoryStore.MONGODB:
        values.setdefault("CassandraHosts", "")
    return Settings(
        name,
        environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1",
        Target(python or PYTHONS[-1], architecture or (_machine() if endpoint else "arm64")),
        endpoint,
        environment.get("FUNCTIONS_ENDPOINT_URL") or endpoint or "",
        values,
    )


def _local_endpoint() -> str:
    """LOCALSTACK_HOST and EDGE_PORT, as localstack-client reads them; http://localhost:4566 unless set."""
    return str(localstack.get_service_endpoint("cloudformation"))


def _machine() -> str:
    """Lambda's name for this machine's architecture: what a server here can run."""
    return "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isalnum():
        raise BadSetting("PARAMETERS", text, "of the form Name=Value")
    return name, value
