"""Free TCP ports on the loopback address."""

import errno
import random
import socket

# Below the range from which Linux takes the ports of outgoing connections (32768 and up by default): a port
# found free there could be taken by any connection before the server opens it.
_RANGE = range(15_000, 32_000)
_ATTEMPTS = 100


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now. Connections of an earlier server do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on at this moment. Another process may still be quicker: be ready to ask again.

    Raises OSError when none is found.
    """
    for _ in range(_ATTEMPTS):
        port = random.choice(_RANGE)  # noqa: S311 - spreads the choice, protects nothing  # nosec B311
        if is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, "no free TCP port on 127.0.0.1")
