"""A command that was run as a line a person could type. Pure.

The line does what was done and no more: run as root it says `sudo`, its environment is named, and
a masked secret in it is a variable the person has to set.
"""

from __future__ import annotations

import re
import shlex
from typing import Final

from harness.masking import MASK
from harness.model import CommandRun

PERFORMED_ROLES: Final = ("try", "apply", "verify", "remedy")  # the rest only looked
_BARE = re.compile(r"[\w@%+=:,./ -]+")  # means the same to a shell inside quotes and outside
_CHAIN = re.compile(r"[\w@%+=:,./~ -]+(?: && [\w@%+=:,./~ -]+)*")
_KEYWORD = re.compile(r"\b(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|exit)\b")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SECRET = '"${SECRET:?set SECRET to what is shown as ' + MASK + '}"'


def line(command: CommandRun) -> str:
    """One shell command; several lines long where the script was. Empty where nothing was typed."""
    script = command.script.strip()
    if not script:
        return ""
    before = [*(["sudo"] if command.as_root else []), *_environment(command)]
    plain = not _KEYWORD.search(script)
    if plain and _BARE.fullmatch(script) and not (before and "=" in script.split()[0]):
        return " ".join([*before, script])
    if plain and _CHAIN.fullmatch(script) and not before:
        return f"( {script} )"
    return " ".join([*before, "sh", "-c", quoted(script)])


def quoted(words: str) -> str:
    """`words` as one shell word, each masked secret in it as a variable."""
    parts = (shlex.quote(part) if part else "" for part in words.split(MASK))
    return _SECRET.join(parts) or "''"


def _environment(command: CommandRun) -> list[str]:
    named = [f"{name}={quoted(value)}" for name, value in command.env.items()
             if _NAME.fullmatch(name)]
    return ["env", *named] if named else []
