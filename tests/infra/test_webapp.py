"""The web app is installed and built only when something changed; on a small app with no packages."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.run.errors import WebAppFailed
from infra.run.node import NODE, node_environment
from infra.run.webapp import WebApp

_BUILD = (
    "console.log('built by', process.execPath); fs.mkdirSync('dist', {recursive: true}); "
    "fs.cpSync('index.html', 'dist/index.html'); fs.appendFileSync('builds', '.')"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    package = {"name": "small", "version": "1.0.0", "scripts": {"build": f'node -e "{_BUILD}"'}}
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps(package))
    root = {"name": "small", "version": "1.0.0"}
    lock = {**root, "lockfileVersion": 3, "packages": {"": root}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / "index.html").write_text("first")
    return folder


class Steps:
    """A web app, and what was said while it was built."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.log = folder.parent / "webapp.log"
        self.app = WebApp(folder, self.log, self.said.append)

    async def build(self) -> list[str]:
        """Build; returns what was said."""
        self.said.clear()
        await self.app.build()
        return list(self.said)


async def test_a_build_is_repeated_only_for_changed_sources(folder: Path) -> None:
    steps = Steps(folder)
    assert await steps.build() == ["Installing the web app's packages", "Building the web app"]
    assert (steps.app.dist / "index.html").read_text() == "first"
    assert await steps.build() == []
    (folder / "src" / "main.ts").write_text("changed")
    assert await steps.build() == ["Building the web app"]
    (folder / "index.html").write_text("second")
    assert await steps.build() == ["Building the web app"]
    assert (steps.app.dist / "index.html").read_text() == "second"


async def test_packages_are_installed_again_when_the_lock_file_changed(folder: Path) -> None:
    steps = Steps(folder)
    await steps.build()
    lock = folder / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert await steps.build() == ["Installing the web app's packages", "Building the web app"]


async def test_scripts_find_the_node_of_the_wheel(folder: Path) -> None:
    steps = Steps(folder)
    await steps.build()
    assert f"built by {NODE}" in steps.log.read_text()
    assert node_environment({"PATH": "/bin"})["PATH"] == f"{NODE.parent}:/bin"


async def test_a_failed_build_is_one_clear_sentence_and_is_tried_again(folder: Path) -> None:
    (folder / "index.html").unlink()
    steps = Steps(folder)
    with pytest.raises(WebAppFailed) as failure:
        await steps.build()
    assert str(failure.value) == (
        f"Building the web app failed: the end of {steps.log} says why; then run the same command again."
    )
    (folder / "index.html").write_text("back")
    assert await steps.build() == ["Building the web app"]


async def test_a_broken_install_is_one_clear_sentence(folder: Path) -> None:
    (folder / "package-lock.json").write_text("{")
    with pytest.raises(WebAppFailed, match="Installing the web app's packages failed: the end of"):
        await Steps(folder).build()


async def test_two_at_once_build_one_after_the_other(folder: Path) -> None:
    first, second = Steps(folder), Steps(folder)
    said = await asyncio.gather(first.build(), second.build())
    assert sorted(map(len, said)) == [0, 2]
    assert (folder / "builds").read_text() == "."


def test_any_npm_command_can_be_run() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "infra.run.node", "npm", "--version"], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip()
