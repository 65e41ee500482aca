"""Pain points: their symptoms, remedies and recipes; and findings, what was met of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from msgspec import Struct, field

from onramp.model.action import Action, Command, Outcome
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.quantities import Share
from onramp.model.settings import Settings
from onramp.model.stack import Stack
from onramp.model.step import Attempt

Severity = Literal["blocker", "major", "minor", "notice"]


SEVERITIES: Final[tuple[Severity, ...]] = ("blocker", "major", "minor", "notice")


Kind = Literal["safe", "ask", "human"]


How = Literal["encountered", "foreseen"]


PainOutcome = Literal["remedied", "needs-human", "unresolved", "noted"]


class Symptom(Struct, frozen=True):
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


class Situation(Struct, frozen=True):
    """All that a pain point's pure functions may look at."""

    facts: Facts
    settings: Settings
    platform: Platform | None = None
    stack: Stack | None = None
    step: str = ""
    attempt: Attempt | None = None
    probe: Outcome | None = None


class RemedyPlan(Struct, frozen=True):
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


class Remedy(Struct, frozen=True):
    """How a pain point is cured. `cure` returns None where it does not apply on this host."""

    kind: Kind
    summary: str  # one sentence, imperative
    cure: Callable[[Situation], RemedyPlan | None] | None = None
    commands: tuple[str, ...] = ()  # what a person types, for pages and reports
    side_effects: str = ""


VM: Final = "vagrant:"  # before the image of a recipe that needs a kernel of its own


class Recipe(Struct, frozen=True):
    """How to bring a fresh host into the condition, by real means.

    `images` are the lab's; `vagrant:MACHINE` is a virtual machine, for what a kernel or a boot
    does. It starts clean, whatever `starts` says.

    `script` runs as root on the host just before the step `before` ("connect": before anybody logs
    in). `starts` is where the host stands when it boots: "clean", or "ready": engine and Compose
    installed, the user in group docker, the stack's images pulled and built, nothing running.
    `settings` (dotted names) are laid over the host's. `needs` names lab services the script's
    variables come from ("mirror", "interceptor"). `stack` changes the stack's files: a whole new
    text, or a pair (old text, new text) to replace. `login` overrides fields of the Host ("user",
    "port", "password", …); `boot` adds options of systemd-nspawn to the host's boot.
    `reboot`: the host is restarted once the stack is verified, before it is taken down.
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
    reboot: bool = False


class PainPoint(Struct, frozen=True):
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


class Evidence(Struct, frozen=True):
    """The command that showed it, its exit code and the decisive lines; `log` holds the rest."""

    command: str
    exit_code: int | None
    excerpt: str
    log: str = ""


class Finding(Struct, frozen=True):
    """A pain point met (or foreseen) on a host, with the evidence and what came of it."""

    pain: str
    step: str
    how: How
    evidence: Evidence
    because: tuple[str, ...] = ()
    confidence: Share = 1.0
    outcome: PainOutcome = "unresolved"
    remedy_commands: tuple[str, ...] = ()
    seconds_lost: float = 0.0
    extra_commands: int = 0
    consequences: tuple[str, ...] = ()  # ids folded under this one
    rivals: tuple[str, ...] = ()  # ids that stay possible
    open: bool = False  # it is being remedied


class Unexplained(Struct, frozen=True):
    """A failure no pain point accounts for."""

    step: str
    evidence: Evidence
