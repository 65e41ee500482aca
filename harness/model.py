"""Every noun of Onramp, as frozen values. Imports nothing of ours but settings' shapes.

Nothing here runs, connects or writes. A `Command` is something that may be run; an `Outcome` is
what was seen when it was. Unknown is a value of its own (`UNKNOWN`), never a default.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

if TYPE_CHECKING:
    from harness.settings import Settings


class Unknown(enum.Enum):
    """The type of UNKNOWN: asked, and not answered. Falsy on purpose, never equal to None."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown.UNKNOWN
T = TypeVar("T")


def known(value: T | Unknown) -> T | None:
    """The value, or None where it is UNKNOWN: for asking "is it known and …" in one breath."""
    return None if isinstance(value, Unknown) else value


Severity = Literal["blocker", "major", "minor", "notice"]
SEVERITIES: Final[tuple[Severity, ...]] = ("blocker", "major", "minor", "notice")
Kind = Literal["safe", "ask", "human"]
How = Literal["encountered", "foreseen"]
PainOutcome = Literal["remedied", "needs-human", "unresolved", "noted"]
RequirementStatus = Literal["met", "missing", "untestable"]
StepStatus = Literal["satisfied", "changed", "failed", "skipped", "planned"]
HostStatus = Literal["passed", "failed", "unreachable", "interrupted", "planned"]
Cut = Literal["timeout", "silence", "link-lost", "cancelled"]
Role = Literal["survey", "try", "apply", "verify", "probe", "remedy", "recipe"]


# --- where to go -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Host:
    """One machine to evaluate and how to log in. Secrets are kept out of its repr."""

    name: str
    address: str
    port: int = 22
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    private_key: str | None = None
    become: bool = True
    become_password: str | None = field(default=None, repr=False)
    proxy_jump: str | None = None
    host_keys: Literal["strict", "accept-new", "off"] | None = None
    known_hosts: str | None = None
    groups: tuple[str, ...] = ()
    provider: str = "static"
    image: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)  # `onramp:` merged, unvalidated
    origin: str = ""  # "inventory/lab.yml" or "--hosts", for messages
    notes: tuple[str, ...] = ()  # what its provider wants the report to say


# --- what may be done, and what was seen ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """A POSIX sh script for one host. Never holds remote output; values in it are quoted.

    `display` is what a person would type (shown in reports; defaults to the script).
    `env` is exported before the script, out of sight of process lists; its values may be secret.
    `silence_s`: give up after so many seconds without a byte of output (None: no limit).
    """

    script: str
    as_root: bool = False
    timeout_s: float = 120.0
    silence_s: float | None = None
    sensitive: bool = False
    display: str = ""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """What a person would type: with sudo where it needs root and fits on a line."""
        prefix = "sudo " if self.as_root and "\n" not in self.script.strip() else ""
        return self.display or prefix + self.script.strip()


@dataclass(frozen=True, slots=True)
class Upload:
    """Files to put on the host, below `directory` (made if missing) as the login user."""

    directory: str
    files: Mapping[str, bytes]  # relative POSIX path -> content
    modes: Mapping[str, int] = field(default_factory=dict)
    display: str = ""

    @property
    def shown(self) -> str:
        return self.display or f"copy {len(self.files)} files to {self.directory}"


@dataclass(frozen=True, slots=True)
class Relogin:
    """Log in again: a user's groups are fixed when sshd starts the session."""

    display: str = "log out and in again"

    @property
    def shown(self) -> str:
        return self.display


@dataclass(frozen=True, slots=True)
class Look:
    """A question to the engine or the deployed stack, answered by the shell (engine.py).

    `what` names the question ("snapshot", "running", "http", "counter", "leftovers", …);
    `with_` its parameters. Its Outcome has exit code 0 where the expectation held.
    """

    what: str
    with_: Mapping[str, Any] = field(default_factory=dict)
    display: str = ""
    timeout_s: float = 60.0

    @property
    def shown(self) -> str:
        return self.display or self.what


Action = Command | Upload | Relogin | Look


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen when an action was performed.

    `exit_code` is None when the action never ended by itself; `cut` then says why.
    Output is decoded UTF-8 with replacement, bounded; `dropped_bytes` counts what was left out.
    """

    command: str
    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    cut: Cut | None = None
    dropped_bytes: int = 0
    as_root: bool = False
    noise: str = ""  # what rc files and banners printed before it; never parsed

    @property
    def ok(self) -> bool:
        return self.exit_code == 0

    @property
    def text(self) -> str:
        """stdout and stderr, one after the other: what diagnosis reads."""
        return (
            f"{self.stdout}\n{self.stderr}"
            if self.stdout and self.stderr
            else (self.stdout or self.stderr)
        )


# --- what a host is --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listener:
    """A TCP port somebody listens on. `process` only where the asking user may see it."""

    port: int
    address: str
    process: str | Unknown = UNKNOWN


@dataclass(frozen=True, slots=True)
class Facts:
    """What one probe script saw on a host. A field is a value or UNKNOWN; None means "none there".

    Sizes are bytes, times seconds, versions as the tools print them.
    """

    os_id: str | Unknown = UNKNOWN
    os_like: tuple[str, ...] | Unknown = UNKNOWN
    os_version: str | Unknown = UNKNOWN
    os_codename: str | None | Unknown = UNKNOWN
    os_pretty: str | Unknown = UNKNOWN
    ubuntu_codename: str | None | Unknown = UNKNOWN
    debian_codename: str | None | Unknown = UNKNOWN
    arch: str | Unknown = UNKNOWN  # uname -m
    dpkg_arch: str | None | Unknown = UNKNOWN
    kernel: str | Unknown = UNKNOWN
    init: str | Unknown = UNKNOWN  # systemd | sysvinit | openrc | PID 1's name
    virtualization: str | None | Unknown = UNKNOWN
    wsl: bool | Unknown = UNKNOWN
    cgroup: int | Unknown = UNKNOWN  # 1 | 2
    memory_bytes: int | Unknown = UNKNOWN
    cpus: int | Unknown = UNKNOWN
    disk_free_bytes: Mapping[str, int] | Unknown = UNKNOWN  # by directory
    user: str | Unknown = UNKNOWN
    uid: int | Unknown = UNKNOWN
    home: str | Unknown = UNKNOWN
    shell: str | Unknown = UNKNOWN
    groups: tuple[str, ...] | Unknown = UNKNOWN  # of this login
    umask: str | Unknown = UNKNOWN  # of this login, and sudo adds it to its own: "0022"
    unwritable: tuple[str, ...] | Unknown = UNKNOWN  # of $HOME and ~/.docker; missing $HOME too
    mounts: Mapping[str, str] | Unknown = UNKNOWN  # system directory mounted -> rw | ro | noexec
    clusters: tuple[str, ...] | Unknown = UNKNOWN  # traces of Kubernetes or another runtime
    docker_group: bool | Unknown = UNKNOWN  # the group exists
    docker_group_members: tuple[str, ...] | Unknown = UNKNOWN
    sudo: Literal["none", "passwordless", "password"] | Unknown = UNKNOWN
    sudo_says: str | Unknown = UNKNOWN  # its own words when asked to do nothing
    listeners: tuple[Listener, ...] | Unknown = UNKNOWN
    client_address: str | None | Unknown = UNKNOWN  # where this login comes from; None: not SSH
    server_address: str | None | Unknown = UNKNOWN  # of the host, as the client reached it
    proxy_env: Mapping[str, str] | Unknown = UNKNOWN
    routes: tuple[str, ...] | Unknown = UNKNOWN  # default routes there are: "4", "6"
    nameservers: tuple[str, ...] | Unknown = UNKNOWN
    clock_s: float | Unknown = UNKNOWN  # host's epoch seconds when asked
    clock_offset_s: float | Unknown = UNKNOWN  # host minus here, filled in by facts.gather
    uptime_s: float | Unknown = UNKNOWN  # when asked
    cpu_waited_s: float | None | Unknown = UNKNOWN  # since boot, see facts.CPU; None: not counted
    selinux: str | None | Unknown = UNKNOWN
    apparmor: bool | Unknown = UNKNOWN
    ip_forward: bool | Unknown = UNKNOWN  # net.ipv4.ip_forward
    firewall: tuple[str, ...] | Unknown = UNKNOWN  # active: ufw, firewalld, nftables
    packages: Mapping[str, str] | Unknown = UNKNOWN  # Docker-like ones installed: name -> version
    docker_cli: str | None | Unknown = UNKNOWN  # client version
    docker_cli_path: str | None | Unknown = UNKNOWN
    engine: str | None | Unknown = UNKNOWN  # server version, asked as the plain user
    engine_error: str | None | Unknown = UNKNOWN
    compose: str | None | Unknown = UNKNOWN  # `docker compose version --short`
    compose_v1: str | None | Unknown = UNKNOWN  # `docker-compose` 1.x
    buildx: str | None | Unknown = UNKNOWN
    plugins: tuple[str, ...] | Unknown = UNKNOWN  # paths of CLI plugins
    client_config: Mapping[str, str] | Unknown = UNKNOWN  # DOCKER_HOST, currentContext, …
    snap_docker: bool | Unknown = UNKNOWN
    podman: str | None | Unknown = UNKNOWN
    socket: str | None | Unknown = UNKNOWN  # "660 root:docker" or None when absent
    daemon_active: bool | Unknown = UNKNOWN
    daemon_enabled: str | None | Unknown = UNKNOWN  # enabled | disabled | masked | None: no unit
    daemon_json: str | None | Unknown = UNKNOWN  # content, None when absent
    installed_by_us: tuple[str, ...] | Unknown = UNKNOWN  # the engine's packages, by our own record
    apt_sources: tuple[str, ...] | Unknown = UNKNOWN  # one-line summaries of configured sources
    commands: frozenset[str] | Unknown = UNKNOWN  # of those asked for, which exist
    noise: str = ""  # what rc files and banners printed around the probe; never parsed


# --- what to do ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the journey, as data.

    `documented` is what the vendor's page tells a newcomer to type. `holds` looks at facts alone:
    True means the step is satisfied and nothing is run. `tries` change nothing (a step whose tries
    pass without a remedy is satisfied too when it has no `apply`); then `apply`, then `verify`.
    `context` is read-only and run only after a failure: logs and states that name the cause.
    """

    id: str
    title: str
    documented: tuple[str, ...] = ()
    holds: Callable[[Facts], bool] | None = None
    tries: tuple[Action, ...] = ()
    apply: tuple[Action, ...] = ()
    verify: tuple[Action, ...] = ()
    context: tuple[Command, ...] = ()
    budget_s: float = 900.0  # waits and retries together
    always: bool = False  # performed even after an earlier step failed (tear-down)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One pass over a step: the action that failed (or the last one) and what was seen.

    `context` holds what the step's context commands printed after the failure.
    """

    step: str
    number: int
    role: Role
    outcome: Outcome
    log: str = ""  # path below the host's directory
    context: tuple[Outcome, ...] = ()

    @property
    def text(self) -> str:
        """Everything diagnosis may read, the failed action's own words first."""
        return "\n".join((self.outcome.text, *(seen.text for seen in self.context)))


# --- pain points -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Symptom:
    """A wording of a real tool.

    `pattern` is a regular expression in RE2's syntax (no lookaround), searched line by line (`.`
    never crosses a line); every alternative holds some literal text of four characters or more.
    `steps` limits a low-specificity wording to those steps ("" is pasted text, of no step); empty
    means anywhere. `weight` orders rival matches: 3 names the cause, 2 is typical, 1 is shared with
    other causes. `warning`: it is also looked for in what commands that succeeded print, and is
    then noted without stopping anybody.
    """

    pattern: str
    versions: str = ""
    steps: tuple[str, ...] = ()
    weight: int = 2
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a pain point's pure functions may look at."""

    facts: Facts
    settings: Settings
    platform: Platform | None = None
    stack: Stack | None = None
    step: str = ""
    attempt: Attempt | None = None
    probe: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Cure:
    """What a remedy does on this host: actions in order, then how to go on.

    `then`: "again" tries the step again; "replan" plans the rest of the journey anew with
    `settings` (dotted name -> value) laid over the host's; "continue" goes on after the action that
    failed. `wait_s` is slept before trying again; a cure that only waits may be used repeatedly
    within the step's budget, any other runs once a step. When the failed action was itself part of
    a remedy, "again" repeats that action and "continue" goes on with the remedy's next one.
    """

    actions: tuple[Action, ...] = ()
    then: Literal["again", "replan", "continue"] = "again"
    settings: Mapping[str, Any] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a pain point is cured. `cure` returns None where it does not apply on this host."""

    kind: Kind
    summary: str  # one sentence, imperative
    cure: Callable[[Situation], Cure | None] | None = None
    commands: tuple[str, ...] = ()  # what a person types, for pages and reports
    side_effects: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to bring a fresh lab host into the condition, by real means.

    `script` runs as root on the host just before the step `before` ("connect": before anybody logs
    in). `starts` is where the host stands when it boots: "clean", or "ready": engine and Compose
    installed, the user in group docker, the stack's images pulled and built, nothing running.
    `settings` (dotted names) are laid over the host's. `needs` names lab services the script's
    variables come from ("mirror", "interceptor"). `stack` changes the stack's files: a whole new
    text, or a pair (old text, new text) to replace. `login` overrides fields of the Host ("user",
    "port", "password", …); `boot` adds options of systemd-nspawn to the host's boot.
    `expect` is how the pain point shows itself; `passes` whether the journey goes on to pass.
    """

    images: tuple[str, ...]
    script: str = ""
    before: str = "connect"
    starts: Literal["clean", "ready"] = "clean"
    settings: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    stack: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)
    login: Mapping[str, Any] = field(default_factory=dict)
    boot: tuple[str, ...] = ()
    expect: How = "encountered"
    passes: bool = False


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Something that stops or slows a newcomer, its symptoms, and what to do about it.

    `foresee` is pure over the situation before anything is changed: a sentence saying what was
    seen, or None. `probe` is read-only and run when a symptom matched; `confirm` reads its outcome:
    True confirms, False rules the pain point out, None leaves it open. `explains` names the pain
    points whose symptoms are mere consequences of this one.
    """

    id: str
    phase: str
    title: str
    severity: Severity
    cause: str
    symptoms: tuple[Symptom, ...] = ()
    foresee: Callable[[Situation], str | None] | None = None
    probe: Command | None = None
    confirm: Callable[[Situation], bool | None] | None = None
    remedy: Remedy | None = None
    explains: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()  # families: debian, rhel, suse, arch, alpine; empty: all
    recipe: Recipe | None = None


Catalogue = Mapping[str, PainPoint]  # by id


@dataclass(frozen=True, slots=True)
class Evidence:
    """The command that showed it, its exit code and the decisive lines; `log` holds the rest."""

    command: str
    exit_code: int | None
    excerpt: str
    log: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A pain point met (or foreseen) on a host, with the evidence and what came of it."""

    pain: str
    step: str
    how: How
    evidence: Evidence
    because: tuple[str, ...] = ()
    confidence: float = 1.0  # 0..1
    outcome: PainOutcome = "unresolved"
    remedy_commands: tuple[str, ...] = ()
    seconds_lost: float = 0.0
    extra_commands: int = 0
    consequences: tuple[str, ...] = ()  # ids folded under this one
    rivals: tuple[str, ...] = ()  # ids that stay possible


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A failure no pain point accounts for."""

    step: str
    evidence: Evidence


# --- platforms and stacks --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackageManager:
    """How packages are spoken of here: templates with `{packages}` already quoted by the caller."""

    name: str
    refresh: str
    install: str
    remove: str
    purge: str  # its configuration too
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """How services are spoken of here; templates with `{unit}`. Empty: not a thing here."""

    name: str
    start: str
    enable: str
    restart: str
    status: str
    is_enabled: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """What a driver knows of one OS family; made by `platforms.resolve`."""

    id: str
    title: str
    package_manager: PackageManager
    service_manager: ServiceManager
    repository_os: str  # directory below docker.repository, such as "debian"
    repository_codename: str | None
    conflicting: tuple[str, ...]  # packages the vendor's page says to remove
    engine_packages: tuple[str, ...]  # Docker's own
    distribution_packages: tuple[str, ...]
    distribution_compose: tuple[str, ...]  # empty: no Compose plugin there
    note: str = ""  # said when resolved through ID_LIKE
    docs_url: str = ""


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """A page to ask for once the stack is up. `counter` is a regex with one number group."""

    port: int
    path: str = "/"
    status: int = 200
    contains: str = ""
    counter: str = ""
    within_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Requirement:
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


@dataclass(frozen=True, slots=True)
class Stack:
    """A directory with a compose file, and what to check once it runs."""

    name: str
    directory: str
    files: Mapping[str, bytes] = field(repr=False)
    modes: Mapping[str, int] = field(default_factory=dict)
    compose_file: str = "docker-compose.yml"
    services: tuple[str, ...] = ()  # empty: those of the compose file
    http: tuple[HttpCheck, ...] = ()
    persistent: bool | None = None  # counter kept by `down` (None: not stated)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    up_timeout_s: float = 120.0
    stop_timeout_s: float = 60.0
    reviewer: Mapping[str, Any] = field(default_factory=dict)
    ports: tuple[int, ...] = ()  # host ports published
    title: str = ""  # what its author calls it
    requirements: tuple[Requirement, ...] = ()


# --- what comes out --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandRun:
    """One action really performed, in order; enough to write reproduce.sh."""

    step: str
    role: Role
    shown: str
    script: str
    as_root: bool
    exit_code: int | None
    seconds: float
    log: str
    attempt: int = 1
    pain: str = ""  # set on probes and remedies
    env: Mapping[str, str] = field(default_factory=dict)  # masked
    began_s: float = 0.0  # since the host's first event


@dataclass(frozen=True, slots=True)
class StepRun:
    """What became of a step."""

    id: str
    title: str
    documented: tuple[str, ...]
    status: StepStatus
    seconds: float = 0.0
    attempts: int = 0
    commands: tuple[CommandRun, ...] = ()
    note: str = ""
    began_s: float = 0.0  # since the host's first event


@dataclass(frozen=True, slots=True)
class StackFile:
    """A file of the stack as a report shows it; `omitted` says why its text is not here."""

    path: str
    text: str = ""
    omitted: str = ""
    executable: bool = False


@dataclass(frozen=True, slots=True)
class RequirementRun:
    """What a team needs of a deployment tool, tried on this host.

    `because` says in one line why it is missing or could not be tested here (or what was seen);
    `evidence` points at the probe's own output.
    """

    id: str
    title: str
    status: RequirementStatus
    because: str = ""
    evidence: Evidence | None = None
    seconds: float = 0.0
    why: str = ""  # why a team needs it


@dataclass(frozen=True, slots=True)
class Rating:
    """`measured` 1..10 or None where nothing rated it; each reason names the points lost."""

    measured: int | None
    reviewer: int | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostRun:
    """All that happened on one host; rebuilt from its events, never held elsewhere."""

    name: str
    address: str
    status: HostStatus
    steps: tuple[StepRun, ...] = ()
    findings: tuple[Finding, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    facts: Facts | None = None
    platform: str = ""
    versions: Mapping[str, str | None] = field(default_factory=dict)
    total_s: float = 0.0
    on_host_s: float = 0.0
    notes: tuple[str, ...] = ()
    leftovers: tuple[str, ...] | None = None  # None: never looked
    answers: tuple[str, ...] = ()  # URLs that answered from this side
    stack: str = ""
    method: str = ""  # repository | distribution | present
    faults: tuple[str, ...] = ()  # harness faults met on the way
    reviewer: Mapping[str, Any] = field(default_factory=dict)  # what the stack's author says
    review: Mapping[str, Any] = field(default_factory=dict)  # what who reviewed this host says
    image: str | None = None
    user: str = ""
    counter: tuple[int, ...] = ()  # readings, in order
    asked: tuple[str, ...] = ()  # the steps asked for, also of a host that never got a plan
    requirements: tuple[RequirementRun, ...] = ()
    cpu_waited: float | None = None  # share of the time in which something waited for a CPU, 0..1
    began: str = ""  # UTC, of the first event
    files: tuple[StackFile, ...] = ()  # of the stack; none: too large to show, or an old run


@dataclass(frozen=True, slots=True)
class Report:
    """One host's report: the run plus what was concluded from it."""

    run: HostRun
    ratings: Mapping[str, Rating]
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    recommendation: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """All hosts of one run, failures last, and the exit code they add up to."""

    id: str  # the UTC stamp
    command: str
    started: str
    reports: tuple[Report, ...]
    exit_code: int
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
