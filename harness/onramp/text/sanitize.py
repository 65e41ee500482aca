"""Remote text made harmless to show: no terminal escapes, no control or direction characters.

Whatever a host prints may end on a terminal, in a table or in a page. Logs keep it verbatim;
everything that is shown goes through here first.
"""

from __future__ import annotations

import json
import re

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])"  # OSC (titles, links), DCS and their like …
    r"[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # … to their end, or that of the line
    r"|\x1b[ -/]*[0-~]?"
)
_UNSEEN = (  # what hides, reorders or ends text without a trace: also soft hyphens and tags
    "\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSEEN}]")
_UNSEEN_CHARACTER = re.compile(f"[{_UNSEEN}]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """`text` as a terminal would leave it, without escapes; newlines and tabs stay.

    A carriage return starts the line over (progress bars), so only what came last is kept.
    """
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text  # nearly always, and quickly told
    text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = "\n".join(_overwritten(line) for line in text.split("\n"))
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _overwritten(line: str) -> str:
    line = line.rstrip("\r")
    return line[line.rfind("\r") + 1 :]


def spelled_out(json_text: str) -> str:
    """JSON as it was, its unseen characters as escapes: it may be printed to a terminal."""
    return _UNSEEN_CHARACTER.sub(lambda found: json.dumps(found[0])[1:-1], json_text)


def one_line(text: str, limit: int = 200) -> str:
    """`text` on one line, at most `limit` characters, cut at a word where there is one."""
    return shortened(" ".join(plain(text[: limit * 20]).split()), limit)


def shortened(text: str, limit: int) -> str:
    """`text`, or its beginning and "…"; cut at a space so that no half word is shown."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", limit // 2)
    return (head[:space] if space > 0 else head).rstrip() + "…"
