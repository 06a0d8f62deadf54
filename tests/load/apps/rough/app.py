"""A message says how the function behaves: print, fork, hang, exit, raise, send; anything else is returned."""

import importlib
import os
import signal
import subprocess
import sys
import time
from typing import Any

from chalice.app import Chalice, WebsocketEvent

app = Chalice(app_name="rough")
app.experimental_feature_flags.update(["WEBSOCKETS"])
PRINTED_MEGABYTES = 5


class LateSession:
    """Loads boto3 with the first message that is sent: environments are killed all the time, and few of them send."""

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
    """Do as the message says, then return it."""
    match event.body:
        case "print":
            for _ in range(PRINTED_MEGABYTES * 1024):
                sys.stdout.write("x" * 1023 + "\n")
        case "fork":
            subprocess.Popen(
                [sys.executable, "-ISc", "import time; time.sleep(5)"], start_new_session=True
            )  # nobody waits for it
        case "hang":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        case "exit":
            subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(600)"], start_new_session=True)
            os._exit(1)
        case "raise":
            raise RuntimeError(event.body)
        case "send":
            app.websocket_api.send(event.connection_id, event.body)
            return {"statusCode": 200}
    return {"statusCode": 200, "body": event.connection_id if event.body == "who" else event.body}


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    """Someone left."""
