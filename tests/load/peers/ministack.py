"""MiniStack with the echo, deployed to it through boto3 as one would to AWS."""

import asyncio
import io
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import boto3

from infra.processes.ports import free_port
from tests.load.peers.install import HERE, PYTHON
from tests.load.process import ECHO, child, listening


@asynccontextmanager
async def ministack() -> AsyncIterator[str]:
    """Run it; the address of its WebSocket API."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": folder,
            "PYTHONPATH": "",
        }
        async with child([PYTHON, "-m", "ministack"], environment, Path(folder)):
            await listening(port)
            yield await asyncio.to_thread(_deploy, port)


def _deploy(port: int) -> str:
    url = f"http://127.0.0.1:{port}"
    session = boto3.Session("test", "test", region_name="us-east-1")
    functions, gateway = session.client("lambda", endpoint_url=url), session.client("apigatewayv2", endpoint_url=url)
    api = gateway.create_api(Name="echo", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    address = f"127.0.0.1:{port}/_aws/execute-api/{api['ApiId']}/api"
    for name, route in (("connect", "$connect"), ("message", "$default")):
        function = functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role="arn:aws:iam::000000000000:role/echo",
            Handler=f"peer.{name}",
            Code={"ZipFile": _package()},
            Timeout=29,
            Environment={"Variables": {"ECHO_ENDPOINT": f"http://{address}"}},
        )
        integration = gateway.create_integration(
            ApiId=api["ApiId"],
            IntegrationType="AWS_PROXY",
            IntegrationUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            f"{function['FunctionArn']}/invocations",
        )
        target = f"integrations/{integration['IntegrationId']}"
        gateway.create_route(ApiId=api["ApiId"], RouteKey=route, Target=target)
    gateway.create_stage(ApiId=api["ApiId"], StageName="api")
    return f"ws://{address}"


def _package() -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for file in (ECHO / "app.py", HERE / "service" / "peer.py"):
            archive.write(file, file.name)
    return package.getvalue()
