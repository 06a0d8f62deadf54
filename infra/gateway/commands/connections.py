"""`connections`, `send ID TEXT` and `close ID`: what the management API does, from a shell."""

import argparse
import os
import sys
import time
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from infra.gateway.commands.target import CommandError, find_target

SERVICE = "execute-api"


def list_connections(options: argparse.Namespace) -> int:
    """Print every live connection, the one that was active last first. Raises CommandError."""
    connections = find_target(options, os.environ).status()["connections"]
    if options.json:
        sys.stdout.writelines(orjson.dumps(each).decode() + "\n" for each in connections)
        return 0
    if not connections:
        sys.stdout.write("Nobody is connected.\n")
        return 0
    now = time.time() * 1000
    rows = [("CONNECTION", "AGE", "LAST ACTIVE", "ADDRESS", "USER AGENT"), *(_row(each, now) for each in connections)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    return 0


def send(options: argparse.Namespace) -> int:
    """Send a text message to a client. Raises CommandError."""
    text = sys.stdin.read() if options.text == "-" else options.text
    return _call(options, "POST", text.encode())


def close(options: argparse.Namespace) -> int:
    """Close a client's connection. Raises CommandError."""
    return _call(options, "DELETE", b"")


def _call(options: argparse.Namespace, method: str, body: bytes) -> int:
    target = find_target(options, os.environ)
    stage = urlsplit(target.status()["managementUrl"]).path
    path = f"{stage}/@connections/{quote(options.id, safe='')}"
    reply = target.request(SERVICE, method, path, body)
    if reply.status == 410:
        message = f"{options.id} is not connected: see `connections` for those that are."
        raise CommandError(message)
    if reply.status >= 300:
        message = f"The gateway refused: {reply.message}"
        raise CommandError(message)
    return 0


def _row(connection: dict[str, Any], now: float) -> tuple[str, ...]:
    return (
        connection["connectionId"],
        span((now - connection["connectedAt"]) / 1000),
        f"{span((now - connection['lastActiveAt']) / 1000)} ago",
        connection["sourceIp"],
        # A client chooses it: no control characters reach the terminal.
        "".join(letter if letter.isprintable() else "?" for letter in connection["userAgent"]),
    )


def span(seconds: float) -> str:
    """A length of time in at most two units: 0.4 s, 12 s, 3 min 5 s, 1 h 20 min."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
