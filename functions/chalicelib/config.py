"""Settings, read from the environment once per execution environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from chalicelib.domain.audit import KEPT_DAYS_MIN
from chalicelib.domain.invites import Registration

_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]+")


class ConfigError(Exception):
    """A setting is missing or makes no sense; says which and what it should be."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """An identity provider (OpenID Connect) and what Parley is to it."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    """What people are told it is called."""


class HistoryStore(StrEnum):
    """Where message history is: in one of them, whole (docs/operations.md says how it is moved)."""

    CASSANDRA = "cassandra"
    MONGODB = "mongodb"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. Secrets come from the environment too; `make run` generates them on its first run."""

    postgres_url: str
    mongodb_url: str
    history_store: HistoryStore
    cassandra_hosts: str
    """Empty where the history is not in Cassandra."""
    cassandra_keyspace: str
    password_peppers: Mapping[str, bytes]
    """Key id (empty for the only one) to key; passwords are hashed with the first and verified with any."""
    token_keys: Mapping[str, bytes]
    """Key id to key; tokens are issued with the first and accepted with any."""
    allowed_origins: frozenset[str]
    region: str
    callbacks_url: str
    lambda_url: str
    function_prefix: str
    """`{app}-{stage}-`, as Chalice names functions."""
    flush_count: int
    fanout_shard: int
    bcrypt_cost: int
    metrics_namespace: str
    tracing: bool
    """Whether Lambda traces the functions with X-Ray."""
    registration: Registration
    audit_days: int
    """How long the audit log is kept."""
    web_url: str
    """Where links in mails lead."""
    mail_url: str
    """`smtp://…`, `smtps://…` or `ses:`; empty where no mail is sent."""
    mail_from: str
    ses_url: str
    cassandra_username: str = ""
    """Empty where the servers ask for none."""
    cassandra_password: str = ""
    cassandra_tls: bool = False
    hash_function: str = ""
    """The short name of the function that hashes passwords; empty where they are hashed by who needs it."""
    edge_key: str = ""
    """What a proxy in front says of itself, whose word of a visitor's address is taken; empty where there is none."""
    provider: ProviderSettings | None = None
    """None where nobody signs in with one."""


def load(environ: Mapping[str, str] | None = None) -> Config:
    """The settings of this environment. Raises ConfigError."""
    env = os.environ if environ is None else environ
    region = env.get("AWS_REGION", "us-east-1")
    history_store = _history_store(env)
    return Config(
        postgres_url=_need(env, "POSTGRES_URL"),
        mongodb_url=_need(env, "MONGODB_URL"),
        history_store=history_store,
        cassandra_hosts=_need(env, "CASSANDRA_HOSTS") if history_store is HistoryStore.CASSANDRA else "",
        cassandra_keyspace=env.get("CASSANDRA_KEYSPACE", "parley"),
        password_peppers=_keys("PASSWORD_PEPPER", _need(env, "PASSWORD_PEPPER"), bare=True),
        token_keys=_keys("TOKEN_KEYS", _need(env, "TOKEN_KEYS")),
        allowed_origins=frozenset(filter(None, _need(env, "ALLOWED_ORIGINS").split(","))),
        region=region,
        callbacks_url=_callbacks_url(env, region),
        lambda_url=env.get("AWS_ENDPOINT_URL_LAMBDA", f"https://lambda.{region}.amazonaws.com"),
        function_prefix=env.get("FUNCTION_PREFIX", "parley-dev-"),
        flush_count=_positive(env, "FLUSH_COUNT", 100),
        fanout_shard=_positive(env, "FANOUT_SHARD", 500),
        bcrypt_cost=_positive(env, "BCRYPT_COST", 12),
        metrics_namespace=env.get("METRICS_NAMESPACE") or "Parley",
        tracing=env.get("TRACING") == "Active",
        registration=_registration(env),
        audit_days=_audit_days(env),
        web_url=(env.get("WEB_URL") or env["ALLOWED_ORIGINS"].split(",")[0]).rstrip("/"),
        mail_url=_mail_url(env),
        mail_from=_need(env, "MAIL_FROM") if env.get("MAIL_URL") else "",
        ses_url=env.get("AWS_ENDPOINT_URL_SESV2", f"https://email.{region}.amazonaws.com"),
        cassandra_username=env.get("CASSANDRA_USERNAME", ""),
        cassandra_password=env.get("CASSANDRA_PASSWORD", ""),
        cassandra_tls=_switch(env, "CASSANDRA_TLS"),
        hash_function=env.get("HASH_FUNCTION", ""),
        edge_key=env.get("EDGE_KEY", ""),
        provider=_provider(env),
    )


def _need(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise ConfigError(f"{name} is not set. See docs/operations.md for what it should be.")
    return value


def _history_store(env: Mapping[str, str]) -> HistoryStore:
    text = env.get("HISTORY_STORE") or HistoryStore.CASSANDRA
    try:
        return HistoryStore(text)
    except ValueError:
        raise ConfigError(f"HISTORY_STORE is {text!r}; it must be cassandra or mongodb.") from None


def _registration(env: Mapping[str, str]) -> Registration:
    text = env.get("REGISTRATION") or Registration.OPEN
    try:
        return Registration(text)
    except ValueError:
        raise ConfigError(f"REGISTRATION is {text!r}; it must be open, invite or closed.") from None


def _audit_days(env: Mapping[str, str]) -> int:
    days = _positive(env, "AUDIT_DAYS", 365)
    if days < KEPT_DAYS_MIN:
        raise ConfigError(f"AUDIT_DAYS is {days}; it must be {KEPT_DAYS_MIN} or more.")
    return days


def _mail_url(env: Mapping[str, str]) -> str:
    text = env.get("MAIL_URL", "")
    if text and not text.startswith(("smtp://", "smtps://")) and text != "ses:":
        # Not repeated: it may hold a password.
        raise ConfigError("MAIL_URL must be smtp://host:port, smtps://host:port or ses:.")
    return text


def _provider(env: Mapping[str, str]) -> ProviderSettings | None:
    issuer = env.get("IDENTITY_ISSUER", "")
    if not issuer:
        return None
    url = urlsplit(issuer)
    # OpenID Connect Discovery 1.0, section 3.
    if url.query or url.fragment or not is_safe(issuer):
        raise ConfigError(f"IDENTITY_ISSUER is {issuer!r}; it must be the https address of an OpenID provider.")
    return ProviderSettings(
        issuer,
        _need(env, "IDENTITY_CLIENT_ID"),
        _need(env, "IDENTITY_CLIENT_SECRET"),
        env.get("IDENTITY_NAME") or url.hostname or issuer,
    )


def is_safe(address: str) -> bool:
    """Whether nobody can listen to what is sent there: https, or http on this machine."""
    url = urlsplit(address)
    return bool(url.hostname) and (url.scheme == "https" or (url.scheme == "http" and url.hostname in _LOOPBACK))


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"{name} is {text!r}; it must be a whole number from 1.")
    return int(text)


def _switch(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "")
    if text not in {"", "on", "off"}:
        raise ConfigError(f"{name} is {text!r}; it must be on or off.")
    return text == "on"


def _hex(name: str, text: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < 32:
        raise ConfigError(f"{name} must be at least 64 hexadecimal digits (256 random bits).")
    return secret


def _keys(name: str, text: str, *, bare: bool = False) -> dict[str, bytes]:
    """`id:hex,…`, where `bare` allows one without an id; its id is then empty."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        kid, colon, key = part.strip().rpartition(":")
        if bool(colon) is not bool(_KEY_ID.fullmatch(kid)) or (not colon and not bare) or kid in keys:
            raise ConfigError(f"{name} must be id:key,id:key,… with ids of letters, digits, - and _, each once.")
        keys[kid] = _hex(name, key)
    return keys


def _callbacks_url(env: Mapping[str, str], region: str) -> str:
    # The execute-api address even where the app is served by CloudFront: callbacks do not pass through it.
    if url := env.get("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"):
        return url.rstrip("/")
    stage = env.get("WEBSOCKET_STAGE", "ws")
    return f"https://{_need(env, 'WEBSOCKET_API_ID')}.execute-api.{region}.amazonaws.com/{stage}"
