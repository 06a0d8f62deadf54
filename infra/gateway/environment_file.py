"""Environment variables from the command line and from files, in the form `docker run` takes them."""

from collections.abc import Iterable, Mapping
from pathlib import Path


class EnvironmentFileError(Exception):
    """A file or an entry cannot be read; one sentence."""


def read_environment(entries: Iterable[str], machine: Mapping[str, str]) -> dict[str, str]:
    """Entries `NAME=VALUE`, or `NAME` to pass on the machine's value; raises EnvironmentFileError."""
    variables = {}
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not name.strip():
            message = f"{entry!r} is no variable: write NAME=VALUE."
            raise EnvironmentFileError(message)
        if equals:
            variables[name.strip()] = value
        elif name in machine:
            variables[name] = machine[name]
    return variables


def read_environment_file(path: Path, machine: Mapping[str, str]) -> dict[str, str]:
    """One entry a line; empty lines and lines that start with # are skipped. Raises EnvironmentFileError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        message = f"The environment file {path} cannot be read: {error.strerror}."
        raise EnvironmentFileError(message) from error
    except UnicodeDecodeError as error:
        message = f"The environment file {path} cannot be read: it is no UTF-8."
        raise EnvironmentFileError(message) from error
    entries = (line.strip() for line in lines)
    return read_environment((line for line in entries if line and not line.startswith("#")), machine)
