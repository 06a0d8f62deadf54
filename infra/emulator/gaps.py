"""What MiniStack 1.5 does otherwise than AWS, as far as Parley meets it.

tests/deploy/test_gaps.py has a test for each that fails once MiniStack does as AWS does: then the gap goes from here.

- One invocation of a WebSocket API's function takes about 50 ms, and the next one waits for it: nothing to handle, but
  no measure of speed either.
- Functions run under MiniStack's own Python, whatever their runtime: `PYTHON_VERSION` (infra/emulator) says which.
"""

from typing import Final

REFUSED_HANDSHAKE: Final = 403
"""What a socket that `$connect` refuses gets, whatever status the function answered; AWS passes the function's on."""

UNREACHABLE_ORIGIN: Final = 502
"""What a distribution answers for paths that lead to an API: of AWS's own addresses it serves only those of S3.
So what is deployed is reached at the APIs' own addresses there (infra/deploy/endpoints.py), not on one origin."""
