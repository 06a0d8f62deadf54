"""The dependency layer, from layers/requirements.txt: `python -m infra.deploy.layer` builds and measures it.

Wheels only, by hash, for Lambda's platform, whatever the machine that builds; so nothing is compiled, and the same lock
file gives the same bytes. boto3 is not in it: nothing that ships uses it, and Lambda's Python has one anyway.
"""

import argparse
import hashlib
import subprocess  # nosec B404 # each call has its own reason
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from infra.deploy import archive
from infra.deploy.archive import Archive
from infra.deploy.errors import DeployError, LayerFailed, PackageTooLarge

ROOT: Final = Path(__file__).parents[2]
BUILDS: Final = ROOT / ".deploy"
LOCK: Final = ROOT / "layers" / "requirements.txt"

PYTHONS: Final = ("3.11", "3.12", "3.13")
ARCHITECTURES: Final = ("arm64", "x86_64")

_ZIPPED_LIMIT: Final = 50_000_000
"""Lambda developer guide, "Quotas": 50 MB zipped. What is uploaded through S3 may be larger, but starts slower."""
_UNZIPPED_LIMIT: Final = 250_000_000

_MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
_GLIBC: Final = {"3.11": "manylinux2014"}
"""python3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on Amazon Linux 2023 (glibc 2.34)."""
_LATER_GLIBC: Final = "manylinux_2_28"

# What no import reads: sources and declarations of extension modules, type stubs, programs, and pip's own records.
# Metadata and licences stay: the ones are read at run time, the others have to be passed on.
_UNUSED_SUFFIXES: Final = frozenset((".pyc", ".pyi", ".pyx", ".pxd", ".pxi", ".c", ".h", ".lock"))
_UNUSED_NAMES: Final = frozenset((".lock", "RECORD", "INSTALLER", "REQUESTED", "py.typed"))


@dataclass(frozen=True, slots=True)
class Target:
    """What the layer is for."""

    python: str
    """One of PYTHONS."""
    architecture: str
    """One of ARCHITECTURES: Lambda's names."""

    def __str__(self) -> str:
        return f"Python {self.python} on {self.architecture}"

    @property
    def platform(self) -> str:
        """uv's name for it."""
        return f"{_MACHINES[self.architecture]}-{_GLIBC.get(self.python, _LATER_GLIBC)}"


def build(target: Target, folder: Path = BUILDS, lock: Path = LOCK) -> Archive:
    """The layer's zip file in the folder; built once for each lock file. Raises LayerFailed or PackageTooLarge."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"layer-{target.python}-{target.architecture}-{_input(target, lock)}.zip"
    layer = archive.read(path) if path.exists() else _write(target, lock, path)
    check_size("The dependency layer", layer)
    return layer


def check_size(name: str, package: Archive, zipped: int = _ZIPPED_LIMIT, unzipped: int = _UNZIPPED_LIMIT) -> None:
    """Raises PackageTooLarge."""
    for size, limit in ((package.zipped, zipped), (package.unzipped, unzipped)):
        if size > limit:
            raise PackageTooLarge(name, size, limit, _largest(package))


def _input(target: Target, lock: Path) -> str:
    digest = hashlib.sha256()
    for part in (str(target).encode(), lock.read_bytes(), Path(__file__).read_bytes()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]


def _write(target: Target, lock: Path, path: Path) -> Archive:
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        installed = Path(scratch)
        _install(target, lock, installed)
        found = archive.files_under(installed, filter(Path.is_file, installed.rglob("*")))
    # Lambda unpacks layers into /opt, and /opt/python is on sys.path.
    return archive.write(path, {f"python/{name}": content for name, content in found.items() if _is_used(name)})


def _install(target: Target, lock: Path, folder: Path) -> None:
    # fmt: off
    command: list[str | Path] = [
        Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--no-config", "--no-deps",
        "--require-hashes", "--only-binary", ":all:", "--link-mode", "copy",
        "--python-platform", target.platform, "--python-version", target.python,
        "--target", folder, "--requirements", lock,
    ]
    # fmt: on
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if finished.returncode != 0:
        raise LayerFailed(target, finished.stderr)


def _is_used(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parts[0] != "bin" and path.name not in _UNUSED_NAMES and path.suffix not in _UNUSED_SUFFIXES


def by_package(layer: Archive) -> Mapping[str, int]:
    """Unzipped bytes of each top-level package, the largest first."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(layer.path) as content:
        for entry in content.infolist():
            sizes[PurePosixPath(entry.filename).parts[1]] += entry.file_size
    return dict(sizes.most_common())


def _largest(package: Archive) -> str:
    return ", ".join(f"{name} ({size / 1e6:.1f} MB)" for name, size in list(by_package(package).items())[:3])


def main() -> int:
    """Build one layer and say what is in it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.layer", description="Build the dependency layer.")
    parser.add_argument("--python", choices=PYTHONS, default=PYTHONS[-1], help=f"default: {PYTHONS[-1]}")
    parser.add_argument("--architecture", choices=ARCHITECTURES, default="arm64", help="default: arm64")
    options = parser.parse_args()
    target = Target(options.python, options.architecture)
    try:
        layer = build(target)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    for name, size in by_package(layer).items():
        print(f"{size / 1e6:6.2f} MB  {name}")
    print(f"{target}: {layer.zipped / 1e6:.1f} MB zipped, {layer.unzipped / 1e6:.1f} MB unzipped")
    print(f"{layer.path}  sha256 {layer.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
