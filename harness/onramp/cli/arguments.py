"""Looks at the words of a command line before Invoke does, which lets mistakes pass in silence.

Left to itself Invoke takes `--hosts` without a value as "not given" (so: every host), drops what
stands behind `--`, drops a second command after one of ours, and reports a flag given twice as an
unknown word. Each is one UsageError here. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from onramp import PROGRAM
from onramp.config.suggest import hint, near, quoted
from onramp.errors import UsageError

Kind = Literal["text", "many", "switch", "word", "maybe"]  # as in onramp.cli.task
Kinds = Mapping[str, Kind]  # flags as typed, such as "--hosts"
CORE_WITH_VALUE: Final = frozenset(
    ("-c", "--collection", "-D", "--list-depth", "-f", "--config", "-F", "--list-format",
     "--hide", "-r", "--search-root", "-T", "--command-timeout", "--print-completion-script")
)  # fmt: skip
CORE: Final = CORE_WITH_VALUE | frozenset(
    ("-d", "--debug", "-e", "--echo", "-h", "--help", "-l", "--list", "-p", "--pty", "-R", "--dry",
     "-V", "--version", "-w", "--warn-only", "--complete", "--no-dedupe", "--write-pyc",
     "--prompt-for-sudo-password")
)  # fmt: skip


def behind(argv: Sequence[str], task: str) -> tuple[str, ...]:
    """What stands behind a command's name on a whole command line; nothing where it is not there.

    `task` may lack its collection: `up` is also found as `lab.up`.
    """
    for place, word in enumerate(argv):
        if word == task or (word.endswith(f".{task}") and "/" not in word):
            return tuple(argv[place + 1 :])
    return ()


def command(words: Sequence[str], tasks: Mapping[str, Kinds]) -> None:
    """The command's name and what follows; without words there is nothing to say."""
    if not words:
        return
    name, *rest = words
    if name.startswith("-"):
        raise UsageError(
            f"unknown flag {quoted(name)}",
            resolution="a command comes first, then its flags, as in evaluate --hosts=web1",
        )
    if name not in tasks:
        raise UsageError(f"no command {quoted(name)}", resolution=hint(name, tasks, noun="known"))
    flags(name, rest, tasks[name])


def flags(task: str, words: Sequence[str], kinds: Kinds) -> None:
    """The words behind a command's name. Raises UsageError for the first that cannot be meant."""
    seen: set[str] = set()
    asked = [name for name, kind in kinds.items() if kind == "word"]
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        unnamed = next((name for name in asked if name not in seen), None)
        if unnamed and not word.startswith("-"):
            seen.add(unnamed)
            continue
        if name not in kinds:
            _not_ours(task, word, rest, kinds)
            continue
        if kinds[name] == "switch":
            if equals:
                raise UsageError(f"{name} takes no value, found {quoted(value)}")
            continue
        if kinds[name] == "maybe" and not equals and (not rest or rest[0].startswith("-")):
            value = "alone"
        elif not equals:
            value = rest.pop(0) if rest else name
        if value in kinds:  # Invoke reads it as that flag, wherever it stands
            raise UsageError(f"{name}: no value was given", resolution=f"{name}=VALUE")
        if kinds[name] in ("text", "word", "maybe") and name in seen:
            raise UsageError(f"{name} is given twice", resolution="leave one out")
        seen.add(name)
    _all_there(task, words, [name for name in asked if name not in seen], asked)


def _all_there(
    task: str, words: Sequence[str], missing: Sequence[str], asked: Sequence[str]
) -> None:
    """Said before Invoke says it in its own terms; who asks for help need not give them."""
    if missing and not asks_for_help(words):
        lacking, every = (
            " ".join(name.removeprefix("--").upper() for name in names)
            for names in (missing, asked)
        )
        raise UsageError(f"{task}: missing {lacking}", resolution=f"{PROGRAM} {task} {every}")


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether what stands behind a command's name is not meant to be run."""
    return not {"-h", "--help"}.isdisjoint(words)


def _not_ours(task: str, word: str, rest: list[str], kinds: Kinds) -> None:
    """A flag of Invoke's own passes, with its value; anything else is refused."""
    name, equals, _ = word.partition("=")
    if word == "--":
        raise UsageError(f"{task}: found --, which nothing here reads", resolution="leave it out")
    short = name[:2] if not name.startswith("--") else name
    if short in CORE and name not in ("", "-"):
        if name in CORE_WITH_VALUE and not equals and rest:
            rest.pop(0)
        return
    if not word.startswith("-"):
        advice = "one command at a time; a flag's value follows it, as in --hosts=web1,web2"
        raise UsageError(f"{task}: found {quoted(word)}, expected a flag", resolution=advice)
    nearest = near(name, kinds)
    advice = f"did you mean {' or '.join(nearest)}?" if nearest else f"{PROGRAM} {task} --help"
    raise UsageError(f"{task} has no flag {quoted(name)}", resolution=advice)
