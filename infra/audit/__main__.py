"""`python -m infra.audit [--bill FOLDER]`: audit every lock file, or write what they name as CycloneDX.

Exits with 1 where a vulnerability is known. Where the advisory service does not answer it says SKIPPED and why.
"""

import argparse
import subprocess  # nosec B404 # each call has its own reason
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.audit.verdict import Outcome, Verdict, npm_audit, pip_audit

ROOT: Final = Path(__file__).parents[2]
PYTHON: Final = ("requirements.txt", "layers/requirements.txt")
WEB_APP: Final = "frontend"
NPM: Final = (WEB_APP, "tests/gateway/node")
_TOOLS: Final = ROOT / ".venv" / "tools" / "audit" / "bin"
_NPM: Final = (sys.executable, "-m", "infra.run.node", "npm")
_SECONDS: Final = 300


def main() -> int:
    """Audit, or write the bill; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.audit", description=__doc__)
    parser.add_argument("--bill", type=Path, metavar="FOLDER", help="write bills of materials there")
    folder = parser.parse_args().bill
    if folder is not None:
        return _write_bills(folder)
    verdicts = {f"{lock}/package-lock.json": _audit_npm(lock) for lock in NPM}
    verdicts |= {lock: _audit_python(lock) for lock in PYTHON}
    for lock, verdict in verdicts.items():
        print(f"{lock}: {verdict.outcome.value}{': ' if verdict.detail else ''}{verdict.detail}")
    return 1 if any(it.outcome is Outcome.VULNERABLE for it in verdicts.values()) else 0


def _audit_python(lock: str) -> Verdict:
    command = [str(_TOOLS / "pip-audit"), "--strict", "--require-hashes", "--disable-pip", "-f", "json", "-r", lock]
    return pip_audit(*_run(command))


def _audit_npm(folder: str) -> Verdict:
    return npm_audit(*_run([*_NPM, "--prefix", folder, "audit", "--json", "--package-lock-only"]))


def _write_bills(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    commands: dict[str, Sequence[str]] = {
        lock: [str(_TOOLS / "cyclonedx-py"), "requirements", "--output-reproducible", lock] for lock in PYTHON
    }
    # The other is a test's client: it has no version, and goes nowhere.
    npm = ["--prefix", WEB_APP, "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]
    commands[WEB_APP] = [*_NPM, *npm]
    for lock, command in commands.items():
        status, output, errors = _run(command)
        if status != 0:
            print(f"The bill of {lock} could not be made:\n{errors}", file=sys.stderr)
            return 1
        path = folder / f"{lock.removesuffix('.txt').replace('/', '-')}.cdx.json"
        path.write_text(output)
        print(f"wrote {path}")
    return 0


def _run(command: Sequence[str]) -> tuple[int, str, str]:
    try:
        done = subprocess.run(  # noqa: S603 - a list made here
            command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 1, "", f"no answer in {_SECONDS} s"
    return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    raise SystemExit(main())
