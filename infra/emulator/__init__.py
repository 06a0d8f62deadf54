"""MiniStack, a server that speaks the API of AWS, as a process: what `make deploy-local` deploys to without containers.

Its packages are in an environment of their own (`make .venv/tools/emulator/.installed`), as they pin their botocore.
Functions run under that environment's Python, whatever runtime they ask for: the layer must be built for it.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import aiohttp

from infra.run.node import node_environment
from infra.stores.base import EmbeddedStore

ROOT: Final = Path(__file__).parents[2]
PYTHON: Final = ROOT / ".venv" / "tools" / "emulator" / "bin" / "python"
PYTHON_VERSION: Final = "{}.{}".format(*sys.version_info)
"""Of its environment, which is made with the checkout's own Python."""

CREDENTIALS: Final = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")
"""MiniStack's root user."""

_ANSWER_SECONDS: Final = 1.0


class MiniStack(EmbeddedStore):
    """One MiniStack on 127.0.0.1, in a folder that it alone uses; what is deployed to it is gone with it.

    It has the life cycle of the embedded stores: `start`, `ready`, `stop`.
    """

    name = "MiniStack"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def _command(self) -> Sequence[str | Path]:
        return [PYTHON, "-m", "ministack"]

    def _environment(self) -> dict[str, str]:
        return environment(self.port, self.folder, os.environ)

    async def _answers(self) -> bool:
        try:
            timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
            async with aiohttp.ClientSession(timeout=timeout) as http, http.get(f"{self.url}/_ministack/health") as it:
                return it.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def environment(port: int, folder: Path, base: Mapping[str, str]) -> dict[str, str]:
    """What MiniStack is started with."""
    return {
        # Not what is meant for tools that talk to AWS: functions would inherit it. CloudFront's functions need Node.
        **node_environment({name: it for name, it in base.items() if not name.startswith(("AWS_", "PYTHON"))}),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        # Otherwise it listens on port 8883 too.
        "IOT_MTLS_ENABLED": "0",
        # Functions get their roles' credentials, and every call is checked against the roles' policies.
        "AUTH": "true",
        **CREDENTIALS,
        "TMPDIR": str(folder),
    }
