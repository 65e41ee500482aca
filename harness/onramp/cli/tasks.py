"""Every command: names, flags, help. What each does is in commands/, imported when it is called."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from invoke.collection import Collection

from onramp.cli.task import Flag, Function, make

SELECT = {
    "hosts": Flag(
        "many", "Which: all (default), names, globs, groups, @failed, user@host:port, lab:IMAGE"
    ),
    "exclude": Flag("many", "Which not, in the same words"),
    "inventory": Flag("many", "Inventory file (default inventory/lab.yml)"),
    "list-hosts": Flag("switch", "Print the hosts that would be chosen, and stop"),
}
LOGIN = {
    "user": Flag("text", "Login user"),
    "private-key": Flag("text", "Private key file"),
    "ask-pass": Flag("switch", "Ask for the login password"),
    "ask-become-pass": Flag("switch", "Ask for the sudo password"),
    "host-keys": Flag("text", "strict (default) or accept-new"),
}
SETTINGS = {
    "set": Flag("many", "A setting, as key=value (docker.method=distribution)"),
    "stack": Flag("text", "A stack's name in stacks/, or a path (default hello-world)"),
}
OUTPUT = {
    "runs": Flag("text", "Where runs are written (default runs/ of the project)"),
    "json": Flag("switch", "The report as JSON on stdout; everything else on stderr"),
    "quiet": Flag("switch", "Only the result"),
    "verbose": Flag("switch", "Every command as it ends"),
}
FLOW = {
    "allow": Flag(
        "many", "Leave for a remedy that changes what is not ours: a pain point's id, or all"
    ),
    "forks": Flag("text", "Hosts at a time (default 16)"),
    "check": Flag("switch", "Say what would be done, and change nothing (also -R)"),
    "fail-on": Flag("text", "Exit 2 on a pain point this bad: blocker, major or minor"),
}
KEEP = {"keep": Flag("switch", "Leave the stack (and lab hosts) up")}
PURGE = {"purge": Flag("switch", "Remove the engine too, where this tool installed it")}
WALK = {**SELECT, **LOGIN, **SETTINGS, **FLOW, **OUTPUT}
RUN = {
    "run": Flag("text", "A run: its directory or stamp (default: the latest)"),
    "runs": OUTPUT["runs"],
}
NAMES = {"names": Flag("many", "Lab hosts, by name (default: all)")}
JSON = {"json": OUTPUT["json"]}

TASKS: dict[str, tuple[str, dict[str, Flag]]] = {
    "evaluate": ("Take hosts from clean to a running stack and back; report on each.", WALK | KEEP),
    "provision": ("Set hosts up, as far as docker without sudo.", WALK | KEEP),
    "deploy": ("Bring the stack up on hosts that are set up, and leave it up.", WALK | KEEP),
    "teardown": ("Stop the stack and take it down.", WALK | PURGE),
    "doctor": ("Survey hosts and foresee pain points; changes nothing.", {
        **SELECT, **LOGIN, **SETTINGS, **OUTPUT,
        "forks": FLOW["forks"], "fail-on": FLOW["fail-on"],
    }),
    "reproduce": ("Cause a pain point on a fresh lab host, and see it met and cured.", {
        "pain": Flag("many", "Pain point ids"),
        "on": Flag("many", "Lab images (default: those the recipe names)"),
        "all": Flag("switch", "Every pain point with a recipe; goes on where it was interrupted"),
        "again": Flag("switch", "With --all: also those that have a verdict already"),
        "keep": Flag("switch", "Leave the hosts up, and say how to log in"),
        "no-remedy": Flag("switch", "Run no remedies"),
        "hosts": Flag("many", "Break these hosts of yours on purpose (asks first)"),
        "yes": Flag("switch", "They may be broken: do not ask"),
        **{name: SELECT[name] for name in ("exclude", "inventory", "list-hosts")},
        **LOGIN,
        "set": SETTINGS["set"],
        "allow": FLOW["allow"],
        "forks": Flag("text", "Hosts at a time (default: one more than processors)"),
        "runs": OUTPUT["runs"],
        "json": OUTPUT["json"],
    }),
    "diagnose": ("Explain old evidence, a file or standard input.", RUN | JSON | {
        "text": Flag("text", "A file of pasted output (- or nothing: standard input)"),
    }),
    "report": ("Render a run's reports again.", RUN | {
        "redact": Flag("switch", "Into a copy without names, addresses and secrets, to be shown"),
        "to": Flag("text", "With --redact: the copy's folder (default: beside it, STAMP-redacted)"),
    }),
    "compare": ("compare BEFORE AFTER: what of later runs is new, gone, slower or only noise.", {
        "before": Flag("word", "The earlier side: RUN[,RUN…], stamps or directories"),
        "after": Flag("word", "The later side: RUN[,RUN…]"),
        "runs": RUN["runs"],
        "fail-on": Flag("text", "Exit 2 on a regression this bad: blocker, major or minor"),
        "markdown": Flag("switch", "As Markdown, for a CI job's summary"),
        "json": Flag("switch", "As JSON"),
    }),
    "history": ("All runs over time: first answers, ratings, pain points of each kind of host.", {
        "command": Flag("text", "Runs of this command (default evaluate), or all"),
        "image": Flag("many", "Only hosts of these images, or systems by name; globs"),
        "stack": Flag("text", "Only runs of this stack"),
        "since": Flag("text", "Only runs since: 30d, 12h, 4w or a date"),
        "limit": Flag("text", "Only the newest so many runs"),
        "page": Flag("switch", "Write a page with plots: history.html beside the runs"),
        "to": Flag("text", "With --page: another file"),
        "runs": RUN["runs"],
        "markdown": Flag("switch", "As Markdown, for a CI job's summary"),
        "json": Flag("switch", "As JSON"),
    }),
    "review": ("Add your own ratings and notes of a host to a run.", RUN | {
        "host": Flag("text", "Which host of the run (needed where there are several)"),
        "file": Flag("text", "A YAML file: ratings (set_up, task, ...) and notes (default: asks)"),
    }),
    "pains": ("List the pain points, or show one.", JSON | {
        "show": Flag("text", "One pain point's page"),
        "phase": Flag("text", "Only those of a phase"),
        "os": Flag("text", "Only those that can be met on a system: debian, fedora-42, alpine"),
        "words": Flag("many", "Only those that have all these words"),
        "unexplained": Flag("switch", "Failures of earlier runs that none of them explains"),
        "write": Flag("switch", "Write every page to docs/pains/"),
        "runs": OUTPUT["runs"],
    }),
    "check": ("Ruff, mypy and the unit tests: what CI checks first.", {
        "only": Flag("many", "Parts: ruff, format, mypy, imports, docs, unit (default: all)"),
    }),
    "test": ("Set everything up and run all tests.", {
        "only": Flag("many", "Parts: unit, transcripts, packaging, browser, lab (default: all)"),
        "keyword": Flag("text", "pytest's -k"),
        "coverage": Flag("switch", "Say which lines of onramp were not run"),
    }),
    "bench": ("Measure side by side with peers on lab hosts.", JSON | {
        "runs-each": Flag("text", "Measured runs of each (default 5)"),
    }),
}  # fmt: skip
LAB: dict[str, tuple[str, dict[str, Flag]]] = {
    "up": ("Boot fresh hosts on this machine.", {
        "image": Flag("many", "Images, comma-separated (default debian-12)"),
        "name": Flag("text", "The host's name (one image only)"),
        "json": OUTPUT["json"],
    }),
    "list": ("List the lab hosts that are up.", JSON),
    "ssh": ("Log in to a lab host.", {
        "name": Flag("text", "Which"),
        "command": Flag("text", "Run this instead of a shell"),
    }),
    "down": ("Remove lab hosts, and everything the lab made when none is named.", NAMES),
    "clean": ("lab.down, and remove the lab's caches.", {}),
}  # fmt: skip


GROUPS = {
    "Evaluate": ("evaluate", "provision", "deploy", "teardown", "doctor"),
    "Understand": ("diagnose", "pains", "reproduce", "report", "review", "compare", "history"),
    "Lab": tuple(f"lab.{name}" for name in LAB),
    "Develop": ("check", "test", "bench"),
}
WALKS = GROUPS["Evaluate"]
OF_A_CLONE = GROUPS["Develop"]  # they work on Onramp itself


def _later(module: str, name: str) -> Function:
    """The command, imported when it is called: `--list` pays for none of them."""

    def run(options: SimpleNamespace) -> int:
        function: Function = getattr(import_module(f"onramp.cli.commands.{module}"), name)
        return function(options)

    return run


def collection(*, clone: bool) -> Collection:
    """All commands; those that work on Onramp itself only in a clone of it."""
    tasks, lab = Collection(), Collection("lab")
    for name, (help_line, flags) in TASKS.items():
        if clone or name not in OF_A_CLONE:
            module = "evaluate" if name in WALKS else name
            tasks.add_task(make(name, _later(module, name), flags, help_line))
    for name, (help_line, flags) in LAB.items():
        function = _later("lab", "list_" if name == "list" else name)
        lab.add_task(make(name, function, flags, help_line))
    tasks.add_collection(lab)
    return tasks
