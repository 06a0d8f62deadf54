"""`python -m tests.load.peers.install`: install the peers from their lock files, unless that is done already."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from infra.run.node import NODE, NPM, node_environment

HERE: Final = Path(__file__).parent
PYTHON: Final = HERE / ".venv" / "bin" / "python"
_UV: Final = Path(sys.executable).parent / "uv"


def install() -> None:
    """Make node_modules and .venv as the lock files say; raises CalledProcessError."""
    _once(HERE / "node_modules", HERE / "package-lock.json", _install_node_packages)
    _once(HERE / ".venv", HERE / "requirements.txt", _install_python_packages)


def _once(made: Path, lock: Path, make: Callable[[], None]) -> None:
    stamp, wanted = made / ".installed", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        make()
        stamp.write_text(wanted)


def _install_node_packages() -> None:
    # Without install scripts, as the web app's: none of the packages needs one to run.
    _run([NODE, NPM, "ci", "--ignore-scripts", "--silent"], node_environment())


def _install_python_packages() -> None:
    _run([_UV, "venv", "--quiet", "--clear", "--python", sys.executable, HERE / ".venv"], os.environ)
    environment = {**os.environ, "VIRTUAL_ENV": str(HERE / ".venv")}
    _run([_UV, "pip", "sync", "--quiet", "--require-hashes", "requirements.txt"], environment)


def _run(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=HERE, env=environment, check=True)


if __name__ == "__main__":
    install()
