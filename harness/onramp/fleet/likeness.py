"""Whether a worker is like the controller: the same Onramp, Python and libraries, or none of it.

Values travel between the two as this code reads and writes them, so "nearly the same" is refused.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import onramp
from onramp import __version__

LIBRARIES: Final = (
    "paramiko", "cryptography", "docker", "PyYAML", "msgspec", "google-re2", "Jinja2",
    "dask", "distributed", "cloudpickle", "msgpack", "tornado",
)  # fmt: skip


def likeness() -> dict[str, str]:
    """What has to be the same at both ends, by what it is called in messages."""
    python = ".".join(str(part) for part in sys.version_info[:2])
    ours = {"Python": python, "Onramp": __version__, "Onramp's code": _digest()}
    return ours | {name: _version(name) for name in LIBRARIES}


def difference(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """The first thing that is not the same, in words; empty where all is."""
    for name, mine in here.items():
        theirs = there.get(name, "none")
        if theirs != mine:
            return f"{name} is {theirs} there and {mine} here"
    return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _digest() -> str:
    """Of all modules: a version alone does not tell two states of a clone apart."""
    root = Path(onramp.__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def likeness_line(found: Mapping[str, str]) -> bytes:
    """The first line that a worker reads: any Python can."""
    return json.dumps(dict(found)).encode() + b"\n"
