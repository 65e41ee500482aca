"""What was asked for: `read` from flags and stack, `select` from the inventory; all of it checked
before a host is touched."""

from __future__ import annotations

import getpass
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from msgspec.structs import replace

from onramp import CLONE, SHIPPED
from onramp.airgap import mirrors
from onramp.cli import arguments, flags
from onramp.cli.each_method import every_method
from onramp.config import host_patterns, inventory, load_stack, parse_settings
from onramp.errors import UsageError
from onramp.evidence import find_runs
from onramp.journey import Scope
from onramp.model.host import Host
from onramp.pains import WhenAsked
from onramp.pipeline.run_session import RunOptions


def read(given: SimpleNamespace, scope: Scope) -> RunOptions:
    """All that was asked for but the hosts. Raises UsageError."""
    cwd = Path.cwd()
    flag = vars(given).get
    return RunOptions(
        scope=scope,
        stack=load_stack.load(_stack_name(given), cwd=cwd, project_root=SHIPPED),
        runs_dir=flags.runs(given.runs, cwd=cwd, project_root=CLONE),
        command=_command_line(),
        arguments=(scope, *arguments.behind(sys.argv[1:], scope)),
        forks=flags.forks(given.forks),
        allow=tuple(flags.allow(flag("allow"), WhenAsked())),
        fail_on=flags.fail_on(flag("fail_on")),
        requirements=scope == "evaluate",
        check=bool(flag("check")) or bool(flag("dry")),
        keep=bool(flag("keep")),
        reset=flags.reset(flag("reset")),
        purge=bool(flag("purge")),
        reboot=bool(flag("reboot")),
        list_only=given.list_hosts,
        as_json=given.json,
        quiet=bool(flag("quiet")),
        verbose=bool(flag("verbose")),
    )


def select(given: SimpleNamespace, options: RunOptions) -> RunOptions:
    """The hosts meant, with their settings and passwords. Raises UsageError."""
    hosts = every_method(_selected(given, Path.cwd(), options.runs_dir), options.scope)
    if options.list_only:
        return replace(options, hosts=hosts)
    opened = mirrors.of(hosts)
    return replace(options, hosts=_with_passwords(given, hosts), mirrors=opened)


def _stack_name(given: SimpleNamespace) -> str:
    named = vars(given).get("stack")
    return "hello-world" if named is None else str(named)


def _selected(given: SimpleNamespace, cwd: Path, runs_dir: Path) -> tuple[Host, ...]:
    from onramp.providers.lab.images import IMAGES, TYPICAL

    overrides = replace(_login(given, cwd), settings=parse_settings.pairs(given.set or ()))
    sources = host_patterns.Sources(
        failed=lambda: find_runs.last_failed(runs_dir),
        vagrant=_running_machines,
        images=tuple(IMAGES),
        typical=TYPICAL,
    )
    return host_patterns.select(
        _inventory(given, cwd),
        hosts=flags.hosts(given.hosts),
        exclude=given.exclude or (),
        overrides=overrides,
        sources=sources,
    )


def _login(given: SimpleNamespace, cwd: Path) -> host_patterns.Overrides:
    return host_patterns.Overrides(
        user=flags.user(given.user),
        private_key=flags.private_key(given.private_key, cwd=cwd),
        host_keys=flags.host_keys(given.host_keys),
    )


def _inventory(given: SimpleNamespace, cwd: Path) -> inventory.Inventory:
    paths = flags.inventories(given.inventory, cwd=cwd, project_root=SHIPPED)
    known = inventory.load(paths, cwd=cwd)
    for note in known.notes:
        print(f"onramp: {note}", file=sys.stderr)
    return known


def worker_hosts(given: SimpleNamespace, word: str) -> tuple[Host, ...]:
    """The hosts that a word of --workers means, with the login flags. Raises UsageError."""
    cwd = Path.cwd()
    try:
        found = host_patterns.select(
            _inventory(given, cwd), hosts=(word,), overrides=_login(given, cwd)
        )
    except UsageError as error:
        brief = error.brief.replace("--hosts", "--workers")
        raise UsageError(brief, error.details, error.resolution) from None
    made = [host.name for host in found if host.provider != "static"]
    if made:
        raise UsageError(f"--workers: {made[0]} is made for a run, expected a machine that is up")
    return found


def _running_machines() -> Sequence[Host]:
    from onramp.providers.vagrant import VagrantProvider

    provider = VagrantProvider(vagrant_root())
    machines = provider.running()
    for note in provider.notes:
        print(f"onramp: vagrant: {note}", file=sys.stderr)
    return machines


def vagrant_root() -> Path:
    """Where the Vagrantfile is: the caller's own, or the clone's."""
    here = Path.cwd()
    return here if (here / "Vagrantfile").exists() else CLONE or here


def _with_passwords(given: SimpleNamespace, hosts: tuple[Host, ...]) -> tuple[Host, ...]:
    """--ask-pass and --ask-become-pass ask once, for all hosts; nothing is echoed or kept."""
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
    program, *words = sys.argv
    return " ".join([Path(program).name, *words])
