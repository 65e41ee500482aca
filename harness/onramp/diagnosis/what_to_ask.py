"""A pasted text in which nothing is recognised: what it is, and what would tell more. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from onramp.diagnosis import patterns
from onramp.model.pain import Catalogue, PainPoint
from onramp.text.excerpt import decisive_line, is_summary
from onramp.text.pasted import heads
from onramp.text.pasted.reading import Pasted
from onramp.text.sanitize import one_line

MOST_COMMANDS: Final = 3
LOOKED_AT: Final = 200_000  # characters at the end of a text
LONGEST: Final = 160  # characters of a command that is still typed
NEAR: Final = 0.4  # the words in common, each by how few pain points have it
EMPTY: Final = "an empty text"
SUMMARY: Final = "only the last words of a tool"
_WORD: Final = re.compile(r"[a-z][a-z_-]{3,}")
# What a text is, by words that nothing else prints; and what tells more about such a failure
_KINDS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (
        "the output of a build",
        r"^#\d+ |^ ?=> |^Step \d+/\d+ :|failed to solve",
        ("docker compose build --progress=plain --no-cache 2>&1 | tail -n 60", "docker buildx ls"),
    ),
    (
        "the output of apt or dpkg",
        r"^(?:E|W|Err:\d+|Get:\d+|Hit:\d+)[: ]|^dpkg: |^Setting up \S+ \(|Reading package lists",
        ("sudo apt-get update", "apt-cache policy docker-ce docker.io", "sudo dpkg --audit"),
    ),
    (
        "the output of dnf, yum or zypper",
        r"Last metadata expiration|^ - package |Loaded plugins:|repomd\.xml|^Problem: ",
        ("dnf repolist -v", "dnf list --installed 'docker*' 'containerd*' podman runc"),
    ),
    (
        "what services printed, as Compose shows it",
        r"^[\w.-]+ +\| |exited with code \d",
        ("docker compose ps -a", "docker compose logs --tail=80", "docker compose config"),
    ),
    (
        "the daemon's log",
        r"dockerd(?:\[\d+\])?: |level=(?:error|fatal)|docker\.service",
        ("sudo journalctl -u docker -n 80 --no-pager", "sudo dockerd --validate"),
    ),
    (
        "the result of an Ansible task",
        r"FAILED! =>|^TASK \[|UNREACHABLE!",
        ("ansible-playbook -vvv PLAYBOOK --limit HOST", "journalctl -n 80 --no-pager"),
    ),
    (
        "a traceback of Python",
        r"^Traceback \(most recent call last\)",
        ("docker compose logs --tail=80", "docker version"),
    ),
    (
        "what the docker command said",
        r"Error response from daemon|^docker: |^\[\+\] Running|^ . (?:Container|Network|Volume) ",
        ("docker version", "docker info", "sudo journalctl -u docker -n 50 --no-pager"),
    ),
    (
        "what an SSH client said",
        r"^ssh: |kex_exchange_identification|port 22\b",
        ("ssh -vvv USER@HOST true",),
    ),
)
_ANYTHING: Final = ("docker version", "docker info", "sudo journalctl -u docker -n 50 --no-pager")


class Advice(Struct):
    """What a text is in which nothing is recognised, and how to learn more.

    `line` is the one that looks decisive, null where none complains; `missing` says what such a
    text cannot tell; `nearest` are pain points whose words are like it, though none matches.
    """

    kind: str
    line: str | None
    missing: str | None
    commands: list[str]
    nearest: list[str]


def advice(pasted: Pasted, pains: Catalogue, not_text: str | None = None) -> Advice:
    """For a text in which nothing was recognised; `not_text`: what it is where it is none."""
    if not_text:
        return Advice(not_text, None, "This is no text: give what the tool printed.", [], [])
    end = pasted.text[-LOOKED_AT:]
    text = heads.without_heads(end)
    kind, commands = _kind(f"{end}\n{text}")
    line = decisive_line(text)
    near = _nearest(line, pains) if line and not is_summary(line) else []
    asked = [pain.probe.shown for pain in near if pain.probe and _short(pain.probe.shown)]
    return Advice(
        kind=kind,
        line=one_line(line, 400) if line else None,
        missing=_missing(text, line),
        commands=list(dict.fromkeys((*asked[:1], *commands, *asked)))[:MOST_COMMANDS],
        nearest=[pain.id for pain in near],
    )


def _kind(text: str) -> tuple[str, tuple[str, ...]]:
    if not text.strip():
        return EMPTY, ()
    for kind, words, commands in _KINDS:
        if re.search(words, text, re.MULTILINE):
            return kind, commands
    return "a text of no kind that is known here", _ANYTHING


def _missing(text: str, line: str | None) -> str | None:
    if not text.strip():
        return "There is no text: give the whole output, errors too (2>&1)."
    if line is None:
        return "No line complains: give the output from the command on, errors too (2>&1)."
    if is_summary(line):  # else another line would be the decisive one
        return f"This is {SUMMARY}: the reason stands above it. Give what was printed before."
    return None


def _short(command: str) -> bool:
    return len(command) <= LONGEST and "\n" not in command


def _nearest(line: str, pains: Catalogue) -> list[PainPoint]:
    """Pain points whose wordings have rare words of the line in common, the nearest first."""
    words = {name: _words(pain) for name, pain in pains.items()}
    seen = set(_WORD.findall(line.lower()))
    shared = Counter(word for of in words.values() for word in of & seen)
    scores = {name: sum(1 / shared[word] for word in of & seen) for name, of in words.items()}
    near = sorted((name for name in scores if scores[name] >= NEAR), key=lambda name: -scores[name])
    return [pains[name] for name in near[:MOST_COMMANDS]]


def _words(pain: PainPoint) -> frozenset[str]:
    return frozenset(_of_wordings(pain))


def _of_wordings(pain: PainPoint) -> Iterator[str]:
    for symptom in pain.symptoms:
        yield from _WORD.findall(patterns.given(symptom.pattern).lower())
