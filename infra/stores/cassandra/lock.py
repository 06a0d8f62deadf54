"""Write jgo.lock.toml anew: `python -m infra.stores.cassandra.lock`. Needed only when the version changes."""

from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.env import LockedDependency, LockFile
from jgo.maven import MavenContext

COORDINATE = "org.apache.cassandra:cassandra-all:5.0.5"
LOCK = Path(__file__).with_name("jgo.lock.toml")

# Native code for other systems, a third of the bytes: Parley runs embedded on Linux x86_64 only.
_OTHER_SYSTEMS = ("osx-", "windows-", "linux-aarch_64", "linux-riscv64")


def main() -> None:
    """Resolve the dependencies, fetch each jar once to hash it, and write the lock."""
    with TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        wanted = context.create_dependency(COORDINATE)
        inputs, transitive = context.resolver.resolve([wanted])
        needed = [
            dependency
            for dependency in (*inputs, *transitive)
            if not dependency.classifier.startswith(_OTHER_SYSTEMS)
            and not dependency.artifactId.endswith("-native-macos")
        ]
        locked = sorted(
            map(LockedDependency.from_dependency, needed),
            key=lambda one: (one.groupId, one.artifactId, one.classifier or ""),
        )
        LockFile(locked, environment_name="cassandra", min_java_version=17).save(LOCK)


if __name__ == "__main__":
    main()
