"""What of a stack's files a report may show, so that its reader can make the stack. Pure.

Small text is shown; what is no text, too long to type off a page, or may hold a secret is only
named. A whole stack that is too large is not listed at all: then its directory is to be copied.
"""

from __future__ import annotations

from typing import Final

from onramp.model.stack import Stack, StackFile
from onramp.text.masking import may_hold_secrets
from onramp.text.sanitize import plain

FILE_CHARACTERS: Final = 4_000
CHARACTERS: Final = 12_000  # of all files together
FILES: Final = 20


def files(stack: Stack) -> tuple[StackFile, ...]:
    """The stack's files; none where copying its directory is the only sensible way."""
    found = tuple(
        _file(name, content, stack.modes.get(name, 0)) for name, content in stack.files.items()
    )
    long = len(found) > FILES or sum(len(file.text) for file in found) > CHARACTERS
    return () if long else found


def _file(name: str, content: bytes, mode: int) -> StackFile:
    text, why = _shown(name, content)
    return StackFile(name, text, why, executable=bool(mode & 0o100))


def _shown(name: str, content: bytes) -> tuple[str, str]:
    """The text, or why there is none."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "", "it is no text"
    if len(text) > FILE_CHARACTERS:
        return "", "it is long"
    if plain(text) != text:
        return "", "it has characters that do not show"
    if name.rpartition("/")[2].startswith(".env") or may_hold_secrets(text):
        return "", "it may hold secrets"
    return text, ""
