"""What is deployed: the functions' code and template as Chalice makes them, the migrations' code, and the layer."""

import os
import shutil
import subprocess  # nosec B404 # each call has its own reason
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from infra.deploy import archive, layer
from infra.deploy.archive import Archive
from infra.deploy.errors import PackagingFailed
from infra.deploy.layer import BUILDS, ROOT, Target

TEMPLATE: Final = ROOT / "template.yaml"
_FUNCTIONS: Final = ROOT / "functions"
_SCHEMA: Final = ROOT / "infra" / "schema"

_REPLACED: Final = ("DefaultRole", "WebsocketAPIDeployment")
"""What Chalice generates and template.yaml has something better for; merging can add and change, but not remove."""

_CODE_LIMIT: Final = 2_000_000
"""Unzipped bytes of our own code. What exceeds it has a dependency in it, which belongs into the layer."""


@dataclass(frozen=True, slots=True)
class Package:
    """All that goes to the artifacts bucket."""

    template: Mapping[str, Any]
    functions: Archive
    migrations: Archive
    layer: Archive


def build(target: Target, folder: Path = BUILDS) -> Package:
    """Build everything into the folder. Raises PackagingFailed, LayerFailed or PackageTooLarge."""
    dependencies = layer.build(target, folder)
    template, functions = build_functions(folder)
    return Package(template, functions, _migrations(folder), dependencies)


def build_functions(folder: Path = BUILDS) -> tuple[Mapping[str, Any], Archive]:
    """The template of the whole, and the functions' code. Raises PackagingFailed or PackageTooLarge."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        merged, code = _chalice(Path(scratch))
    functions = archive.write(folder / "functions.zip", code)
    layer.check_size("The functions' package", functions, unzipped=_CODE_LIMIT)
    return _finished(merged), functions


def _chalice(scratch: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The merged template and the files of the functions' package.

    In a copy: Chalice packages whatever lies in the project's folder, compiled files of this machine included, and
    leaves files there itself.
    """
    project, out = scratch / "functions", scratch / "out"
    shutil.copytree(_FUNCTIONS, project, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    # fmt: off
    command: list[str | Path] = [
        Path(sys.executable).with_name("chalice"), "--project-dir", project, "package", "--stage", "deployed",
        "--pkg-format", "cloudformation", "--merge-template", TEMPLATE, out,
    ]
    # fmt: on
    # Chalice asks botocore what the services of a region are called; no request is made.
    environment = {**os.environ, "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if finished.returncode != 0:
        raise PackagingFailed(finished.stderr or finished.stdout)
    with zipfile.ZipFile(out / "deployment.zip") as package:
        return yaml.safe_load((out / "sam.yaml").read_text()), {it: package.read(it) for it in package.namelist()}


def _finished(merged: Mapping[str, Any]) -> dict[str, Any]:
    """The template without what only served the merging."""
    resources = {name: it for name, it in merged["Resources"].items() if name not in _REPLACED}
    return {**{key: it for key, it in merged.items() if key != "Metadata"}, "Resources": resources}


def _migrations(folder: Path) -> Archive:
    paths = [it for it in _SCHEMA.rglob("*") if it.is_file() and it.suffix in {".py", ".sql", ".json", ".cql"}]
    return archive.write(folder / "migrations.zip", archive.files_under(ROOT, [ROOT / "infra" / "__init__.py", *paths]))
