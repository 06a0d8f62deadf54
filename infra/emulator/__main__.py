"""`python -m infra.emulator [PORT]`: MiniStack in the foreground, on port 4566 unless given."""

import os
import sys
import tempfile
from pathlib import Path

from infra.emulator import PYTHON, PYTHON_VERSION, environment


def main(arguments: list[str]) -> None:
    """Never returns: the process becomes MiniStack."""
    port = int(arguments[0]) if arguments else 4566
    folder = Path(tempfile.mkdtemp(prefix="parley-emulator-"))
    url = f"http://127.0.0.1:{port}"
    print(
        f"MiniStack listens on {url}. To deploy to it, set POSTGRES_URL, MONGODB_URL and CASSANDRA_HOSTS, then:\n"
        f"make deploy-local AWS_ENDPOINT_URL={url} FUNCTIONS_ENDPOINT_URL={url} ARGS='--python {PYTHON_VERSION}'",
        flush=True,
    )
    os.execve(PYTHON, [str(PYTHON), "-m", "ministack"], environment(port, folder, os.environ))  # noqa: S606 - no shell


if __name__ == "__main__":
    main(sys.argv[1:])
