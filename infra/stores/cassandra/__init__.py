"""Apache Cassandra 5.0: its jars by a lock file with hashes, its JDK in a wheel."""

from infra.stores.cassandra.server import Cassandra, answers

__all__ = ["Cassandra", "answers"]
