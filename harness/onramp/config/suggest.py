"""What somebody probably meant to type. Every "unknown X" error answers with this."""

from __future__ import annotations

from collections.abc import Iterable

_LISTED = 12


def near(word: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The known names nearest to `word`, best first; empty when none is near."""
    import difflib  # only errors pay for it

    folded: dict[str, str] = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold()[:200], folded, n=most, cutoff=0.6)
    return tuple(folded[name] for name in found)


def hint(word: str, known: Iterable[str], *, noun: str = "known") -> str:
    """One sentence for an error's resolution: the near names, or else all of them (bounded)."""
    names = list(known)
    nearest = near(word, names)
    if nearest:
        return f"did you mean {' or '.join(nearest)}?"
    return f"{noun}: {listed(names)}" if names else ""


def listed(names: Iterable[str], most: int = _LISTED) -> str:
    """Names for a message, cut after `most` and saying how many were left out."""
    every = list(names)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def quoted(text: object) -> str:
    """What was found, safe for one line of a terminal: control characters escaped, cut at 60."""
    shown = repr(text if isinstance(text, (int, float, bool)) else str(text))
    return shown if len(shown) <= 62 else shown[:58] + "…'"


def kind(value: object) -> str:
    """The YAML name of a value's type, for "found …" in messages."""
    if value is None:
        return "nothing"
    names: dict[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(value), "a tagged value")
