"""Echoes what begins with "send" through the management API, and everything else by returning it; answers "who"."""

import importlib
from typing import Any

from chalice.app import Chalice, WebsocketEvent

app = Chalice(app_name="echo")
app.experimental_feature_flags.update(["WEBSOCKETS"])


class LateSession:
    """Loads boto3 with the first message that is sent: fifty processes start for a crowd, and none of those sends."""

    def client(self, *arguments: Any, **options: Any) -> Any:
        """A client of boto3."""
        session: Any = importlib.import_module("boto3.session").Session()
        return session.client(*arguments, **options)


app.websocket_api.session = LateSession()


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> None:
    """Let everybody in."""


@app.on_ws_message()
def message(event: WebsocketEvent) -> dict[str, object]:
    """A body that is returned reaches the client where the route has a route response."""
    if event.body.startswith("send"):
        app.websocket_api.send(event.connection_id, event.body)
        return {"statusCode": 200}
    return {"statusCode": 200, "body": event.connection_id if event.body == "who" else event.body}
