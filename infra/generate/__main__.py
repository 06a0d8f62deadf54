"""`python -m infra.generate [--check]`: write what is derived from the schemas, or fail when it is stale.

Needs functions/ on the Python path; `make generate` sees to it.
"""

import argparse
import json
import sys
from pathlib import Path

from infra.generate.asyncapi import asyncapi
from infra.generate.contract import contract, definitions
from infra.generate.openapi import openapi
from infra.generate.permissions import permissions
from infra.generate.protocol import fill
from infra.generate.security import UnfoundedRowError, security

ROOT = Path(__file__).parents[2]


def files() -> dict[Path, str]:
    """What each generated file must hold now."""
    components = definitions("#/components/schemas/{model}")
    protocol = ROOT / "docs/protocol.md"
    return {
        ROOT / "docs/openapi.json": _json(openapi(components)),
        ROOT / "docs/asyncapi.json": _json(asyncapi(components)),
        ROOT / "frontend/src/shared/contract/schema.json": _json(contract()),
        ROOT / "docs/permissions.md": permissions(),
        ROOT / "docs/security.md": security(),
        protocol: fill(protocol.read_text()),
    }


def main() -> int:
    """Write or check; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    check = parser.parse_args().check
    try:
        now = files()
    except UnfoundedRowError as error:
        print(f"docs/security.md cannot be made:\n{error}", file=sys.stderr)
        return 1
    stale = {path: text for path, text in now.items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        if check:
            print(f"{path.relative_to(ROOT)} is stale: run `make generate` and commit it.", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
