"""`chalice package` as a deployment would call it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "functions"


def test_the_project_packages_small_and_with_all_its_functions(tmp_path: Path) -> None:
    chalice = Path(sys.executable).with_name("chalice")
    finished = subprocess.run(
        [chalice, "--project-dir", FUNCTIONS, "package", "--pkg-format", "cloudformation", tmp_path],
        env={"AWS_DEFAULT_REGION": "us-east-1", "PATH": str(chalice.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    template = json.loads((tmp_path / "sam.json").read_text())
    functions = {name for name, it in template["Resources"].items() if it["Type"] == "AWS::Serverless::Function"}
    assert functions == {
        "APIHandler",
        "WebsocketConnect",
        "WebsocketMessage",
        "WebsocketDisconnect",
        "Flush",
        "FlushRoom",
        "Sweep",
        "Fanout",
        "Mail",
        "HashPassword",
    }
    with zipfile.ZipFile(tmp_path / "deployment.zip") as package:
        names = package.namelist()
        # What was compiled here is left out by infra/deploy.
        assert sum(it.file_size for it in package.infolist() if "__pycache__" not in it.filename) < 1_000_000
    assert "chalicelib/handlers/websocket.py" in names
