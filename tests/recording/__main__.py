"""Writes the scenes for the web app's tests, or checks that the file is as they are now."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final

from tests.recording.scenes import recorded

ROOT: Final = Path(__file__).parents[2]
FILE: Final = ROOT / "frontend/src/shared/realtime/testing/recorded-scenes.json"


def main() -> int:
    """Write or check; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.recording", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is stale")
    check = parser.parse_args().check
    os.environ["AWS_REGION"] = "us-east-1"  # as in every Lambda environment
    text = json.dumps(recorded(), indent=1, ensure_ascii=False) + "\n"
    if FILE.exists() and FILE.read_text() == text:
        return 0
    if check:
        print(f"{FILE.relative_to(ROOT)} is stale: run `make generate` and commit it.", file=sys.stderr)
        return 1
    FILE.write_text(text)
    print(f"wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
