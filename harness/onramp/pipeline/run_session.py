"""What a run was asked for, and what its hosts share while it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from onramp.airgap.mirrors import Mirror
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.run_dir import RunDirectory
from onramp.journey import Scope
from onramp.model.host import Host
from onramp.model.pain import Catalogue, Finding, Severity
from onramp.model.stack import Stack
from onramp.providers import Provider, Reset
from onramp.remote.ssh.ssh_config import Endpoint
from onramp.text.masking import masker_of


class RunOptions(Struct, frozen=True):
    """What was asked for, checked; no host has been touched yet."""

    scope: Scope
    stack: Stack
    hosts: tuple[Host, ...] = ()
    runs_dir: Path = Path("runs")
    command: str = ""
    arguments: tuple[str, ...] = ()  # its words: the task's name, then its flags
    forks: int = 1
    allow: tuple[str, ...] = ()  # ids (or "all") of pain points whose `ask` remedies have leave
    fail_on: Severity | None = None
    remedies: bool = True
    mirrors: Mapping[str, Mirror] = field(default_factory=dict)  # by the setting that names them
    requirements: bool = False  # measured as well, once the stack is verified
    check: bool = False
    keep: bool = False
    reset: Reset = "destroy"
    purge: bool = False
    reboot: bool = False  # hosts are restarted, for which there is leave
    list_only: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False

    def run_directory(self) -> RunDirectory:
        """A new one, whose masker knows every secret that these hosts and this stack came with."""
        masker = masker_of(self.hosts, self.stack.env)
        return RunDirectory.create(
            self.runs_dir, command=self.command, masker=masker, arguments=self.arguments
        )


class Prompts(Protocol):
    """Whoever is at the terminal: may a remedy run on a host, and yes or no to anything else."""

    def remedy(self, host: str, finding: Finding, what: str) -> bool: ...
    def yes(self, question: str) -> bool: ...


class RunSession(Struct):
    """What the hosts' threads of one run share.

    `prepare` is asked before every step and may change the host: that is how a recipe breaks
    one. `finished` is called with the evidence of each host that has ended. A host's thread that
    only waits for its host to answer does so in `aside`.
    """

    options: RunOptions
    pains: Catalogue
    providers: Mapping[str, Provider]
    prompts: Prompts | None = None
    prepare: Callable[[Host, str], Host] = lambda host, step: host
    finished: Callable[[HostEvidence], None] = lambda evidence: None
    stacks: Mapping[str, Stack] = field(default_factory=dict)  # by host: instead of the options'
    rebooted: Collection[str] = ()  # hosts that are restarted though the options do not say so
    turn: threading.Lock = field(default_factory=threading.Lock)  # to decide: one host at a time
    lease: str = ""  # the run's id, where hosts that are changed are leased to it
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)  # by host, where known already
    cancel: threading.Event = field(default_factory=threading.Event)
    aside: Callable[[], AbstractContextManager[None]] = nullcontext
    notes: list[str] = field(default_factory=list)  # on the run as a whole, for its report
