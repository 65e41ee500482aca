"""A section of the survey: what is printed on the host, and what it means here. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from onramp.model.unknown import UNKNOWN


class Section(Struct, frozen=True):
    """`script` is POSIX sh; `read` turns what it printed into fields of Facts.

    `beside`: it starts Docker's programs, which takes longer than all else: those with the same
    word run one after the other, beside the rest. `after`: it uses a variable that the script of
    that section sets.
    """

    name: str
    script: str
    read: Callable[[str], dict[str, Any]]
    beside: str = ""
    after: str = ""


def is_number(text: str) -> bool:
    """Whether `int` takes it, and it counts something: "²" is a digit, too."""
    return bool(re.fullmatch(r"[0-9]{1,15}", text))


def pairs(text: str) -> dict[str, str]:
    """Lines of NAME=VALUE."""
    rows = [line.partition("=") for line in text.splitlines()]
    return {name: value for name, sign, value in rows if sign}


def one_word(name: str, **special: Any) -> Callable[[str], dict[str, Any]]:
    """One line of text; `special` maps a word to its value, nothing printed is UNKNOWN."""
    table: dict[str, Any] = {"none": None, "": UNKNOWN, **special}
    return lambda text: {name: table.get(text, text)}


def lines(name: str) -> Callable[[str], dict[str, Any]]:
    """Every line is one of its values."""
    return lambda text: {name: tuple(text.splitlines())}
