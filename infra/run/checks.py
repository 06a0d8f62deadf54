"""What would go wrong later is better said at once."""

import errno
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from infra.run.errors import DiskFull, PortForbidden, PortInUse

NEEDED_BYTES = 500_000_000
"""Room for the first start of the stores, with some left for data."""


def check_port(port: int) -> None:
    """Raises PortInUse or PortForbidden.

    `localhost` may mean ::1 as well, and browsers try it first: a program that listens there would get the requests.
    """
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except PermissionError:
            raise PortForbidden(port) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(port) from None
            if family == socket.AF_INET:
                raise
            # A machine without IPv6 has nothing that could listen there.


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder, which need not exist yet."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free


def check_disk(folder: Path, free: Callable[[Path], int] = free_bytes) -> None:
    """Raises DiskFull."""
    available = free(folder)
    if available < NEEDED_BYTES:
        raise DiskFull(folder, available, NEEDED_BYTES)
