"""Escapes undone: JSON and Python strings, HTML, typed-out colours, typographic characters. Pure.

`folded` keeps the lines as they are; `undone` reads the lines that hold strings a second time, and
makes of each string the lines it was.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from onramp.text.pasted.heads import without_heads

MOST: Final = 200_000  # characters at either end in which strings are looked for
_SPACES: Final = (
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_FOLDED: Final = {
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys("\xad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f", ""),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("“”„‟″", '"'),
}
_ENTITIES: Final = (
    "&lt;",
    "&gt;",
    "&quot;",
    "&#39;",
    "&#x27;",
    "&apos;",
    "&amp;",
    "&nbsp;",
    "&#34;",
)
_TAGS: Final = re.compile(
    r"</?(?:pre|code|p|div|span|li|ul|ol|b|strong|em|samp|kbd)(?: [^<>\n]{0,300})?>"
)
_BREAKS: Final = re.compile(r"<br ?/?>")
_TYPED: Final = re.compile(r"(?:\^\[|\\e|\\033|\\0?x1[bB]|\\u001[bB]|#033|␛)\[[0-9;]{0,20}[mKGHJA]")
_TYPED_MARKS: Final = ("^[[", "\\e[", "033[", "1b[", "1B[", "␛[")
_STRING: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)(?:"(\s*:)?|\\?$)')
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_MEANT: Final = {
    "n": "\n",
    "r": "\n",
    "t": "\t",
    "b": "",
    "f": "",
    "/": "/",
    '"': '"',
    "'": "'",
    "\\": "\\",
}
_PYTHON_APT: Final = re.compile(r"(?:^|[\s,:\"'(\[]{1,3})([EWN]):(?=[A-Z][a-z])")
_MARKS: Final = (
    "\\n",
    '\\"',
    "\\u00",
    '": "',
    '": ["',
    '", "',
    'msg="',
    "E:",
    "W:",
    '",',
    "', '",
    '  "',
    '["',
)
_LISTED: Final = re.compile(r"', '|\['|'\]")


def folded(text: str) -> str:
    """The same lines, in plain characters: what a page or a word processor made of them undone."""
    if not text.isascii():
        for character, plain in _FOLDED.items():
            if character in text:
                text = text.replace(character, plain)
    if "&" in text and any(entity in text for entity in _ENTITIES):
        text = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", text))).replace("\xa0", " ")
    if any(mark in text for mark in _TYPED_MARKS):
        text = _TYPED.sub("", text)
    return text


def undone(text: str) -> list[tuple[int, str]]:
    """The lines that strings in `text` hold, each with the number of the line it was found in.

    Of a long text those at both ends.
    """
    if len(text) <= 2 * MOST:
        return _undone(text, 0)
    head, tail = text[: text.rfind("\n", 0, MOST) + 1], text.find("\n", len(text) - MOST) + 1
    return [*_undone(head[:MOST], 0), *_undone(text[tail:][-MOST:], text.count("\n", 0, tail))]


def _undone(text: str, before: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for number, line in _with_marks(text):
        strings = "\n".join(_strings(line))
        read = "\n".join(dict.fromkeys((strings, without_heads(strings, likely=True))))
        found += [(before + number, piece) for piece in read.split("\n") if piece and piece != line]
    return found


def _with_marks(text: str) -> Iterator[tuple[int, str]]:
    """Lines that may hold a string."""
    number, seen = 0, 0
    for start, end in sorted({span for mark in _MARKS for span in _lines_with(text, mark)}):
        number += text.count("\n", seen, start)
        seen = start
        yield number, text[start:end]


def _lines_with(text: str, mark: str) -> Iterator[tuple[int, int]]:
    at = text.find(mark)
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        start = text.rfind("\n", 0, at) + 1
        yield start, end
        at = text.find(mark, end)


def _strings(line: str) -> Iterator[str]:
    """What one line holds: itself without escapes, then each string that is no key."""
    yield _apt(_unescaped(line))
    for match in _STRING.finditer(line):
        if match[1] and not match[2]:
            yield _apt(_unescaped(match[1]))
    if "', '" in line:
        yield from (_apt(_unescaped(piece)) for piece in _LISTED.split(line))


def _unescaped(text: str) -> str:
    """Escapes undone, as often as programs nested them."""
    for _ in range(3):
        if "\\" not in text:
            break
        text, before = _ESCAPE.sub(_meant, text), text
        if text == before:
            break
    return text


def _meant(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    return _MEANT.get(match[3], match[0])


def _apt(text: str) -> str:
    """python-apt writes `E:Text, E:Text` where apt writes lines."""
    return _PYTHON_APT.sub(r"\n\1: ", text) if ":" in text else text


def joined(rows: Sequence[tuple[int, str]]) -> str:
    """The lines as one text."""
    return "\n".join(line for _, line in rows)
