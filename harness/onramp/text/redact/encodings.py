"""Text within text, and text between escapes: what a name may be disguised as. Pure."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote, unquote

STRINGS: Final = re.compile(  # titles, links and the like: text nobody sees
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
)
UNSEEN: Final = re.compile(
    r"(?P<colour>(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?)|\x1b[ -/]*[0-~]?"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}(?:\n[ \t]*[A-Za-z0-9+/_-]{4,}){0,2000}={0,2}")
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}){6,4000}(?![0-9A-Za-z])")
_TOKEN: Final = re.compile(r"[^\s\"'<>]{3,}")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
KERNEL_ADDRESS: Final = re.compile(r"\b((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})\b")
DASHED: Final = re.compile(r"(?<=ip-)\d{1,3}(?:-\d{1,3}){3}(?!\d)")


def visible(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` as one sees it; and where its pieces came from: (place in it, place in `text`)."""
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    length = done = 0
    for match in UNSEEN.finditer(text):
        if match.start() > done:
            starts.append((length, done))
            pieces.append(text[done : match.start()])
            length += match.start() - done
        done = match.end()
    starts.append((length, done))
    pieces.append(text[done:])
    return "".join(pieces), starts


def original(starts: list[tuple[int, int]], place: int) -> int:
    """Where a place of the visible text is in the whole one."""
    seen, real = starts[bisect_right(starts, (place, 1 << 60)) - 1]
    return real + place - seen


def _from_base64(token: str) -> str:
    packed = re.sub(r"\s", "", token).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return ""
    return _readable(raw)


def _from_hex(token: str) -> str:
    return _readable(bytes.fromhex(token))


def _readable(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if all(char.isprintable() or char in "\n\r\t\x1b" for char in text) else ""


def _from_percent(token: str) -> str:
    return unquote(token) if _PERCENT.search(token) else ""


def _unescaped(token: str) -> str:
    if not _ESCAPE.search(token):
        return ""
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token)


def insides(text: str) -> Iterator[str]:
    """Whatever readable text is encoded in `text`."""
    for pattern, read, _ in CODES:
        for match in pattern.finditer(text):
            if inner := read(match[0]):
                yield inner


CODES: Final[tuple[tuple[re.Pattern[str], Callable[[str], str], Callable[[str], str]], ...]] = (
    (_BASE64, _from_base64, lambda text: base64.b64encode(text.encode()).decode()),
    (_HEX, _from_hex, lambda text: text.encode().hex()),
    (_TOKEN, _from_percent, lambda text: quote(text, safe="/:@?&=#,;+~*()!$[]{}|\\^`")),
    (_TOKEN, _unescaped, lambda text: text),
)


def from_kernel(digits: str) -> str:
    """An address as /proc/net/tcp has it: 32-bit words, each with its bytes reversed."""
    raw = bytes.fromhex(digits)
    whole = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return str(ipaddress.ip_address(whole)) if len(whole) in (4, 16) else "0.0.0.0"


def to_kernel(address: str) -> str:
    """The other way."""
    raw = ipaddress.ip_address(address).packed
    return b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4)).hex().upper()
