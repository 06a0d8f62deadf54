"""An echo server with the calls of the WebSocket tutorial in Chalice's documentation."""

from boto3.session import Session
from chalice.app import Chalice, WebsocketEvent

app = Chalice(app_name="echo-server")
app.websocket_api.session = Session()
app.experimental_feature_flags.update(["WEBSOCKETS"])


@app.on_ws_message()
def message(event: WebsocketEvent) -> None:
    """Send back what came."""
    app.websocket_api.send(event.connection_id, event.body)
