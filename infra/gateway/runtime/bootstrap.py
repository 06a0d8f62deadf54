"""Run a handler with AWS's own runtime client: `bootstrap.py HANDLER`, in the process keeper.py made for it.

Chalice's WebsocketAPI is pointed at the gateway first, since it would call execute-api.amazonaws.com with an explicit
endpoint, which beats AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI.
"""

import os
import sys
from typing import Any

from awslambdaric.__main__ import main as run_handler
from chalice.app import WebsocketAPI


def point_websocket_api_at_gateway() -> None:
    """Make `app.websocket_api` call the gateway's management API, whatever API id an event names."""
    endpoint = os.environ["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"]

    def configure(self: Any, *_ignored: str) -> None:
        self._endpoint = endpoint

    for method in ("configure", "configure_from_api_id"):
        setattr(WebsocketAPI, method, configure)


if __name__ == "__main__":
    point_websocket_api_at_gateway()
    run_handler(sys.argv)
