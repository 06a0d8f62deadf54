"""Which store has the message history, and so which stores a deployment needs."""

from collections.abc import Mapping
from enum import StrEnum

from infra.schema.migrations import SchemaError

VARIABLE = "HISTORY_STORE"

POSTGRES = "POSTGRES_URL"
MONGODB = "MONGODB_URL"
CASSANDRA = "CASSANDRA_HOSTS"
VARIABLES = (POSTGRES, MONGODB, CASSANDRA)
"""The environment variables that name the stores."""


class UnknownHistoryStore(SchemaError):
    """No history can be there."""

    def __init__(self, variable: str, value: str) -> None:
        super().__init__(f"{variable}={value} is neither cassandra nor mongodb: correct it and try again.")


class HistoryStore(StrEnum):
    """Where the history can be; the values are those of the variable."""

    CASSANDRA = "cassandra"
    MONGODB = "mongodb"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"cassandra": "Cassandra", "mongodb": "MongoDB"}[self.value]

    @classmethod
    def named(cls, text: str, variable: str = VARIABLE) -> "HistoryStore":
        """The one called so; `variable` is what the user set. Raises UnknownHistoryStore."""
        try:
            return cls(text)
        except ValueError:
            raise UnknownHistoryStore(variable, text) from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "HistoryStore":
        """HISTORY_STORE; Cassandra when it is not set. Raises UnknownHistoryStore."""
        return cls.named(environment.get(VARIABLE) or cls.CASSANDRA)


def needed(history: HistoryStore) -> tuple[str, ...]:
    """The variables of the stores that a deployment with its history there has."""
    return VARIABLES if history is HistoryStore.CASSANDRA else (POSTGRES, MONGODB)
