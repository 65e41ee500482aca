"""What is read from a compose file before it is run: which services start, which ports it takes.

No more than that: Compose itself is the judge of a compose file. What cannot be known here (a
variable without a default, an `include`) is left out, never guessed.
Syntax: https://docs.docker.com/reference/compose-file/services/#ports
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from onramp.config import suggest
from onramp.errors import UsageError

FILE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_MOST_PORTS = 1000
_SHORT = re.compile(
    r"(?:(?P<ip>\[[0-9A-Fa-f:.%]*\]|[0-9.]*):)?(?P<host>\d+(?:-\d+)?):\d+(?:-\d+)?(?:/(?P<kind>\w+))?"
)
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<other>[^{}$]*))?\})"
)


def services(document: Any, *, shown: str) -> Mapping[str, Any]:
    """The services of a compose file. Raises UsageError where it holds none."""
    if not isinstance(document, Mapping):
        what = "is empty" if document is None else f"found {suggest.kind(document)}"
        raise UsageError(f"{shown}: {what}, expected a mapping with services")
    found: Any = document.get("services")
    if found is None and "include" in document:
        return {}
    if not isinstance(found, Mapping) or not found:
        what = suggest.kind(found or None)
        meant = suggest.near("services", [str(key) for key in document if key != "services"])
        raise UsageError(
            f"{shown}: services: found {what}, expected a mapping of services",
            resolution=f"did you mean services instead of {meant[0]}?" if meant else "",
        )
    for name, body in found.items():
        if not isinstance(name, str):
            found_name = suggest.quoted(name)
            raise UsageError(f"{shown}: services: found {found_name} as a name, expected text")
        if not isinstance(body, Mapping):
            kind = suggest.kind(body)
            raise UsageError(f"{shown}: services.{name}: found {kind}, expected a mapping")
    return found


def started(found: Mapping[str, Any]) -> tuple[str, ...]:
    """The services a plain `up` starts: those without a profile."""
    return tuple(name for name, body in found.items() if not body.get("profiles"))


def published(found: Mapping[str, Any], env: Mapping[str, str]) -> tuple[int, ...]:
    """The TCP ports of the host that a plain `up` takes, in order, each once."""
    ports: dict[int, None] = {}
    for name in started(found):
        stated = found[name].get("ports")
        for row in stated if isinstance(stated, list) else ():
            ports.update(dict.fromkeys(_ports(row, env)))
    return tuple(ports)


def interpolated(text: str, env: Mapping[str, str]) -> str | None:
    """`${PORT:-8000}` and its like resolved; None where a variable has neither value nor default.

    Rules: https://docs.docker.com/reference/compose-file/interpolation/
    """
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        if match["escaped"]:
            return "$"
        stated = env.get(match["plain"] or match["name"])
        how, other = match["how"] or "", match["other"] or ""
        present = stated is not None and (bool(stated) or ":" not in how)
        if how.endswith("+"):
            return other if present else ""
        if how.endswith("-") and not present:
            return other
        missing = missing or not present
        return stated or ""

    result = _VARIABLE.sub(value, text)
    return None if missing or re.search(r"(?<!\$)\$\{", result) else result


def _ports(row: Any, env: Mapping[str, str]) -> Iterator[int]:
    if isinstance(row, Mapping):
        if str(row.get("protocol", "tcp")).lower() == "tcp":
            yield from _range(interpolated(str(row.get("published", "")), env) or "")
        return
    text = interpolated(row, env) if isinstance(row, str) else None
    match = _SHORT.fullmatch(text.strip()) if text else None
    if match and (match["kind"] or "tcp").lower() == "tcp":
        yield from _range(match["host"])


def _range(text: str) -> Iterator[int]:
    match = _RANGE.fullmatch(text.strip())
    if not match:
        return
    low, high = int(match[1]), int(match[2] or match[1])
    if 1 <= low <= high <= 65535 and high - low < _MOST_PORTS:
        yield from range(low, high + 1)
