"""Bytes somebody gave us -> text, or what else they are. Pure."""

from __future__ import annotations

import re
from typing import Final

_LOOKED_AT: Final = 4096  # bytes that tell what a file is
_MOST_CONTROLS: Final = 0.1  # of a text; a recorded terminal has a few
_CONTROLS: Final = bytes({*range(9), 11, *range(14, 27), *range(28, 32), 127})
_KINDS: Final = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive (or an office document)"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x7fELF", "a program (ELF)"),
    (b"SQLite format 3", "a SQLite database"),
    (b"LPKSHHRH", "a journal file of systemd (journalctl --file=… prints it)"),
)
# A terminal's own: colours, cursor, titles, Buildkite's time stamps
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-Z\\^-~]"
)


def not_text(data: bytes) -> str | None:
    """What a file is that is no text; None where it is one."""
    for magic, kind in _KINDS:
        if data.startswith(magic):
            return kind
    if _utf_16(data):
        return None
    head = data[:_LOOKED_AT]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary data" if controls > _MOST_CONTROLS * len(head) else None


def decoded(data: bytes) -> str:
    """The text in lines that end alike, without a terminal's escapes."""
    text = data.decode(_utf_16(data) or "utf-8", "replace").removeprefix("\ufeff")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _utf_16(data: bytes) -> str | None:
    """Windows' own encoding, by its mark, or by the NUL in every second byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:_LOOKED_AT]
    if len(head) < 8:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = len(head) // 2 * 0.7
    if odd > most and not even:
        return "utf-16-le"
    return "utf-16-be" if even > most and not odd else None
