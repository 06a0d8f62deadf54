"""Settings."""

import pytest

from chalicelib.config import ConfigError, HistoryStore, ProviderSettings, load

NEEDED = {
    "POSTGRES_URL": "postgresql://parley@localhost/parley",
    "MONGODB_URL": "mongodb://localhost/parley",
    "CASSANDRA_HOSTS": "localhost:9042",
    "PASSWORD_PEPPER": "ab" * 32,
    "TOKEN_KEYS": f"new:{'cd' * 32}, old:{'ef' * 32}",
    "ALLOWED_ORIGINS": "http://localhost:8000,http://127.0.0.1:8000",
    "WEBSOCKET_API_ID": "abc123",
}


def test_what_is_not_set_has_a_default_where_one_makes_sense() -> None:
    config = load(NEEDED)
    assert config.callbacks_url == "https://abc123.execute-api.us-east-1.amazonaws.com/ws"
    assert config.lambda_url == "https://lambda.us-east-1.amazonaws.com"
    assert (config.flush_count, config.fanout_shard, config.bcrypt_cost) == (100, 500, 12)
    assert config.allowed_origins == {"http://localhost:8000", "http://127.0.0.1:8000"}


def test_history_is_in_cassandra_unless_told_otherwise() -> None:
    assert load(NEEDED).history_store is load({**NEEDED, "HISTORY_STORE": ""}).history_store is HistoryStore.CASSANDRA


def test_history_in_mongodb_needs_no_cassandra_and_looks_at_none() -> None:
    without = {name: value for name, value in NEEDED.items() if name != "CASSANDRA_HOSTS"}
    for environment in (without, NEEDED):
        config = load({**environment, "HISTORY_STORE": "mongodb"})
        assert (config.history_store, config.cassandra_hosts) == (HistoryStore.MONGODB, "")


def test_the_first_token_key_is_the_one_that_signs() -> None:
    assert list(load(NEEDED).token_keys) == ["new", "old"]


def test_a_pepper_may_have_an_id_so_that_another_can_take_its_place() -> None:
    assert load(NEEDED).password_peppers == {"": b"\xab" * 32}
    both = load({**NEEDED, "PASSWORD_PEPPER": f"2:{'cd' * 32}, {'ab' * 32}"}).password_peppers
    assert list(both) == ["2", ""]


def test_endpoints_that_are_set_win() -> None:
    config = load(
        {
            **NEEDED,
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "http://127.0.0.1:8000/ws/",
            "AWS_ENDPOINT_URL_LAMBDA": "x",
        }
    )
    assert (config.callbacks_url, config.lambda_url) == ("http://127.0.0.1:8000/ws", "x")


def test_an_identity_provider_is_off_unless_set_and_needs_a_client() -> None:
    assert load(NEEDED).provider is None
    issuer = {**NEEDED, "IDENTITY_ISSUER": "https://id.example.org/tenant"}
    client = {"IDENTITY_CLIENT_ID": "parley", "IDENTITY_CLIENT_SECRET": "secret"}
    for missing in client:
        with pytest.raises(ConfigError, match=missing):
            load({**issuer, **{name: it for name, it in client.items() if name != missing}})
    config = load({**issuer, **client})
    assert config.provider == ProviderSettings("https://id.example.org/tenant", "parley", "secret", "id.example.org")


def test_mail_needs_a_sender_and_links_lead_to_the_first_origin_unless_told() -> None:
    silent = load(NEEDED)
    assert (silent.mail_url, silent.mail_from, silent.web_url) == ("", "", "http://localhost:8000")
    with pytest.raises(ConfigError, match="MAIL_FROM"):
        load({**NEEDED, "MAIL_URL": "ses:"})
    config = load({**NEEDED, "MAIL_URL": "ses:", "MAIL_FROM": "a@b.example", "WEB_URL": "https://chat.example/"})
    assert (config.mail_url, config.web_url) == ("ses:", "https://chat.example")


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load({key: value for key, value in NEEDED.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD_PEPPER", "short"),
        ("PASSWORD_PEPPER", "zz" * 32),
        ("PASSWORD_PEPPER", f"{'ab' * 32},{'cd' * 32}"),
        ("PASSWORD_PEPPER", f"1:{'ab' * 32},2:short"),
        ("TOKEN_KEYS", "only-an-id"),
        ("TOKEN_KEYS", "ab" * 32),
        ("TOKEN_KEYS", f"a b:{'ab' * 32}"),
        ("TOKEN_KEYS", f"1:{'ab' * 32},1:{'cd' * 32}"),
        ("FLUSH_COUNT", "0"),
        ("FLUSH_COUNT", "many"),
        ("BCRYPT_COST", "-1"),
        ("HISTORY_STORE", "postgres"),
        ("HISTORY_STORE", "MongoDB"),
        ("REGISTRATION", "friends"),
        ("AUDIT_DAYS", "29"),
        ("MAIL_URL", "http://localhost"),
        ("IDENTITY_ISSUER", "http://id.example.org"),
        ("IDENTITY_ISSUER", "https://id.example.org/?tenant=1"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load({**NEEDED, name: value})
