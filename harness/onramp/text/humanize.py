"""Numbers and lists as a person would say them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from onramp.text.sanitize import one_line

_SAID: Final = {  # statuses and outcomes whose names are not the words for them
    "satisfied": "held already",
    "needs-human": "needs a person",
    "untestable": "not testable here",
}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def spelled(number: int) -> str:
    """`two`, `no`; digits above ten."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def counted(number: int, noun: str) -> str:
    """`two pain points`, `one command`, `no leftovers`."""
    return f"{spelled(number)} {noun}{'' if number == 1 else 's'}"


def in_words(status: str) -> str:
    """A status or an outcome in words."""
    return _SAID.get(status, one_line(status, 40))


def duration(seconds: float) -> str:
    """`under 0.1 s`, `0.4 s`, `41 s`, `2 min 5 s`, `1 h 3 min`."""
    if seconds < 0.05:
        return "under 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: float) -> str:
    """Bytes in powers of ten, as disks are sold: `3.9 GB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            digits = 0 if unit == "bytes" or count >= 100 else 1
            return f"{count:.{digits}f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def listed(items: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = [*items] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def code(text: str, limit: int = 200) -> str:
    """Quoted as code in a sentence of ours, on one line; text cannot end its own quotation."""
    return "`" + one_line(text, limit).replace("`", "'") + "`"
