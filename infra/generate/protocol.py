"""The tables in docs/protocol.md, between markers; the prose around them is written by hand."""

import re
from collections.abc import Iterable, Mapping

from chalicelib import errors, limits
from chalicelib.schemas.base import Model
from infra.generate.contract import COMMANDS, LOG_EVENTS, PUSHES
from infra.generate.openapi import operations

_MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(text: str) -> str:
    """The document with every marked part made anew. Raises KeyError for a marker nobody fills."""
    parts = {
        "commands": _frames(COMMANDS, "action"),
        "events": _frames(LOG_EVENTS, "type"),
        "pushes": _frames(PUSHES, "type"),
        "errors": _errors(),
        "operations": _operations(),
        "limits": _limits(),
    }
    return _MARKED.sub(lambda found: found[1] + _part(parts, found[2]) + found[3], text)


def _part(parts: Mapping[str, str], name: str) -> str:
    return parts[name]


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    columns = head.count("|") - 1
    return "\n".join((head, "|---" * columns + "|", *(f"| {' | '.join(row)} |" for row in rows), ""))


def _frames(models: Iterable[type[Model]], tag: str) -> str:
    return _table(
        f"| {tag} | other fields | meaning |",
        (
            (f"`{_tag(it, tag)}`", ", ".join(f"`{name}`" for name in _fields(it, tag)), _summary(it.__doc__))
            for it in models
        ),
    )


def _tag(model: type[Model], tag: str) -> str:
    return str(model.model_json_schema(by_alias=True)["properties"][tag]["const"])


def _fields(model: type[Model], tag: str) -> list[str]:
    return [name for name in model.model_json_schema(by_alias=True)["properties"] if name != tag]


def _summary(doc: str | None) -> str:
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def _errors() -> str:
    refusals: list[type[errors.ParleyError]] = errors.ParleyError.__subclasses__()
    rows = [
        (f"`{it.code.value}`", str(it.status), "yes" if it.retry else "no", _summary(it.__doc__))
        for it in sorted(refusals, key=lambda it: (it.status, it.code.value))
    ]
    rows.append(
        ("`internal`", "500", "yes", "A mistake of the server's; its log has it. Resending with the same id is safe.")
    )
    return _table("| code | HTTP status | retry | meaning |", rows)


def _operations() -> str:
    return _table(
        "| request | body or query | answer | what it does |",
        (
            (
                f"`{it.method} /api{it.path}`",
                f"`{(it.body or it.query or type(None)).__name__}`" if it.body or it.query else "",
                f"{it.status}" + (f" `{it.answer.__name__}`" if it.answer else ""),
                it.summary,
            )
            for it in operations()
        ),
    )


def _limits() -> str:
    numbers = {name: value for name, value in vars(limits).items() if isinstance(value, int)}
    return _table("| limit | value |", ((f"`{name}`", f"{value:,}") for name, value in numbers.items()))
