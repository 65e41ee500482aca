"""What programs put before a line: CI systems, journals, Compose, Vagrant, quotes. Pure, linear.

A head is taken away as often as one stands there, to a depth that nobody nests; of what it tells,
where the line was printed is kept (`place`). BuildKit's `#12 0.345 ` stays: builders themselves
print it, and wordings tell a Dockerfile's shell from the host's by it.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import Final, Literal

from msgspec import Struct

_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_DATE = rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}(?:Z| ?[+-]\d\d:?\d\d| (?:UTC|GMT|CET|CEST))?"
_MONTH = r"(?:[A-Z][a-z]{2}|\d{1,2}月|[^\W\d_]{3,5}\.?)"
_WORD = r"[\w.@:/-]"
_JOURNAL = r"(?!modprobe\[)[\w./@()-]{1,64}(?:\[\d{1,8}\])?: ?"  # harmless there
# Unmistakable: no tool's own line begins so
_SURE = (
    # time stamps: GitHub, GitLab (with its stream's mark), Azure, kubectl, docker logs -t; Jenkins
    rf"{_DATE}(?: \d\d[OE]\+?)?(?: - |[ \t]|(?=\n)|\Z)",
    rf"\[(?:{_DATE}|{_CLOCK})\]:?[ \t]?",
    rf"{_CLOCK}(?: {{1,2}}|\t)",
    # syslog and the journal; then its short forms, and cloud-init's lines
    rf"{_MONTH} [ \d]?\d {_CLOCK} (?:[\w.-]{{1,64}} )?{_JOURNAL}",
    r"(?:[\w.-]{1,64} )?(?!modprobe\[)[\w./@()-]{1,64}\[\d{1,8}\]: ?",
    r"[\w.-]{1,40}\[(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\]: ",
    # the kernel's, and dates as `dmesg -T` writes them
    r"\[ {0,6}\d{1,8}\.\d{3,6}\] ",
    rf"\[[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d {_CLOCK} \d{{4}}\] ",
    # Compose, swarm, pm2; kubectl --prefix, pyinfra, Fabric, pssh
    r"[\w./@-]{1,64} {0,40}\| ?",
    r"\d{1,3}\|[\w.-]{1,40} {1,20}\| ",
    rf"\[{_WORD}{{1,80}}\] (?:(?:out|err|run|sudo|local): ?|>>> )?",
    # Vagrant and Packer; Terraform
    r"==> [\w.-]{1,64}: ?",
    r"[\w.\[\]\"-]{1,100} \((?:remote-exec|local-exec|file)\): ?",
    # GitHub's and Azure's commands; `gh run view --log`
    r"##\[[a-z]{1,20}\]",
    r"::(?:error|warning|notice|debug)(?: [^:\n]{0,200})?::",
    r"[^\t\n]{1,80}\t[^\t\n]{1,80}\t(?=\ufeff?\d{4}-\d\d-\d\dT)",
    # quotes and boxes; GitLab's runner before apt's words
    r">{1,5} ",
    r"[│┃║╎▏|] ?",
    r"(?:ERROR|WARN|INFO|error|stderr|stdout): (?=[EWN]: )",
)
# What a tool's own line may begin with, too
_LIKELY = (
    r"    [\w.-]{1,64}: ",  # Vagrant and Packer
    r" {0,12}[-*•] ['\"]?",  # lists
    r"(?:fatal|failed): \[[^\]\n]{1,100}\](?: ?\(item=[^\n)]{0,80}\))?: [A-Z]{4,12}!(?: => )?",
    r" {0,12}(?:module_)?(?:msg|reason|[Ss]td(?:err|out)|STD(?:ERR|OUT)): (?:['\"]|[|>]-?)?",
    r" {0,12}(?:err|error|out|message|details|[Oo]utput): (?:['\"]|[|>]-?)",
)
DEPTH: Final = 8
SAMPLE: Final = 2_000  # lines of a long text that tell which heads are used in it
_LONG: Final = 50_000  # characters
_BUILDER = r"#\d{1,5} \d{1,6}\.\d{1,3} | ?=> => # ?| ?#\d{1,5} \d{1,2}m?\d{1,3}s "
_BUILD_LINE = re.compile(_BUILDER)
_LATER_BUILD = re.compile(rf"\n(?:{_BUILDER})")
MOST_LINES: Final = 10_000  # of containers and builders that are looked at
_SERVICE_HEAD = re.compile(r"(?:^|[\s\]:])([\w.-]{1,64}?) {0,40}\| ")
_UNIT_HEAD = re.compile(r"(?:^|\s)([\w.@-]{1,64})\[\d{1,8}\]: ")


class Place(Struct, frozen=True):
    """Where a line was printed, as far as its head tells."""

    kind: Literal["build", "service", "journal", ""]
    name: str = ""

    @property
    def words(self) -> str:
        """For a sentence: "the service web-1"; empty where nothing is known."""
        named = {"build": "a build", "service": "the service ", "journal": "the journal of "}
        return f"{named.get(self.kind, '')}{self.name}"


NOWHERE: Final = Place("")


def without_heads(text: str, *, likely: bool = False) -> str:
    """Every line without its heads, as many lines as before. `likely`: also without what may be the
    line's own."""
    heads = (*_SURE, *_LIKELY) if likely else _SURE
    used = tuple(range(len(heads))) if len(text) < _LONG else _used(text, len(heads))
    if not used:
        return text
    first, later = _patterns(used)
    found = first.match(text)
    return later.sub("\n", text[found.end() :] if found else text)


def _used(text: str, kinds: int) -> tuple[int, ...]:
    """The kinds of heads that a sample of the lines has: long texts are written by few programs."""
    each = [_patterns((kind,))[0] for kind in range(kinds)]
    used: set[int] = set()
    for start in range(0, len(text), max(1, len(text) // SAMPLE)):
        at = text.find("\n", start) + 1
        line = text[at : at + 300].partition("\n")[0]
        for _ in range(DEPTH):
            found = next(
                ((kind, m) for kind in range(kinds) if (m := each[kind].match(line))), None
            )
            if found is None:
                break
            used.add(found[0])
            line = line[found[1].end() :]
    return tuple(sorted(used))


@functools.lru_cache(maxsize=64)
def _patterns(used: tuple[int, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Heads of these kinds at the beginning of a text, and of each later line."""
    heads = "|".join((*_SURE, *_LIKELY)[kind] for kind in used)
    repeated = rf"(?:{heads}){{1,{DEPTH}}}"
    return re.compile(repeated), re.compile(rf"\n{repeated}")


def head_of(line: str) -> str:
    """The heads of one line, empty where it has none."""
    found = _patterns(tuple(range(len(_SURE))))[0].match(line)
    return found[0] if found else ""


def place(line: str) -> Place:
    """Where a line was printed: the builder's number, a service's name, a unit of the journal."""
    head = head_of(line[:1000])
    if _BUILD_LINE.match(line) or _BUILD_LINE.match(line[len(head) : len(head) + 40]):
        return Place("build")
    service, unit = _SERVICE_HEAD.search(head), _UNIT_HEAD.search(head)
    if service:
        return Place("service", service[1])
    return Place("journal", unit[1]) if unit else NOWHERE


def builder_lines(text: str) -> list[tuple[int, str]]:
    """The lines a builder numbered, without its numbers; with their places in `text`."""
    if "#" not in text:
        return []
    found, line, seen = [], 0, 0
    for match in itertools.islice(_LATER_BUILD.finditer(f"\n{text}"), MOST_LINES):
        start, end = match.start(), text.find("\n", match.end() - 1)
        line += text.count("\n", seen, start)
        seen = start
        found.append((line, text[match.end() - 1 : end if end >= 0 else len(text)]))
    return found


def service_lines(text: str, bare: str) -> list[tuple[int, str]]:
    """What containers printed, as Compose shows it, out of the text without heads."""
    if "| " not in text:
        return []
    lines = zip(text.split("\n", MOST_LINES), bare.split("\n", MOST_LINES), strict=True)
    return [
        (number, line)
        for number, (shown, line) in enumerate(lines)
        if "| " in shown and shown != line and place(shown).kind == "service"
    ]
