"""What may go wrong on AWS and is therefore provoked in tests."""

from dataclasses import asdict, dataclass, fields

from infra.gateway.core.connection import Lifetimes


class FaultsError(ValueError):
    """Faults that cannot be provoked; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Which faults are provoked; without any, what can go wrong does so by itself only. Times in seconds."""

    #: `$disconnect` is best effort: never deliver it.
    drop_disconnect: bool = False
    #: The function of `$connect` runs, but the client is refused with this HTTP status, as after a time-out.
    fail_connect: int | None = None
    #: A schedule may fire twice.
    duplicate_schedules: bool = False
    #: Messages and asynchronous events may reach their function twice.
    duplicate_invocations: bool = False
    #: Messages reach their function late.
    delay_messages: float = 0.0
    #: Messages of one connection that arrive within this time reach their function in reverse order.
    reorder_messages: float = 0.0
    #: Calls of the management API beyond this rate are answered 429, whoever makes them.
    callbacks_per_second: float | None = None
    #: Sockets are closed sooner, those that are open already too.
    idle_timeout: float | None = None
    connection_age: float | None = None

    def lifetimes(self, usual: Lifetimes) -> Lifetimes:
        """What remains of the usual lifetimes."""
        return Lifetimes(
            usual.idle if self.idle_timeout is None else self.idle_timeout,
            usual.age if self.connection_age is None else self.connection_age,
        )


def faults_document(faults: Faults) -> dict[str, object]:
    """All faults by name, for JSON."""
    return asdict(faults)


def read_faults(document: object) -> Faults:
    """The opposite; what is not named is not provoked. Raises FaultsError."""
    if not isinstance(document, dict):
        message = "The body must be a JSON object of faults."
        raise FaultsError(message)
    defaults = {field.name: field.default for field in fields(Faults)}
    for name, value in document.items():
        if name not in defaults:
            message = f"{name!r} is no fault: there are {', '.join(defaults)}."
            raise FaultsError(message)
        _check(name, value, defaults[name])
    return Faults(**document)


def _check(name: str, value: object, default: object) -> None:
    if isinstance(default, bool):
        wanted = None if isinstance(value, bool) else "true or false"
    elif name == "fail_connect":
        status = isinstance(value, int) and not isinstance(value, bool) and 400 <= value <= 599
        wanted = None if value is None or status else "an HTTP status from 400 to 599, or null"
    else:
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        wanted = None if number or (value is None and default is None) else "a number, not below 0"
    if wanted is not None:
        message = f"{name} must be {wanted}, not {value!r}."
        raise FaultsError(message)
