"""`python -m tests.load [section ...]`: measure and write docs/benchmarks.md; sections not named keep their figures."""

import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.load import (
    fan_out_client,
    flush,
    gateway_callbacks,
    gateway_echo,
    gateway_fixture,
    gateway_idle,
    gateway_message,
    history,
    imports,
    large_room,
    login_flood,
    messages,
    pages,
    resume,
    web_app,
)

FILE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"
SECTIONS: Final = {
    "messages": ("A message, from the sender to everybody", messages.report),
    "large-room": ("A message to a room of 5,000 connections", large_room.report),
    "login-flood": ("Messages during a flood of log-ins", login_flood.report),
    "resume": ("Resume of many rooms", resume.report),
    "pages": ("A page of history", pages.report),
    "flush": ("Flush", flush.report),
    "fan-out-client": ("Fan-out client against boto3", fan_out_client.report),
    "history": ("History on Cassandra and on MongoDB", history.report),
    "web-app": ("The web app, in the browser", web_app.report),
    "gateway-echo": ("The local gateway: one echo, against its peers", gateway_echo.report),
    "gateway-message": ("The local gateway: where the time of one message goes", gateway_message.report),
    "gateway-callbacks": ("The local gateway: management API", gateway_callbacks.report),
    "gateway-idle": ("The local gateway: idle connections", gateway_idle.report),
    "gateway-fixture": ("The local gateway: start of the pytest fixture", gateway_fixture.report),
    "imports": ("Cold starts by import", imports.report),
}
HEAD: Final = """# Benchmarks

Made by `make bench`; `make bench SECTION=name` measures one part again. Machines differ and shared ones are noisy:
ratios between figures of one run say more than the figures.
"""


def machine() -> str:
    """What the figures were measured on."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    cpu = model[1] if model else platform.machine()
    return f"{os.cpu_count()} cores ({cpu}), {platform.system()}, Python {platform.python_version()}"


def main(wanted: list[str]) -> int:
    """Measure the wanted sections (all when none is named) and rewrite the file."""
    unknown = set(wanted) - SECTIONS.keys()
    if unknown:
        print(f"There is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}.", file=sys.stderr)
        return 2
    text = FILE.read_text() if FILE.exists() else ""
    kept = {found[1]: found[0] for found in re.finditer(r"## [^\n]*\n<!-- (\S+) -->\n.*?(?=\n## |\Z)", text, re.DOTALL)}
    parts = [HEAD]
    for name, (title, report) in SECTIONS.items():
        if wanted and name not in wanted:
            parts.append(kept.get(name, ""))
            continue
        print(f"measuring: {title}", flush=True)
        when = datetime.now(UTC).date()
        parts.append(f"## {title}\n<!-- {name} -->\n\n{report()}\n\nMeasured {when} on {machine()}.\n")
        print(parts[-1], flush=True)
    FILE.write_text("\n".join(part.rstrip("\n") + "\n" for part in parts if part))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
