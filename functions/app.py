"""Registers the handlers; nothing else."""

from chalice.app import Chalice

from chalicelib.gateways import logs
from chalicelib.handlers import websocket
from chalicelib.handlers.credentials import mailing
from chalicelib.handlers.hashing import hashing
from chalicelib.handlers.observed import log_key, observe
from chalicelib.handlers.rest import reshape
from chalicelib.handlers.schedule import schedule
from chalicelib.handlers.surface import REST

logs.structure(log_key)

# Chalice would log to a handler of its own, in a format of its own, and errors only.
app = Chalice(app_name="parley", configure_logs=False)
# Chalice's name for handlers that receive WebSocket events.
app.experimental_feature_flags.update(["WEBSOCKETS"])

for rest in REST.values():
    app.register_blueprint(rest.blueprint)
app.register_blueprint(schedule)
app.register_blueprint(mailing)
app.register_blueprint(hashing)
app.register_middleware(observe, "all")
app.register_middleware(reshape, "http")

# Not in a blueprint: Chalice 1.34 wraps WebSocket handlers only where the app is known; those of a blueprint would be
# called with (event, context) as they are.
connect = app.on_ws_connect()(websocket.connect)
message = app.on_ws_message()(websocket.message)
disconnect = app.on_ws_disconnect()(websocket.disconnect)
