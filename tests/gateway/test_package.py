"""The gateway by itself: what `pip install` of a checkout gives to somebody with a Chalice project of their own."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]


def test_the_package_has_the_command_and_everything_it_serves(tmp_path: Path) -> None:
    built = tmp_path / "built"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "build", "--quiet", "--offline", "--no-build-isolation", "--wheel", "--out-dir", built, ROOT], check=True
    )
    installed = tmp_path / "installed"
    with ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(installed)
    [entry_points] = installed.glob("*.dist-info/entry_points.txt")
    assert "gateway = infra.gateway.cli:main" in entry_points.read_text()

    def files(root: Path) -> set[Path]:
        found = (path.relative_to(root) for path in (root / "infra" / "gateway").rglob("*"))
        return {path for path in found if "__pycache__" not in path.parts}

    assert files(installed) == files(ROOT)
