"""A chat with rooms: who is connected is kept in DynamoDB, as in the chat tutorial of Chalice's documentation."""

from boto3.session import Session
from chalice.app import Chalice, WebsocketDisconnectedError, WebsocketEvent
from chalicelib.rooms import Rooms

app = Chalice(app_name="chat")
app.experimental_feature_flags.update(["WEBSOCKETS"])
app.websocket_api.session = Session()
rooms = Rooms.from_environment()


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> None:
    """Nobody is in a room at first."""
    rooms.enter(event.connection_id, "lobby")


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    """Forget who has left."""
    rooms.leave(event.connection_id)


@app.on_ws_message()
def message(event: WebsocketEvent) -> None:
    """`/join ROOM`, `/kick ID`, `/whoami` and `/quit` are commands; anything else goes to everybody in the room."""
    sender = event.connection_id
    verb, _, rest = event.body.partition(" ")
    if verb == "/join":
        rooms.enter(sender, rest)
        app.websocket_api.send(sender, f"You are in {rest}.")
    elif verb == "/whoami":
        app.websocket_api.send(sender, sender)
    elif verb == "/kick":
        _close(rest)
    elif verb == "/quit":
        _close(sender)
    else:
        _broadcast(rooms.room_of(sender), f"{sender}: {event.body}")


def _broadcast(room: str, text: str) -> None:
    for member in rooms.members(room):
        try:
            app.websocket_api.send(member, text)
        except WebsocketDisconnectedError as error:
            rooms.leave(error.connection_id)


def _close(connection_id: str) -> None:
    try:
        app.websocket_api.close(connection_id)
    except WebsocketDisconnectedError as error:
        rooms.leave(error.connection_id)
