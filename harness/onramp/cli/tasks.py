"""Every command: names, flags, help. What each does is in commands/, imported when it is called."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from invoke.collection import Collection

from onramp.cli.task import Flag, Function, make

SELECT = {
    "hosts": Flag(
        "many",
        "Which: all (default), names, globs, groups, @failed, user@host:port, lab:IMAGE, lab:all, "
        "vagrant:MACHINE (a fresh VM), @vagrant",
    ),
    "exclude": Flag("many", "Which not, in the same words"),
    "inventory": Flag("many", "Inventory: Ansible's, any kind (default inventory/lab.yml)"),
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
    "forks": Flag("text", "Hosts at a time (default: 8 a processor, at least 16)"),
    "check": Flag("switch", "Say what would be done, and change nothing (also -R)"),
    "fail-on": Flag("text", "Exit 2 on a pain point this bad: blocker, major or minor"),
}
ENGINE = {
    "engine": Flag(
        "text", "local (default), dask with --workers, or dask:tls://HOST:PORT: a cluster of yours"
    ),
    "workers": Flag("many", "With dask: machines that do the work, in the words of --hosts"),
    "worker-python": Flag("text", "Python on the workers (default: ours, else python3)"),
    "scheduler": Flag("text", "With dask: ADDRESS[:PORT] here that workers reach"),
}
KEEP = {
    "keep": Flag("switch", "Leave the stack (and lab hosts and virtual machines) up"),
    "reset": Flag("text", "Virtual machines: destroy them (default), or snapshot: keep, restore"),
}
REBOOT = {
    "reboot": Flag("switch", "Restart hosts once all is set up, and see what is there then"),
    "yes": Flag("switch", "With --reboot: hosts of yours may be restarted; do not ask"),
}
PURGE = {"purge": Flag("switch", "Remove the engine too, where this tool installed it")}
RESUME = {
    "resume": Flag("maybe", "Go on with a run that broke off (default: the latest), as asked then"),
}
WALK = {**SELECT, **LOGIN, **SETTINGS, **FLOW, **ENGINE, **RESUME, **OUTPUT}
RUN = {
    "run": Flag("text", "A run: its directory or stamp (default: the latest)"),
    "runs": OUTPUT["runs"],
}
NAMES = {"names": Flag("many", "Lab hosts, by name (default: all)")}
JSON = {"json": OUTPUT["json"]}

TASKS: dict[str, tuple[str, dict[str, Flag]]] = {
    "evaluate": ("Take hosts from clean to a running stack and back; report on each.",
        WALK | KEEP | REBOOT),
    "provision": ("Set hosts up, as far as docker without sudo.", WALK | KEEP | REBOOT),
    "deploy": ("Bring the stack up on hosts that are set up, and leave it up.", WALK | KEEP),
    "teardown": ("Stop the stack and take it down.", WALK | PURGE),
    "doctor": ("Survey hosts and foresee pain points; changes nothing.", {
        **SELECT, **LOGIN, **SETTINGS, **ENGINE, **OUTPUT,
        "forks": FLOW["forks"], "fail-on": FLOW["fail-on"], **RESUME,
    }),
    "reproduce": ("Cause a pain point on a fresh lab host, and see it met and cured.", {
        "pain": Flag("many", "Pain point ids"),
        "on": Flag("many", "Lab images (default: those the recipe names), vagrant:MACHINE"),
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
        "advice": Flag("switch", "With --json: also what to ask where no cause is known"),
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
        "only": Flag("many", "Parts: unit, transcripts, packaging, browser, lab; vm when named"),
        "keyword": Flag("text", "pytest's -k"),
        "coverage": Flag("switch", "Say which lines of onramp were not run"),
    }),
    "bench": ("Measure side by side with peers on lab hosts.", JSON | {
        "runs-each": Flag("text", "Measured runs of each (default 5; with --scale 3)"),
        "scale": Flag("many", "So many hosts, comma-separated, out of one: 50,200,1000"),
        "simulated": Flag("many", "So many hosts without SSH: what Onramp's own parts take"),
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
VM: dict[str, tuple[str, dict[str, Flag]]] = {
    "box": ("Make a Vagrant box of a lab image, with a kernel and a boot loader.", {
        "image": Flag("many", "Images, comma-separated: debian-13, alpine-3.23"),
        "to": Flag("text", "Copy the box and its checksum into this folder"),
        "json": OUTPUT["json"],
    }),
    "list": ("List the virtual machines that are up.", JSON),
    "down": ("Take virtual machines down, and all that is left of any when none is named.", {
        "names": Flag("many", "Machines, by name (default: all)"),
    }),
}  # fmt: skip
MIRROR: dict[str, tuple[str, dict[str, Flag]]] = {
    "build": ("Make a folder of all that hosts without a network need; needs a network itself.", {
        "for": Flag("many", "Systems with their versions: debian-12,debian-13"),
        "stack": SETTINGS["stack"],
        "set": Flag("many", "A setting, as for evaluate: where things come from, docker.version"),
        "image": Flag("many", "More images of Docker Hub's"),
        "python": Flag("many", "More Python packages"),
        "to": Flag("text", "The folder (default onramp-mirror)"),
    }),
    "serve": ("Serve such a folder over HTTP, to hosts that reach this machine.", {
        "folder": Flag("text", "The folder (default onramp-mirror)"),
        "address": Flag("text", "Listen at this address (default: all)"),
        "port": Flag("text", "Listen at this port (default 18484)"),
    }),
}  # fmt: skip
COLLECTIONS = {"lab": LAB, "vm": VM, "mirror": MIRROR}


GROUPS = {
    "Evaluate": ("evaluate", "provision", "deploy", "teardown", "doctor"),
    "Understand": ("diagnose", "pains", "reproduce", "report", "review", "compare", "history"),
    "Air gap": tuple(f"mirror.{name}" for name in MIRROR),
    "Lab": tuple(f"lab.{name}" for name in LAB),
    "Virtual machines": tuple(f"vm.{name}" for name in VM),
    "Develop": ("check", "test", "bench"),
}
WALKS = GROUPS["Evaluate"]
_MODULES = {"lab": "lab", "vm": "vm", "mirror": "mirror_folder"}
OF_A_CLONE = GROUPS["Develop"]  # they work on Onramp itself


def _later(module: str, name: str) -> Function:
    """The command, imported when it is called: `--list` pays for none of them."""

    def run(options: SimpleNamespace) -> int:
        function: Function = getattr(import_module(f"onramp.cli.commands.{module}"), name)
        return function(options)

    return run


def collection(*, clone: bool) -> Collection:
    """All commands; those that work on Onramp itself only in a clone of it."""
    tasks = Collection()
    for name, (help_line, flags) in TASKS.items():
        if clone or name not in OF_A_CLONE:
            module = "evaluate" if name in WALKS else name
            tasks.add_task(make(name, _later(module, name), flags, help_line))
    for title, rows in COLLECTIONS.items():
        part = Collection(title)
        for name, (help_line, flags) in rows.items():
            function = _later(_MODULES[title], "list_" if name == "list" else name)
            part.add_task(make(name, function, flags, help_line))
        tasks.add_collection(part)
    return tasks
