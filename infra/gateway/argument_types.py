"""What the values of command line options may be: types for argparse, whose message is one clause."""

import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
N = TypeVar("N", int, float)
_KINDS = {int: "whole number", float: "number"}
#: "Important notes" of the API Gateway developer guide.
_STAGE = re.compile(r"[A-Za-z0-9_-]{1,128}")


def at_least(least: N) -> Callable[[str], N]:
    """A number of the kind of `least`, not below it."""

    def number(text: str) -> N:
        try:
            value = type(least)(text)
        except ValueError:
            value = least - 1
        if not least <= value < math.inf:
            message = f"{text!r} is no {_KINDS[type(least)]} from {least} on"
            raise ArgumentTypeError(message)
        return value

    return number


def positive(text: str) -> float:
    """A number above zero: a length of time or a rate."""
    value = at_least(0.0)(text)
    if value == 0:
        message = f"{text!r} is not above zero"
        raise ArgumentTypeError(message)
    return value


def port(text: str) -> int:
    """A TCP port; 0 stands for any."""
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        message = f"{text!r} is no port from 0 to 65535"
        raise ArgumentTypeError(message)
    return int(text)


def stage(text: str) -> str:
    """The name of an API's stage."""
    if _STAGE.fullmatch(text) is None:
        message = f"{text!r} is no stage: use letters, digits, hyphens and underscores"
        raise ArgumentTypeError(message)
    return text


def folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text)
    if not path.is_dir():
        message = f"{text!r} is no folder"
        raise ArgumentTypeError(message)
    return path


def assignment(convert: Callable[[str], T]) -> Callable[[str], tuple[str, T]]:
    """NAME=VALUE with a converted value."""

    def read(text: str) -> tuple[str, T]:
        name, _, value = text.partition("=")
        if not name or not value:
            message = f"{text!r} is no assignment: write NAME=VALUE"
            raise ArgumentTypeError(message)
        return name, convert(value)

    return read


def header(text: str) -> tuple[str, str]:
    """'Name: value', a header of HTTP."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not text.isascii():
        message = f"{text!r} is no header: write 'Name: value' in ASCII"
        raise ArgumentTypeError(message)
    return name.strip(), value.strip()
