"""What a run was asked for, and what its hosts share while it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from onramp.evidence.run_dir import HostEvidence, RunDirectory
from onramp.journey import Scope
from onramp.model.host import Host
from onramp.model.pain import Catalogue, Finding, Severity
from onramp.model.stack import Stack
from onramp.providers import Provider
from onramp.text.masking import masker_of


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What was asked for, checked; no host has been touched yet."""

    scope: Scope
    stack: Stack
    hosts: tuple[Host, ...] = ()
    runs_dir: Path = Path("runs")
    command: str = ""
    forks: int = 1
    allow: tuple[str, ...] = ()  # ids (or "all") of pain points whose `ask` remedies have leave
    fail_on: Severity | None = None
    remedies: bool = True
    requirements: bool = False  # measured as well, once the stack is verified
    check: bool = False
    keep: bool = False
    purge: bool = False
    list_only: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False

    def run_directory(self) -> RunDirectory:
        """A new one, whose masker knows every secret that these hosts and this stack came with."""
        masker = masker_of(self.hosts, self.stack.env)
        return RunDirectory.create(self.runs_dir, command=self.command, masker=masker)


class Prompts(Protocol):
    """Whoever is at the terminal: may a remedy run on a host, and yes or no to anything else."""

    def remedy(self, host: str, finding: Finding, what: str) -> bool: ...
    def yes(self, question: str) -> bool: ...


@dataclass(slots=True)
class RunSession:
    """What the hosts' threads of one run share.

    `prepare` is asked before every step and may change the host: that is how a recipe breaks
    one. `while_waiting` is done once, when every thread waits for its host. `finished` is called
    with the evidence of each host that has ended.
    """

    options: RunOptions
    pains: Catalogue
    providers: Mapping[str, Provider]
    prompts: Prompts | None = None
    prepare: Callable[[Host, str], Host] = lambda host, step: host
    while_waiting: Callable[[], None] = lambda: None
    finished: Callable[[HostEvidence], None] = lambda evidence: None
    stacks: Mapping[str, Stack] = field(default_factory=dict)  # by host: instead of the options'
    cancel: threading.Event = field(default_factory=threading.Event)
    surveying: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
