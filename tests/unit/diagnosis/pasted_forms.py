"""The forms in which people paste what a tool printed, each a function of the plain text."""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Callable
from typing import Final

Form = Callable[[str], str]


def _each(head: str, text: str) -> str:
    return "\n".join(head + line for line in text.split("\n"))


def github(text: str) -> str:
    return _each("2025-11-18T09:14:07.1234567Z ", text)


def journal(text: str) -> str:
    return _each("Nov 18 09:14:07 node-7 provision[812]: ", text)


def compose(text: str) -> str:
    return _each("worker-1       | ", text)


def jenkins_and_vagrant(text: str) -> str:
    return _each("[2025-11-18T09:14:07.123Z]     default: ", text)


def quoted_and_indented(text: str) -> str:
    return _each("> ", _each("    ", text))


def ansible(text: str) -> str:
    found = {"changed": True, "cmd": "./setup.sh", "rc": 1, "stderr": text, "stdout": ""}
    return f"fatal: [node-7]: FAILED! => {json.dumps(found)}"


def stderr_lines(text: str) -> str:
    return json.dumps({"rc": 1, "stderr_lines": text.split("\n")}, indent=4)


def page(text: str) -> str:
    return html.escape(text)


def no_break_spaces(text: str) -> str:
    return text.replace(" ", "\u00a0").replace("'", "\u2019")


def wrapped_at_80(text: str) -> str:
    return _wrapped(text, 80)


def wrapped_at_120(text: str) -> str:
    return _wrapped(text, 120)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(
        line[at : at + width]
        for line in text.split("\n")
        for at in range(0, max(1, len(line)), width)
    )


def in_an_editor(text: str) -> str:
    """Broken between words, as mail programs do it."""
    lines = (textwrap.wrap(line, 100, break_on_hyphens=False) or [""] for line in text.split("\n"))
    return "\n".join(piece for line in lines for piece in line)


def gitlab(text: str) -> str:
    return _each("2025-11-18T09:14:07.123456Z 01O ", text)


def terraform(text: str) -> str:
    return _each("aws_instance.web (remote-exec): ", text)


def box(text: str) -> str:
    return _each("\u2502 ", text)


FORMS: Final[tuple[Form, ...]] = (
    github, journal, compose, jenkins_and_vagrant, quoted_and_indented, ansible, stderr_lines,
    page, no_break_spaces, wrapped_at_80, wrapped_at_120, in_an_editor, gitlab, terraform, box,
)  # fmt: skip
