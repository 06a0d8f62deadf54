"""The Chalice app of the comparison for an emulator that Chalice does not know: its callbacks go to ECHO_ENDPOINT."""

import os
from typing import Any

from chalice.app import WebsocketAPI

_ENDPOINT = os.environ["ECHO_ENDPOINT"]


def _configure(self: Any, *_ignored: str) -> None:
    self._endpoint = _ENDPOINT


for _method in ("configure", "configure_from_api_id"):
    setattr(WebsocketAPI, _method, _configure)

from app import connect, message  # noqa: E402 - the app of tests/load/apps/echo, beside this file where it runs

__all__ = ["connect", "message"]
