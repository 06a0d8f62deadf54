"""A client of Parley for bots and tests: what the web app's socket client does, for asyncio.

It keeps the log of each of the user's rooms complete: what is missed while the line is down is fetched, what comes
twice is dropped, and what is said is sent until the server has it, once. A whole bot:

    async def echo(url: str, login: str, password: str) -> None:
        async with http_server(url) as server:
            await server.log_in(login, password)
            async with Client(server) as client:
                async for event in client.events():
                    if isinstance(event, MessageCreated) and event.sender != client.me.id:
                        await client.say(event.room, f"You said: {event.text}")

`say` returns when the message is stored, however long that takes; it raises Refused when the server will not have it
and SessionOver when the session has ended. Run it with `functions` on the PYTHONPATH: the contract is the server's own.
"""

from infra.client.client import Client
from infra.client.errors import ClientError, Refused, SessionOver, Unreachable
from infra.client.http import HttpServer, http_server
from infra.client.room_log import Restarted, RoomLog
from infra.client.server import Delete, Edit, HandshakeRefused, React, Server, Wire

__all__ = [
    "Client",
    "ClientError",
    "Delete",
    "Edit",
    "HandshakeRefused",
    "HttpServer",
    "React",
    "Refused",
    "Restarted",
    "RoomLog",
    "Server",
    "SessionOver",
    "Unreachable",
    "Wire",
    "http_server",
]
