"""The web app: installed when its lock file changed, built when its sources changed.

python -m infra.run.webapp          install and build
python -m infra.run.webapp install  install only
"""

import asyncio
import fcntl
import hashlib
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from infra.processes import run
from infra.run.errors import RunError, WebAppFailed
from infra.run.node import NODE, NPM, node_environment
from infra.run.settings import ROOT

FRONTEND = ROOT / "frontend"

_SOURCES = (
    *("src", "scripts", "worker", "public", "index.html"),
    *("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "tsconfig.worker.json"),
)


class WebApp:
    """A folder with a package.json whose `build` script writes `dist`."""

    def __init__(self, folder: Path, log: Path, progress: Callable[[str], None]) -> None:
        self._folder = folder
        self._log = log
        self._progress = progress
        # Inside node_modules: whoever deletes that folder also deletes the claim that it is up to date.
        self._installed = folder / "node_modules" / ".installed"
        self._built = folder / "node_modules" / ".built"

    @property
    def dist(self) -> Path:
        """The built app."""
        return self._folder / "dist"

    async def install(self) -> None:
        """`npm ci`, unless the lock file is the one last installed. Raises WebAppFailed."""
        async with self._alone():
            await self._install()

    async def build(self) -> None:
        """Install, then build unless the sources are the ones last built. Raises WebAppFailed."""
        async with self._alone():
            await self._install()
            await self._build()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Two at once in one checkout, a run and the tests perhaps, would delete each other's files."""
        with (self._folder / "package-lock.json").open() as file:
            await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
            yield

    async def _install(self) -> None:
        wanted = _digest([self._folder / "package-lock.json"])
        if _read(self._installed) == wanted:
            return
        self._progress("Installing the web app's packages")
        # Without install scripts: none of the packages needs one, and none should run code unasked.
        await self._npm("Installing the web app's packages", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        # npm makes no folder for an app without packages.
        self._installed.parent.mkdir(exist_ok=True)
        self._installed.write_text(wanted)

    async def _build(self) -> None:
        wanted = _digest(self._folder / name for name in _SOURCES)
        if _read(self._built) == wanted and (self.dist / "index.html").exists():
            return
        self._progress("Building the web app")
        await self._npm("Building the web app", "run", "build")
        self._built.write_text(wanted)

    async def _npm(self, step: str, *arguments: str) -> None:
        status = await run(
            step, [NODE, NPM, *arguments], log=self._log, environment=node_environment(), folder=self._folder
        )
        if status != 0:
            raise WebAppFailed(step, self._log)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(f"{file}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


def main(arguments: list[str]) -> int:
    """Install or build the checkout's web app; returns the exit status."""
    log = ROOT / "frontend" / "node_modules.log"
    log.unlink(missing_ok=True)
    app = WebApp(FRONTEND, log, partial(print, flush=True))
    try:
        asyncio.run(app.install() if arguments == ["install"] else app.build())
    except RunError as error:
        if log.exists():
            shutil.copyfileobj(log.open(), sys.stderr)
        print(error, file=sys.stderr)
        return 1
    log.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
