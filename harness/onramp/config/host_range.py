"""Ranges in host names, as Ansible writes them: `web[01:10]`, `db[a:c]`, `n[0:8:2]`.

Both ends belong to the range; a leading zero sets the width.
Source: https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html
"""

from __future__ import annotations

import itertools
import re
import string

from onramp.config import addresses
from onramp.config.suggest import quoted

MOST = 10_000
_RANGE = re.compile(r"\[([0-9]*|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?\]")
_VERSION_6 = re.compile(r"\[[0-9A-Fa-f]*:[^\]]*:[^\]]*\](:[0-9]+)?")


def hosts(pattern: str) -> tuple[list[addresses.Target], int | None]:
    """The hosts a key of `hosts:` stands for, and the port stated behind the name.

    Raises ValueError saying what is wrong with the pattern.
    """
    if ("[" not in pattern and pattern.count(":") > 1) or _VERSION_6.fullmatch(pattern):
        target = addresses.target(pattern)
        return [addresses.Target(target.address)], target.port
    bare, port = _port(pattern)
    found = [addresses.Target(addresses.address(name)) for name in expand(bare)]
    return found, port


def expand(pattern: str) -> list[str]:
    """`web[1:3]` -> web1, web2, web3; several ranges multiply; no range: the pattern itself."""
    pieces: list[list[str]] = []
    end = count = 0
    for match in _RANGE.finditer(pattern):
        values = _values(match[1], match[2], match[3] or "1", pattern)
        pieces += [[pattern[end : match.start()]], values]
        end, count = match.end(), (count or 1) * len(values)
        if count > MOST:
            raise ValueError(f"{quoted(pattern)} stands for more than {MOST} hosts")
    pieces.append([pattern[end:]])
    return ["".join(parts) for parts in itertools.product(*pieces)]


def _values(first: str, last: str, step: str, pattern: str) -> list[str]:
    if first.isalpha() != last.isalpha():
        raise ValueError(f"{quoted(pattern)} has a range from a letter to a number")
    if max(map(len, (first, last, step))) > 9:
        raise ValueError(f"{quoted(pattern)} has a number of more than 9 digits")
    if int(step) < 1:
        raise ValueError(f"{quoted(pattern)} has a range with a step below 1")
    width = len(first) if first.startswith("0") and len(first) > 1 else 0
    if width and width != len(last):
        raise ValueError(f"{quoted(pattern)} has a range whose ends differ in width")
    letters = string.ascii_letters
    low, high = (
        (letters.index(first), letters.index(last))
        if first.isalpha()
        else (int(first or 0), int(last))
    )
    numbers = range(low, high + 1, int(step))
    if not numbers:
        raise ValueError(f"{quoted(pattern)} has a range that ends before it begins")
    if len(numbers) > MOST:
        raise ValueError(f"{quoted(pattern)} stands for more than {MOST} hosts")
    return [letters[n] if first.isalpha() else str(n).zfill(width) for n in numbers]


def _port(pattern: str) -> tuple[str, int | None]:
    """Takes `:2222` off the end; a colon inside a range's brackets is none."""
    match = re.fullmatch(r"(.*[^:\]]|.*\]):([0-9]+)", pattern)
    if not match or match[1].count("[") != match[1].count("]"):
        return pattern, None
    return match[1], addresses.port(match[2])
