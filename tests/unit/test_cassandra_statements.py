"""Nothing writes to Cassandra without saying when it happened: a write that forgets it would win over the truth."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
WRITE: Final = re.compile(
    r"\b(insert\s+into|update\s+\S+\s+(using|set)|delete\b.*\bfrom|begin\s+(unlogged\s+|counter\s+)?batch)\b",
    re.IGNORECASE | re.DOTALL,
)
TIMED: Final = re.compile(r"\busing\s+(ttl\s+\S+\s+and\s+)?timestamp\b", re.IGNORECASE)


def untimed(statement: str) -> bool:
    """Whether it is a CQL write without an explicit timestamp."""
    return bool(WRITE.search(statement)) and not TIMED.search(statement)


def statements() -> Iterator[tuple[Path, str]]:
    """Every text in the sources that touch Cassandra, and every statement of its migrations."""
    for folder in ("functions", "infra"):
        for path in (ROOT / folder).rglob("*.py"):
            if "cassandra" in str(path.relative_to(ROOT)):
                yield from ((path, it) for it in texts(path.read_text()))
    for path in (ROOT / "infra/schema/cassandra").glob("*.cql"):
        yield from ((path, it) for it in path.read_text().split(";"))


def texts(source: str) -> Iterator[str]:
    """String literals that are code, not documentation; those of an f-string are read as one."""
    tree = ast.parse(source)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(it.value) if isinstance(it, ast.Constant) else "x" for it in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def test_every_write_to_cassandra_carries_its_timestamp() -> None:
    found = list(statements())
    assert any(TIMED.search(statement) for _, statement in found)
    assert not [(path.name, statement) for path, statement in found if untimed(statement)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO messages (n) VALUES (?)",
        "insert into messages (n)\n values (?) using ttl 5",
        "UPDATE messages SET body = ? WHERE n = ?",
        "DELETE FROM messages WHERE n = ?",
        "DELETE body\nFROM messages WHERE n = ?",
        "BEGIN UNLOGGED BATCH",
    ],
)
def test_the_scan_sees_a_write_that_forgot_it(statement: str) -> None:
    assert untimed(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO messages (n) VALUES (?) USING TIMESTAMP ?",
        "UPDATE messages USING TTL 5 AND TIMESTAMP ? SET body = ?",
        "DELETE FROM messages USING TIMESTAMP ? WHERE n = ?",
        "SELECT n FROM messages",
        "create table if not exists messages (n int)",
    ],
)
def test_the_scan_lets_all_others_pass(statement: str) -> None:
    assert not untimed(statement)
