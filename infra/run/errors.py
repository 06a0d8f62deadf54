"""Why `make run` cannot go on: one clear sentence each, what happened and what to do."""

from pathlib import Path


class RunError(Exception):
    """The message is for the user.

    RunError
      BadSetting
      PortInUse
      PortForbidden
      MetricsPortInUse
      DiskFull
      SecretsUnreadable
      WebAppFailed
      ServiceEnded
      ServiceKeepsEnding
    """


class BadSetting(RunError):
    """A variable or argument makes no sense."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value} is not {wanted}: correct it and try again.")


class PortInUse(RunError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use: stop the program that uses it, or choose another one, "
            f"for example: make run PORT={port + 1}"
        )


class PortForbidden(RunError):
    """Linux lets only root listen on low ports."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is open to root only: choose one from 1024, for example: make run PORT=8000")


class MetricsPortInUse(RunError):
    """Another program listens on the port that was chosen for the metrics."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is not free for the metrics: stop the program that uses it, or choose another one with "
            "METRICS_PORT=, or none, which takes any that is free."
        )


class DiskFull(RunError):
    """The stores would fail in the middle of something."""

    def __init__(self, folder: Path, free: int, needed: int) -> None:
        super().__init__(
            f"Only {free // 1_000_000} MB are free on the disk of {folder}, and Parley needs {needed // 1_000_000}: "
            "make room, or choose a folder on another disk with DATA_DIR=."
        )


class SecretsUnreadable(RunError):
    """Without the old secrets nobody could log in to the data that is there, so no new ones are made."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used ({reason}): restore it, or delete the whole folder to start anew.")


class WebAppFailed(RunError):
    """npm or Vite failed; the details have been logged."""

    def __init__(self, step: str, log: Path) -> None:
        self.log = log
        super().__init__(f"{step} failed: the end of {log} says why; then run the same command again.")


class ServiceEnded(RunError):
    """A child ended before it was ready."""

    def __init__(self, name: str, log: Path) -> None:
        self.log = log
        super().__init__(f"{name} ended while it was starting: the end of {log} says why.")


class ServiceKeepsEnding(RunError):
    """A child that was started again and again ended each time."""

    def __init__(self, name: str, times: int, log: Path) -> None:
        self.log = log
        super().__init__(f"{name} ended {times} times within a minute, so Parley stops: the end of {log} says why.")
