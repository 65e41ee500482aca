"""A command that was run, as a person could type it. Pure.

`line` is for a script: exactly what was done, run as root through `sudo`, its environment named.
`shown` is for a page: what the documentation would have one type. In both a masked secret is a
variable the person has to set.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from onramp.journey.service_managers import ANSWERS
from onramp.model.action import Relogin
from onramp.model.run import CommandRun
from onramp.text.masking import MASK
from onramp.text.sanitize import one_line, plain

_NOT_TYPED: Final = re.compile(
    rf"{re.escape(Relogin().shown)}|{re.escape(ANSWERS.shown)}|copy \d+ files to \S+"
)
_PERFORMED: Final = ("try", "apply", "verify", "remedy")  # the rest only looked
_BARE = re.compile(r"[\w@%+=:,./ -]+")  # means the same to a shell inside quotes and outside
_CHAIN = re.compile(r"[\w@%+=:,./~ -]+(?: && [\w@%+=:,./~ -]+)*")
_KEYWORD = re.compile(r"\b(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|exit)\b")
_SIMPLE = re.compile(r"[^;&|<>()$`\n\\!#~*?\[{=]+(?: [^;&|<>()$`\n\\!#~*?\[{]*)?")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SECRET = '"${SECRET:?set SECRET to what is shown as ' + MASK + '}"'


def is_performed(command: CommandRun) -> bool:
    """Whether a newcomer would have done it; else Onramp only looked."""
    return command.role in _PERFORMED


def line(command: CommandRun) -> str:
    """One shell command; several lines long where the script was. Empty where nothing was typed."""
    script = command.script.strip()
    if not script:
        return ""
    before = [*(["sudo"] if command.as_root else []), *_environment(command)]
    simple = not _KEYWORD.search(script)
    if simple and _BARE.fullmatch(script) and not (before and "=" in script.split()[0]):
        return " ".join([*before, script])
    if simple and _CHAIN.fullmatch(script) and not before:
        return f"( {script} )"
    return " ".join([*before, "sh", "-c", quoted(script)])


def shown(command: CommandRun) -> tuple[str, ...]:
    """What a person types at a prompt for the same effect, line by line.

    Where nothing was typed (the harness looked or copied by itself), a comment says what was done.
    """
    words = plain(command.shown).strip()
    first = words.split(" ", 1)[0]
    if not command.script or first not in {"sudo", *command.script.split()}:
        return (f"# {one_line(words, 300)}",)
    sudo = "sudo " if command.as_root and first != "sudo" else ""
    return tuple(f"{sudo}{words}".split("\n"))


def told(commands: Iterable[str]) -> tuple[str, ...]:
    """A cure's lines for a block of shell: what is no command, but to be done, as a comment."""
    return tuple(f"# {one}" if _NOT_TYPED.fullmatch(one) else one for one in commands)


def by_hand(command: CommandRun) -> tuple[str, ...]:
    """What a person types at a prompt, exactly as it was run: as the page has it where that is the
    same, and where it is not, the whole of it below a comment.
    """
    words = plain(command.shown).strip()
    command = replace(command, env=_at_a_terminal(command.env))
    bare = words.removeprefix("sudo ")
    script = re.sub(r"^cd \S+ && ", "", command.script.strip())
    sudo = " ".join(["sudo", *_environment(command), ""]) if command.as_root else ""
    if not script:
        return (f"# {one_line(words, 300)}",)
    if MASK not in script and script == bare and (not sudo or _is_one_command(script)):
        return tuple(f"{sudo}{script}".split("\n"))
    if MASK not in script and sudo and bare == f"tee {script.removeprefix('cat > ')}":
        return tuple(words.split("\n"))
    said = () if bare == script else (f"# {one_line(words, 300)}",)
    return (*said, *line(command).split("\n"))


def _is_one_command(script: str) -> bool:
    """Whether `sudo` in front of it covers all of it."""
    return bool(_SIMPLE.fullmatch(script)) and not _KEYWORD.search(script)


def _at_a_terminal(env: Mapping[str, str]) -> dict[str, str]:
    """Where a person sits, packages may ask their questions."""
    return {name: value for name, value in env.items() if name != "DEBIAN_FRONTEND"}


def surroundings(command: CommandRun) -> tuple[str, ...]:
    """The `export` and `cd` lines that have to come before, for a command of the plain user."""
    if command.as_root or not command.script:
        return ()
    exports = [f"export {pair}" for pair in _pairs(command)]
    directory = re.match(r"cd (\S+) && ", command.script)
    return (*exports, *([f"cd {directory[1]}"] if directory else []))


def quoted(words: str) -> str:
    """`words` as one shell word, each masked secret in it as a variable."""
    parts = (shlex.quote(part) if part else "" for part in words.split(MASK))
    return _SECRET.join(parts) or "''"


def _environment(command: CommandRun) -> list[str]:
    pairs = _pairs(command)
    return ["env", *pairs] if pairs else []


def _pairs(command: CommandRun) -> list[str]:
    return [
        f"{name}={quoted(value)}" for name, value in command.env.items() if _NAME.fullmatch(name)
    ]
