"""`python -m infra.deploy.check`: the templates and the compose file, checked by the tools that know them.

cfn-lint (is it CloudFormation that AWS takes?), checkov (is it as safe as it can be?), compose (is it a compose file?).
Says nothing when all is well.
"""

import json
import subprocess  # nosec B404 # each call has its own reason
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.deploy import package
from infra.deploy.errors import DeployError
from infra.deploy.layer import BUILDS, ROOT

_TOOLS: Final = ROOT / ".venv" / "tools" / "deploy" / "bin"
_HERE: Final = Path(__file__).parent
_COMPOSE: Final = ROOT / "localstack-compose.yml"
_TEMPLATES: Final = (_HERE / "artifacts.yaml", _HERE / "migrations.yaml")


def main() -> int:
    """Run all of them; returns the exit status."""
    try:
        template, _ = package.build_functions()
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    merged = BUILDS / "template.json"
    merged.write_text(json.dumps(template, indent=1))
    # From the root of the repository: checkov looks for secrets in a template's path too, and takes one that happens to
    # have forty letters in a row for a key of AWS.
    templates = tuple(path.relative_to(ROOT) for path in (merged, *_TEMPLATES))
    return max(
        _run([_TOOLS / "cfn-lint", "--", *templates]),
        # Interpolates, checks against the Compose specification, and asks no engine.
        _run([_TOOLS / "docker-compose", "--file", _COMPOSE, "--profile", "*", "config", "--quiet"]),
        _run([_TOOLS / "checkov", "--config-file", _HERE / "checkov.yaml", "--file", *templates]),
    )


def _run(command: Sequence[str | Path]) -> int:
    finished = subprocess.run(  # noqa: S603 - the tools above
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if finished.returncode != 0:
        print(finished.stdout, file=sys.stderr)
    return int(finished.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
