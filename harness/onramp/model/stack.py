"""A directory with a compose file, and what to check once it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from onramp.model.discreet import Discreet


class HttpCheck(Struct, frozen=True):
    """A page to ask for once the stack is up. `counter` is a regex with one number group."""

    port: int
    path: str = "/"
    status: int = 200
    contains: str = ""
    counter: str = ""
    within_s: float = 60.0


class Requirement(Struct, frozen=True):
    """What a team needs of a deployment tool, and a shell script that finds out whether it has it.

    The script's exit code is the answer: 0 met, 77 not testable here, anything else missing; its
    last line says why. `shown` is what a person would type to use what is asked for.
    """

    id: str
    title: str
    why: str
    probe: str
    timeout_s: float = 30.0
    shown: str = ""


class Stack(Discreet, frozen=True):
    """A directory with a compose file, and what to check once it runs."""

    UNSHOWN: ClassVar[tuple[str, ...]] = ("files", "env")

    name: str
    directory: str
    files: Mapping[str, bytes]
    modes: Mapping[str, int] = field(default_factory=dict)
    compose_file: str = "docker-compose.yml"
    services: tuple[str, ...] = ()  # empty: those of the compose file
    http: tuple[HttpCheck, ...] = ()
    persistent: bool | None = None  # counter kept by `down` (None: not stated)
    env: Mapping[str, str] = field(default_factory=dict)
    up_timeout_s: float = 120.0
    stop_timeout_s: float = 60.0
    reviewer: Mapping[str, Any] = field(default_factory=dict)
    ports: tuple[int, ...] = ()  # host ports published
    built: tuple[str, ...] = ()  # services that are built from a Dockerfile
    title: str = ""  # what its author calls it
    requirements: tuple[Requirement, ...] = ()


class StackFile(Struct, frozen=True):
    """A file of the stack as a report shows it; `omitted` says why its text is not here."""

    path: str
    text: str = ""
    omitted: str = ""
    executable: bool = False
