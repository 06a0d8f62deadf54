"""A deployment from the beginning to the end, and its opposite."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import boto3
from botocore.config import Config

from infra.deploy import package, smoke, web
from infra.deploy.archive import Archive
from infra.deploy.endpoints import Endpoints
from infra.deploy.errors import MigrationsFailed, SmokeFailed
from infra.deploy.layer import Target
from infra.deploy.package import Package
from infra.deploy.settings import Settings
from infra.deploy.stack import Say, Stack, Template
from infra.deploy.templates import load

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

_PATIENT: Final = Config(read_timeout=910, retries={"total_max_attempts": 1})
"""Migrations may take Lambda's 15 minutes, and must not be started again meanwhile."""
_PER_REQUEST: Final = 1000
"""Objects that one request can delete."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Of the services a deployment talks to."""

    cloudformation: "CloudFormationClient"
    s3: "S3Client"
    functions: "LambdaClient"

    @classmethod
    def connect(cls, settings: Settings, session: boto3.Session) -> Self:
        """At the settings' endpoint, with the session's credentials and region."""
        endpoint = settings.endpoint
        return cls(
            session.client("cloudformation", endpoint_url=endpoint),
            session.client("s3", endpoint_url=endpoint),
            session.client("lambda", endpoint_url=endpoint, config=_PATIENT),
        )


class Deployment:
    """One Parley, deployed or to be deployed, in three stacks: the packages' bucket, the migrations, all the rest."""

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        say: Say,
        *,
        build: Callable[[Target], Package] = package.build,
        patience: float = smoke.PATIENCE_SECONDS,
    ) -> None:
        """`build` makes the packages; `patience` is for how many seconds a new version may not answer yet."""
        self._settings = settings
        self._clients = clients
        self._say = say
        self._make = build
        self._patience = patience
        self.stack = Stack(clients.cloudformation, settings.name, say)
        self._migrations = Stack(clients.cloudformation, f"{settings.name}-migrations", say)
        self.artifacts = Stack(clients.cloudformation, f"{settings.name}-artifacts", say)

    def deploy(self) -> Endpoints:
        """Bring it to this version: where it answers now. Raises DeployError; what ran before then still runs."""
        built = self._build()
        dist = web.build()
        self._change(self.artifacts, load("artifacts"), {})
        bucket = self.artifacts.outputs()["BucketName"]
        self._upload(bucket, built)
        values = self._values(bucket, built)
        self._migrate(values)
        before = self._version()
        template = self._published(bucket, json.dumps(built.template, separators=(",", ":")))
        self._change(self.stack, template, values)
        self._learn_origin(template, values)
        outputs = self.stack.outputs()
        self._say(f"Uploading the web app: {web.upload(self._clients.s3, outputs['WebBucketName'], dist)} files")
        self._smoke(bucket, before)
        return self.endpoints()

    def plan(self) -> None:
        """Say what a deployment would change; nothing is changed but for a template in the bucket, if there is one."""
        built = self._build()
        bucket = self.artifacts.outputs().get("BucketName", "")
        text = json.dumps(built.template, separators=(",", ":"))
        template = self._published(bucket, text) if bucket else Template(built.template, {})
        values = self._values(bucket, built)
        stacks = {self.artifacts: load("artifacts"), self._migrations: load("migrations"), self.stack: template}
        for stack, proposed in stacks.items():
            self._say(f"{stack.name}:")
            for line in self._proposed(stack, proposed, values):
                self._say(f"  {line}")

    def destroy(self) -> None:
        """Delete all three stacks with everything in them, secrets included. The stores are not touched."""
        for stack, output in ((self.stack, "WebBucketName"), (self._migrations, ""), (self.artifacts, "BucketName")):
            if stack.exists():
                self._say(f"Deleting {stack.name}")
                self._empty(stack.outputs().get(output))
            stack.delete()

    def endpoints(self) -> Endpoints:
        """Where the deployed version answers."""
        origin = self.stack.parameters().get("Origin", "").partition(",")[0]
        return Endpoints.of(self.stack.outputs(), self._settings.endpoint, origin)

    def _build(self) -> Package:
        built = self._make(self._settings.target)
        for name, archive in (("Functions", built.functions), ("Migrations", built.migrations), ("Layer", built.layer)):
            self._say(
                f"{name}: {len(archive.names)} files, {archive.zipped / 1e6:.2f} MB zipped, "
                f"{archive.unzipped / 1e6:.2f} MB unzipped"
            )
        return built

    def _values(self, bucket: str, built: Package) -> dict[str, str]:
        return {
            "PythonRuntime": f"python{self._settings.target.python}",
            "Architecture": self._settings.target.architecture,
            "ArtifactsBucket": bucket,
            "EndpointUrl": self._settings.functions_endpoint,
            **{parameter: key for parameter, (key, _) in _objects(built).items()},
            **self._settings.parameters,
        }

    def _upload(self, bucket: str, built: Package) -> None:
        for key, archive in _objects(built).values():
            self._clients.s3.upload_file(str(archive.path), bucket, key)

    def _published(self, bucket: str, text: str) -> Template:
        """The template as an object of the bucket: it is too long to be sent as text."""
        key = f"{self._settings.name}.template.json"
        self._clients.s3.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType="application/json")
        return Template(json.loads(text), {"TemplateURL": f"{self._clients.s3.meta.endpoint_url}/{bucket}/{key}"})

    def _change(self, stack: Stack, template: Template, values: Mapping[str, str]) -> None:
        change = stack.propose(template, values, self._settings.tags)
        if change is None:
            self._say(f"{stack.name}: nothing to change")
            return
        self._say(f"{stack.name}: {len(change.lines)} changes")
        stack.apply(change)

    def _proposed(self, stack: Stack, template: Template, values: Mapping[str, str]) -> Iterator[str]:
        if not template.where:
            yield from (f"Add     {name} ({it['Type']})" for name, it in template.content["Resources"].items())
            return
        change = stack.propose(template, values, self._settings.tags)
        if change is None:
            yield "nothing to change"
            return
        yield from change.lines
        stack.discard(change)

    def _migrate(self, values: Mapping[str, str]) -> None:
        self._change(self._migrations, load("migrations"), values)
        answer = self._clients.functions.invoke(FunctionName=self._migrations.outputs()["FunctionName"])
        body = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise MigrationsFailed(f"{body.get('errorType')}: {body.get('errorMessage')}")
        for outcome in body:
            self._say(f"{outcome['store']}: {len(outcome['applied'])} migrations applied, now at {outcome['number']}")

    def _learn_origin(self, template: Template, values: Mapping[str, str]) -> None:
        """A distribution has its address only once it is there, and the functions that it needs have to know it."""
        if not self.stack.parameters().get("Origin"):
            self._change(self.stack, template, {**values, "Origin": self.stack.outputs()["WebAppUrl"]})

    def _version(self) -> tuple[str, Mapping[str, str]] | None:
        """What is deployed now: the template's text and the parameters that are not secret."""
        if not self.stack.exists():
            return None
        shown = {name: it for name, it in self.stack.parameters().items() if set(it) != {"*"}}
        return self.stack.template(), shown

    def _smoke(self, bucket: str, before: tuple[str, Mapping[str, str]] | None) -> None:
        found = asyncio.run(smoke.look(self.endpoints(), self._patience))
        if found is None:
            return
        if before is None:
            raise SmokeFailed(*found, "It is left as it is, as there was none before; --destroy removes it.")
        text, values = before
        self._change(self.stack, self._published(bucket, text), values)
        raise SmokeFailed(*found, "The version that ran before was put back.")

    def _empty(self, bucket: str | None) -> None:
        if bucket is None:
            return
        pages = self._clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": _PER_REQUEST}
        )
        for page in pages:
            if keys := [it["Key"] for it in page.get("Contents", [])]:
                self._clients.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": it} for it in keys]})


def _objects(built: Package) -> Mapping[str, tuple[str, Archive]]:
    """Keys and archives by the parameters that name them.

    Keys by content: what is there already is the same, and earlier versions stay for going back to.
    """
    archives = {"Functions": built.functions, "Migrations": built.migrations, "Layer": built.layer}
    return {f"{name}Key": (f"{name.lower()}-{it.digest[:32]}.zip", it) for name, it in archives.items()}
