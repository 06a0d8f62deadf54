"""A WebSocket app that does what its clients tell it to, and keeps what it was told in files for the tests to read."""

import importlib
import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from chalice.app import Chalice, WebsocketDisconnectedError, WebsocketEvent

app = Chalice(app_name="sockets")


class LateSession:
    """Loads boto3 with the first message that is sent: tests start this app often, and most of it does not send."""

    def client(self, *arguments: Any, **options: Any) -> Any:
        """A client of boto3."""
        session: Any = importlib.import_module("boto3.session").Session()
        return session.client(*arguments, **options)


app.websocket_api.session = LateSession()


def record(kind: str, document: dict[str, Any]) -> None:
    """Keep a document under a name of its own; it appears whole or not at all."""
    folder = Path(os.environ["RECORDS"])
    hidden = folder / f".{uuid4()}"
    hidden.write_text(json.dumps(document))
    hidden.rename(folder / f"{kind}-{uuid4()}.json")


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> dict[str, Any]:
    """Answer as the query says: ?status=401, ?protocol=chat, ?raise=1, ?hold=0.5, ?greet=1, ?malformed=1."""
    document = event.to_dict()
    record("connect", document)
    query = document.get("queryStringParameters", {})
    if "raise" in query:
        message = "secret detail"
        raise ValueError(message)
    if "greet" in query:
        try:
            app.websocket_api.send(event.connection_id, "too early")
        except WebsocketDisconnectedError:
            record("greeting", {"refused": True})
    time.sleep(float(query.get("hold", "0")))
    if "malformed" in query:
        return {"statusCode": "what"}
    answer: dict[str, Any] = {"statusCode": int(query.get("status", "200")), "body": "not for the client"}
    if "protocol" in query:
        answer["headers"] = {"Sec-WebSocket-Protocol": query["protocol"], "X-Other": "1"}
    return answer


@app.on_ws_message()
def message(event: WebsocketEvent) -> dict[str, Any]:
    """Obey "raise", "sleep SECONDS", "wait FILE", "event", "info", "close" and "exit STATUS"; echo anything else."""
    verb, _, rest = event.body.partition(" ")
    if verb == "raise":
        secret = "secret detail"
        raise ValueError(secret)
    if verb == "sleep":
        time.sleep(float(rest))
    while verb == "wait" and not Path(rest).exists():
        time.sleep(0.01)
    if verb == "exit":
        os._exit(int(rest))
    if verb == "close":
        app.websocket_api.close(event.connection_id)
        return {"statusCode": 200}
    reply = event.body
    if verb == "event":
        reply = json.dumps(event.to_dict())
    if verb == "info":
        reply = json.dumps(app.websocket_api.info(event.connection_id), default=str)
    app.websocket_api.send(event.connection_id, reply)
    return {"statusCode": 200, "body": "a route response"}


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    """Keep the event."""
    record("disconnect", event.to_dict())
