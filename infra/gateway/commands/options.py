"""The options of the commands for a gateway that runs already."""

import argparse
from collections.abc import Callable
from typing import Protocol

from infra.gateway.commands.connections import close, list_connections, send
from infra.gateway.commands.invoke import invoke


class Subparsers(Protocol):
    """What `add_subparsers` returns; argparse has no public name for it."""

    def add_parser(self, name: str, *, help: str, description: str | None = None) -> argparse.ArgumentParser: ...  # noqa: A002 - argparse's word


def add_commands(commands: Subparsers) -> None:
    """Add invoke, connections, send and close."""
    command = _add(commands, "invoke", invoke, "invoke a function and print its answer")
    command.add_argument("name", metavar="NAME", help="short, as in the code, deployed name or ARN")
    command.add_argument("--event", metavar="FILE", help="the event as JSON, '-' for standard input; default: {}")
    command.add_argument("--asynchronous", action="store_true", help="do not wait for the result")

    command = _add(commands, "connections", list_connections, "list the live WebSocket connections")
    command.add_argument("--json", action="store_true", help="one JSON object a line; times in ms since the epoch")

    command = _add(commands, "send", send, "send a text message to a connection")
    command.add_argument("id", metavar="ID", help="a connection id")
    command.add_argument("text", metavar="TEXT", help="the message, '-' for standard input")

    command = _add(commands, "close", close, "close a connection")
    command.add_argument("id", metavar="ID", help="a connection id")


def _add(
    commands: Subparsers, name: str, execute: Callable[[argparse.Namespace], int], explanation: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=explanation, description=f"{explanation.capitalize()}.")
    command.set_defaults(execute=execute)
    which = command.add_mutually_exclusive_group()
    which.add_argument("--endpoint", metavar="URL", help="of the gateway; default: the one that runs")
    which.add_argument("--project", metavar="DIR", help="of the gateway, when several run")
    return command
