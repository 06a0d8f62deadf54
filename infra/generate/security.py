"""docs/security.md from the rows of security requirements. Fails where a row names what is not there."""

import ast
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from infra.generate.requirements import REQUIREMENTS, Requirement

ROOT: Final = Path(__file__).parents[2]
_TITLE: Final = re.compile(r'\btest(?:\.each\([^)]*\))?\(\s*"((?:[^"\\]|\\.)*)"')

_INTRO: Final = """# Security requirements

Made from `infra/generate/requirements.py`; `make lint` fails when it is stale, or names a file or a test that is not
there. Numbers in parentheses are those of [OWASP ASVS 5](https://github.com/OWASP/ASVS). What is defended against whom
is in the [threat model](threat-model.md), what users are promised in [guarantees.md](guarantees.md).

| # | requirement | enforced in | tested by | deviation, and why |
|---|---|---|---|---|
"""


class UnfoundedRowError(Exception):
    """A row names a file or a test that is not there, or has no test; the message lists what is wrong."""


def security(root: Path = ROOT, rows: Sequence[Requirement] = REQUIREMENTS) -> str:
    """The document. Raises UnfoundedRowError."""
    if wrong := [problem for row in rows for problem in problems(root, row)]:
        raise UnfoundedRowError("\n".join(wrong))
    return _INTRO + "".join(map(_line, rows))


def problems(root: Path, row: Requirement) -> Iterable[str]:
    """What is wrong with the row, a sentence each."""
    if not row.tests:
        yield f"Requirement {row.number} names no test."
    for path in row.where:
        if not (root / path).exists():
            yield f"Requirement {row.number} names {path}, which is not there."
    for test in row.tests:
        path, _, name = test.partition("::")
        if name not in named_in(root / path):
            yield f"Requirement {row.number} names {test}, which is not there."


@cache
def named_in(file: Path) -> frozenset[str]:
    """The tests of a file: functions of a Python one, titles of a TypeScript one; none of one that is not there."""
    if not file.is_file():
        return frozenset()
    text = file.read_text()
    if file.suffix != ".py":
        return frozenset(_TITLE.findall(text))
    functions = (it for it in ast.walk(ast.parse(text)) if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(it.name for it in functions if it.name.startswith("test_"))


def _line(row: Requirement) -> str:
    where = "<br>".join(f"`{it}`" for it in row.where)
    tests = "<br>".join(f"`{it}`" for it in row.tests)
    return f"| {row.number} | {row.what} | {where} | {tests} | {row.deviation} |\n"
