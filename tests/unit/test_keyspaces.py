"""What the migrations say, in the words of Amazon Keyspaces; and how a cluster with accounts and TLS is entered."""

import ssl
from pathlib import Path

import pytest
from cassandra.auth import PlainTextAuthProvider

from chalicelib.config import ConfigError, load
from chalicelib.repositories.cassandra.session import Entry
from infra.schema.ledgers.cassandra import Keyspace, statements
from infra.schema.ledgers.keyspaces import settled, table_of, translated
from tests.unit.test_config import NEEDED

MIGRATIONS = Path(__file__).parents[2] / "infra" / "schema" / "cassandra"
PROPERTIES = "CUSTOM_PROPERTIES = {'client_side_timestamps': {'status': 'enabled'}}"


def test_every_table_of_the_migrations_takes_the_timestamps_of_clients() -> None:
    found = [it for path in sorted(MIGRATIONS.glob("*.cql")) for it in statements(path.read_text())]
    said = [translated(it, ()) or "" for it in found]
    assert {table_of(it) for it in found} == {"messages", "message_versions"}
    assert [it.count(PROPERTIES) for it in said if it.lower().startswith("create")] == [1, 1]
    assert not any("if not exists" in it.lower() for it in said if it.lower().startswith("alter"))


def test_options_of_a_table_are_joined_by_and() -> None:
    plain = "create table if not exists t (a text primary key)"
    assert translated(plain, ()) == f"{plain} WITH {PROPERTIES}"
    ordered = "create table t (a text, b int, primary key (a, b)) with clustering order by (b desc)"
    assert translated(ordered, ()) == f"{ordered} AND {PROPERTIES}"


def test_only_columns_that_are_missing_are_added() -> None:
    statement = "alter table t add if not exists (a text, b frozen<map<text, int>>, c set<text>)"
    assert translated(statement, {"a"}) == "ALTER TABLE t ADD (b frozen<map<text, int>>, c set<text>)"
    assert translated(statement, {"a", "b", "c"}) is None


def test_what_no_migration_has_said_yet_is_refused() -> None:
    with pytest.raises(ValueError, match="not known how to say this to Amazon Keyspaces"):
        translated("create materialized view v as select a from t", ())


async def test_a_table_is_waited_for_until_it_is_active() -> None:
    answers = [[], [("CREATING",)], [("ACTIVE",)]]
    asked: list[object] = []

    async def execute(_statement: str, values: tuple[object, ...] | None) -> list[tuple[str]]:
        asked.append(values)
        return answers[len(asked) - 1]

    await settled(execute, "parley", "messages")
    assert asked == [("parley", "messages")] * 3


def test_a_cluster_is_entered_with_what_is_set() -> None:
    assert Entry().options("one:9043,two:9043") == {"port": 9043}
    named = {"CASSANDRA_USERNAME": "ada", "CASSANDRA_PASSWORD": "secret", "CASSANDRA_TLS": "on"}
    options = Entry.from_environment(named).options("cassandra.eu-west-1.amazonaws.com:9142")
    assert options["port"] == 9142
    assert isinstance(options["auth_provider"], PlainTextAuthProvider)
    assert options["ssl_options"] == {"server_hostname": "cassandra.eu-west-1.amazonaws.com"}
    assert options["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert options["ssl_context"].check_hostname


def test_the_functions_and_the_migrations_read_the_same_settings() -> None:
    named = {"CASSANDRA_USERNAME": "ada", "CASSANDRA_PASSWORD": "secret", "CASSANDRA_TLS": "on"}
    config = load({**NEEDED, **named})
    assert (config.cassandra_username, config.cassandra_password, config.cassandra_tls) == ("ada", "secret", True)
    keyspace = Keyspace.from_environment({**named, "CASSANDRA_KIND": "keyspaces"})
    assert (keyspace.username, keyspace.password, keyspace.tls, keyspace.managed) == ("ada", "secret", True, True)
    with pytest.raises(ConfigError, match="CASSANDRA_TLS is 'yes'; it must be on or off"):
        load({**NEEDED, "CASSANDRA_TLS": "yes"})
