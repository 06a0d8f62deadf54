"""Ids as API Gateway, Lambda and X-Ray make them.

Those that every message needs are not secrets and come from a generator in this process: six questions to the kernel
for each message would be a twentieth of its cost.
"""

import secrets
import time
from base64 import b64encode
from random import Random

_RANDOM = Random()  # noqa: S311 - nothing is to be kept secret by these  # nosec B311
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def new_connection_id() -> str:
    """11 bytes from the operating system, so that it ends in "=" and must be URL-encoded."""
    return _encoded(secrets.token_bytes(12))


def new_request_id() -> str:
    """The id of a request or message of API Gateway, in the form of a connection id."""
    return _encoded(_RANDOM.randbytes(12))


def new_uuid() -> str:
    """A random UUID (version 4, RFC 9562), as Lambda's request ids are."""
    digits = f"{_RANDOM.getrandbits(128) & _UUID_RANDOM | _UUID_FIXED:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def new_trace_root() -> str:
    """A root in the form of X-Ray's tracing header: seconds since the epoch, then 96 random bits."""
    return f"Root=1-{int(time.time()):08x}-{_RANDOM.getrandbits(96):024x}"


_UUID_RANDOM = ~(0xF << 76 | 0x3 << 62)
_UUID_FIXED = 0x4 << 76 | 0x2 << 62


def _encoded(random: bytes) -> str:
    # Below 248 its first six bits are no "-", which a command line would take for an option.
    return b64encode(bytes((random[11] % 248,)) + random[:10]).translate(_URL_SAFE).decode()
