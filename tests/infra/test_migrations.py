"""Migrations as values: which are there, which are still to be applied, which are refused."""

from pathlib import Path

import pytest

from infra.schema.ledgers.cassandra import Keyspace, statements
from infra.schema.migrations import (
    Applied,
    Migration,
    MigrationEdited,
    MigrationMissing,
    MigrationsIncomplete,
    SchemaNewer,
    load,
    pending,
)

KNOWN = [Migration(1, "first", "one"), Migration(2, "second", "two"), Migration(3, "third", "three")]


def _applied(*migrations: Migration) -> dict[int, Applied]:
    return {one.number: Applied(one.number, one.name, one.checksum) for one in migrations}


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(f"-- {name}")


def test_migrations_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    _write(tmp_path, "0002_second.sql", "0001_first.sql", "0010_notes.txt", "README.sql")
    assert load(tmp_path, ".sql") == [
        Migration(1, "first", "-- 0001_first.sql"),
        Migration(2, "second", "-- 0002_second.sql"),
    ]


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (["0001_first.sql", "0003_third.sql"], "0002"),
        (["0002_second.sql"], "0001"),
        (["0001_first.sql", "0001_other.sql"], "0001"),
    ],
)
def test_a_gap_or_a_number_used_twice_is_refused(tmp_path: Path, names: list[str], number: str) -> None:
    _write(tmp_path, *names)
    with pytest.raises(MigrationsIncomplete, match=f"none, or more than one, with number {number}"):
        load(tmp_path, ".sql")


@pytest.mark.parametrize("done", range(4))
def test_what_has_not_been_applied_is_pending(done: int) -> None:
    assert pending("PostgreSQL", KNOWN, _applied(*KNOWN[:done])) == KNOWN[done:]


def test_a_newer_schema_is_refused_by_a_sentence_with_both_numbers() -> None:
    with pytest.raises(SchemaNewer) as refusal:
        pending("MongoDB", KNOWN[:2], _applied(*KNOWN))
    assert str(refusal.value) == (
        "The MongoDB schema is at number 3, but this version of Parley knows only up to 2: "
        "run the newer version of Parley that made it, or use another DATA_DIR= or database."
    )


def test_an_edited_migration_is_refused() -> None:
    edited = Migration(2, "second", "two, but better")
    with pytest.raises(MigrationEdited, match="The Cassandra migration 0002_second was changed after it had been"):
        pending("Cassandra", [KNOWN[0], edited, KNOWN[2]], _applied(*KNOWN[:2]))


def test_a_hole_in_what_was_applied_is_refused() -> None:
    with pytest.raises(MigrationMissing, match="PostgreSQL has applied migration 3, but not 2"):
        pending("PostgreSQL", KNOWN, _applied(KNOWN[0], KNOWN[2]))


def test_statements_end_at_semicolons_that_are_not_quoted_or_in_a_comment() -> None:
    text = """
    -- a comment; with a semicolon
    CREATE TABLE a (k text PRIMARY KEY) WITH comment = 'it''s; fine'; // another; one
    /* a longer
       one; too */
    CREATE TABLE "b;c" (k text PRIMARY KEY);
    CREATE FUNCTION f() ... AS $$ return 1; $$;
    ;
    ALTER TABLE a ADD x text
    """
    assert list(statements(text)) == [
        "CREATE TABLE a (k text PRIMARY KEY) WITH comment = 'it''s; fine'",
        'CREATE TABLE "b;c" (k text PRIMARY KEY)',
        "CREATE FUNCTION f() ... AS $$ return 1; $$",
        "ALTER TABLE a ADD x text",
    ]


def test_a_keyspace_has_one_copy_unless_told_otherwise() -> None:
    assert Keyspace.from_environment({}).statement() == (
        'CREATE KEYSPACE IF NOT EXISTS "parley" WITH replication = '
        "{'class': 'SimpleStrategy', 'replication_factor': '1'}"
    )
    given = {
        "CASSANDRA_KEYSPACE": "chat",
        "CASSANDRA_REPLICATION": '{"class": "NetworkTopologyStrategy", "eu-west-1": 3}',
    }
    assert Keyspace.from_environment(given).statement() == (
        'CREATE KEYSPACE IF NOT EXISTS "chat" WITH replication = '
        "{'class': 'NetworkTopologyStrategy', 'eu-west-1': '3'}"
    )
