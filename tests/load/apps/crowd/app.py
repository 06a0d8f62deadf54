"""Lets everybody in, and counts in the file named by LEFT who has left: a line for each `$disconnect`."""

import os

from chalice.app import Chalice, WebsocketEvent

app = Chalice(app_name="crowd")
app.experimental_feature_flags.update(["WEBSOCKETS"])
_left = os.open(os.environ["LEFT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> None:
    """Let everybody in."""


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    """One write is one line, whoever else writes (write(2), O_APPEND)."""
    os.write(_left, f"{event.connection_id}\n".encode())
