"""Where secrets are, and where none are. Numbers of requirements are those of OWASP ASVS 5."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from infra.run.keys import load_keys

ROOT: Final = Path(__file__).parents[2]
_KINDS: Final = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----\s+[A-Za-z0-9+/=]{16}",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    "a token of npm": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a token of Slack": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a signed token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
    "a key of Parley": r"(?:PASSWORD_PEPPER|TOKEN_KEYS)\W{1,6}(?:\w{1,8}:)?[0-9a-f]{64}",
}
_LARGEST: Final = 2_000_000


def secrets_in(text: str) -> list[str]:
    """The kinds of secrets the text has."""
    return [kind for kind, pattern in _KINDS.items() if re.search(pattern, text)]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEEIIGlqQ3vN8xQ",
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "ghp_" + "a1" * 18,
        "npm_" + "a1" * 18,
        "xoxb-" + "1234567890-abc",
        "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiJ1c2VyIn0x." + "x" * 43,
        'TOKEN_KEYS="1:' + "0f" * 32 + '"',
        "PASSWORD_PEPPER=" + "0f" * 32,
    ],
)
def test_30_the_scan_finds_what_it_looks_for(text: str) -> None:
    assert len(secrets_in(text)) == 1


def test_30_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert ROOT / "template.yaml" in files
    texts = {
        file: file.read_text(errors="replace") for file in files if file.is_file() and file.stat().st_size < _LARGEST
    }
    assert {str(file): found for file, text in texts.items() if (found := secrets_in(text))} == {}


def test_30_the_first_local_run_makes_secrets_that_only_their_owner_may_read(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    made = load_keys(path, {})
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(path, {}) == made
    assert load_keys(tmp_path / "other.json", {}) != made
