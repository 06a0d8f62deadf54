"""Start one execution environment: `python -P bootstrap.py HANDLER`, with GATEWAY_PID in the environment.

The handler is run by AWS's own runtime client. Two things are done first: the process is tied to the gateway's life,
and Chalice's WebsocketAPI is pointed at the gateway, since it would call execute-api.amazonaws.com with an explicit
endpoint, which beats AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI.
"""

import ctypes
import os
import signal
import sys
from typing import Any

from awslambdaric.__main__ import main as run_handler
from chalice.app import WebsocketAPI

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_gateway() -> None:
    """Have the kernel kill this process when the gateway dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # The gateway may have died before the call above: then this process already has another parent.
    if os.getppid() != int(os.environ.pop("GATEWAY_PID")):
        os._exit(1)


def point_websocket_api_at_gateway() -> None:
    """Make `app.websocket_api` call the gateway's management API, whatever API id an event names."""
    endpoint = os.environ["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"]

    def configure(self: Any, *_ignored: str) -> None:
        self._endpoint = endpoint

    for method in ("configure", "configure_from_api_id"):
        setattr(WebsocketAPI, method, configure)


if __name__ == "__main__":
    die_with_gateway()
    point_websocket_api_at_gateway()
    run_handler(sys.argv)
