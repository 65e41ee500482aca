"""What was asked for: flags, inventory and stack, read and checked before a host is touched."""

from __future__ import annotations

import getpass
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

from harness import evaluate as pipeline
from harness import inventory, journey, options, runs, selection, settings, stacks
from harness.errors import UsageError
from harness.model import Host, Severity, Stack
from harness.pains import catalogue
from harness.tasking import ROOT


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, checked; no host has been touched yet."""

    scope: journey.Scope
    hosts: tuple[Host, ...]
    stack: Stack
    runs_dir: Path
    forks: int
    allow: tuple[str, ...]
    fail_on: Severity | None
    check: bool
    keep: bool
    purge: bool
    as_json: bool
    quiet: bool
    verbose: bool
    command: str
    list_only: bool = False


def read(given: SimpleNamespace, scope: journey.Scope) -> Request:
    """Everything the user gave, checked. Raises UsageError before any host is touched."""
    cwd = Path.cwd()
    flag = vars(given).get
    runs_dir = options.runs(given.runs, cwd=cwd, project_root=ROOT)
    wanted = Request(
        scope=scope,
        hosts=(),
        stack=stacks.load(_stack_name(given), cwd=cwd, project_root=ROOT),
        runs_dir=runs_dir,
        forks=options.forks(given.forks),
        allow=tuple(options.allow(flag("allow"), catalogue())),
        fail_on=options.fail_on(flag("fail_on")),
        check=bool(flag("check")) or bool(flag("dry")),
        keep=bool(flag("keep")),
        purge=bool(flag("purge")),
        as_json=given.json,
        quiet=bool(flag("quiet")),
        verbose=bool(flag("verbose")),
        command=_command_line(),
        list_only=given.list_hosts,
    )
    return replace(wanted, hosts=_with_passwords(given, _selected(given, cwd, runs_dir)))


def _stack_name(given: SimpleNamespace) -> str:
    named = vars(given).get("stack")
    return "hello-world" if named is None else str(named)


def _selected(given: SimpleNamespace, cwd: Path, runs_dir: Path) -> tuple[Host, ...]:
    from harness.lab.images import IMAGES

    paths = options.inventories(given.inventory, cwd=cwd, project_root=ROOT)
    overrides = selection.Overrides(
        user=options.user(given.user),
        private_key=options.private_key(given.private_key, cwd=cwd),
        host_keys=options.host_keys(given.host_keys),
        settings=settings.pairs(given.set or ()),
    )
    sources = selection.Sources(
        failed=lambda: runs.last_failed(runs_dir), vagrant=_running_machines, images=tuple(IMAGES)
    )
    known = inventory.load(paths, cwd=cwd)
    for note in known.notes:
        print(f"onramp: {note}", file=sys.stderr)
    hosts = selection.select(
        known,
        hosts=options.hosts(given.hosts),
        exclude=given.exclude or (),
        overrides=overrides,
        sources=sources,
    )
    pipeline.validated(hosts)
    return hosts


def _running_machines() -> Sequence[Host]:
    from harness.providers.vagrant import VagrantProvider

    return VagrantProvider(ROOT).running()


def _with_passwords(given: SimpleNamespace, hosts: tuple[Host, ...]) -> tuple[Host, ...]:
    """--ask-pass and --ask-become-pass ask once, for all hosts; nothing is echoed or kept."""
    if given.list_hosts:
        return hosts
    if given.ask_pass:
        password = _asked("SSH password: ", "--ask-pass")
        hosts = tuple(replace(host, password=password) for host in hosts)
    if given.ask_become_pass:
        password = _asked("sudo password: ", "--ask-become-pass")
        hosts = tuple(replace(host, become_password=password) for host in hosts)
    return hosts


def _asked(prompt: str, flag: str) -> str:
    try:
        with warnings.catch_warnings():  # not at a terminal nothing can be echoed either
            warnings.simplefilter("ignore", getpass.GetPassWarning)
            return getpass.getpass(prompt, stream=sys.stderr)
    except EOFError:
        raise UsageError(f"{flag}: no password was given", "standard input ended") from None


def _command_line() -> str:
    arguments = sys.argv[sys.argv.index(str(ROOT)) + 1 :] if str(ROOT) in sys.argv else sys.argv[1:]
    return " ".join(["invoke", *arguments])
