"""Run a handler with AWS's own runtime client: `bootstrap.py HANDLER`, in the process keeper.py made for it.

The client's transport is replaced (see transport.py), and Chalice's WebsocketAPI is pointed at the gateway, since it
would call execute-api.amazonaws.com with an explicit endpoint, which beats AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI.
"""

import os
import runpy
import socket
import sys
from pathlib import Path
from typing import Any

from chalice.app import WebsocketAPI


def replace_transport() -> None:
    """Be what awslambdaric imports as `runtime_client`."""
    # By path: neither this package nor its folder is importable where functions run.
    transport = runpy.run_path(str(Path(__file__).with_name("transport.py")))["RuntimeTransport"]
    descriptor = int(os.environ.pop("GATEWAY_RUNTIME_FD"))
    os.set_inheritable(descriptor, False)  # by the programs that the handler starts
    sys.modules["runtime_client"] = transport(socket.socket(fileno=descriptor))


def point_websocket_api_at_gateway() -> None:
    """Make `app.websocket_api` call the gateway's management API, whatever API id an event names."""
    endpoint = os.environ["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"]

    def configure(self: Any, *_ignored: str) -> None:
        self._endpoint = endpoint

    for method in ("configure", "configure_from_api_id"):
        setattr(WebsocketAPI, method, configure)


if __name__ == "__main__":
    replace_transport()
    point_websocket_api_at_gateway()
    from awslambdaric.__main__ import main as run_handler

    run_handler(sys.argv)
