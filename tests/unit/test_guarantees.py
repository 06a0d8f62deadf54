"""docs/guarantees.md names tests and faults that are there, and at least one for each promise."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
_ROW: Final = re.compile(r"^\| (?!promise \|)(?P<promise>[^|]+?) \| (?P<tests>[^|]+) \|$", re.MULTILINE)
_TEST: Final = re.compile(r"`([^`:]+)::([^`]+)`")
_TITLE: Final = re.compile(r'\btest(?:\.each\([^)]*\))?\(\s*"((?:[^"\\]|\\.)*)"')


def promises() -> dict[str, list[tuple[str, str]]]:
    """The tests of each promise: the file and the test's name."""
    text = (ROOT / "docs" / "guarantees.md").read_text()
    return {row["promise"]: _TEST.findall(row["tests"]) for row in _ROW.finditer(text)}


def names(file: Path) -> set[str]:
    """The tests of a file: functions of a Python one, titles of a TypeScript one."""
    text = file.read_text()
    if file.suffix == ".py":
        return {it.name for it in ast.walk(ast.parse(text)) if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)}
    return set(_TITLE.findall(text))


@pytest.mark.parametrize("promise", promises())
def test_a_promise_is_held_by_tests_that_are_there(promise: str) -> None:
    tests = promises()[promise]
    assert tests
    assert [f"{file}::{name}" for file, name in tests if name not in names(ROOT / file)] == []


def test_every_row_of_the_document_is_a_promise() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text()
    rows = [it for it in text.splitlines() if it.startswith("| ") and not it.startswith("| promise |")]
    assert len(rows) == len(promises()) > 0
