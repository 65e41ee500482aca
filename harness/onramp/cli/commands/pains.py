"""pains: the catalogue as a list, as pages, as JSON; and what is not in it yet."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from onramp import CLONE, PROGRAM, clone
from onramp.cli import flags
from onramp.config.suggest import hint
from onramp.diagnosis import unexplained
from onramp.errors import UsageError
from onramp.model.pain import PainPoint
from onramp.pains import catalogue, module_of
from onramp.reports.form import pain_json, pain_page
from onramp.text.json_text import indented
from onramp.text.sanitize import one_line, plain

PAGES: Final = "docs/pains"  # of a clone
FAMILIES: Final[Mapping[str, str]] = {
    "debian": "debian", "ubuntu": "debian", "raspbian": "debian", "linuxmint": "debian",
    "kali": "debian", "pop": "debian", "devuan": "debian", "rhel": "rhel", "fedora": "rhel",
    "centos": "rhel", "rocky": "rhel", "almalinux": "rhel", "amzn": "rhel", "ol": "rhel",
    "suse": "suse", "opensuse-leap": "suse", "opensuse-tumbleweed": "suse", "sles": "suse",
    "arch": "arch", "manjaro": "arch", "alpine": "alpine",
}  # fmt: skip


def pains(given: SimpleNamespace) -> int:
    """Lists pain points; `--show=ID` prints one's page."""
    if given.unexplained:
        return _unexplained(given)
    if given.write:
        return _written()
    chosen = _shown(given.show) if given.show else _filtered(given)
    if given.json:
        print(indented([pain_json.pain_point(pain) for pain in chosen]))
    elif given.show:
        print(page(chosen[0]), end="")
    else:
        for pain in chosen:
            print(f"{pain.id:36} {pain.phase:10} {pain.severity:8} {pain.title}")
    return 0


def _shown(name: str) -> list[PainPoint]:
    known = catalogue()
    if name not in known:
        raise UsageError(f"--show={name}: no such pain point", resolution=hint(name, known))
    return [known[name]]


def _filtered(given: SimpleNamespace) -> list[PainPoint]:
    """Those of the phase, the system and the words that were asked for."""
    known = list(catalogue().values())
    phases = list(dict.fromkeys(pain.phase for pain in known))
    if given.phase is not None and given.phase not in phases:
        raise UsageError(f"--phase={given.phase}: none there", resolution=hint(given.phase, phases))
    family = _family(given.os) if given.os is not None else None
    words = [word.casefold() for value in given.words or () for word in value.split()]
    chosen = [
        pain
        for pain in known
        if given.phase in (None, pain.phase)
        and (family is None or not pain.affects or family in pain.affects)
        and all(word in _text(pain) for word in words)
    ]
    if not chosen:
        raise UsageError("no pain point is like that", resolution=f"{PROGRAM} pains lists them all")
    return chosen


def _family(name: str) -> str:
    system = name.strip().casefold()
    for known in sorted(FAMILIES, key=len, reverse=True):
        if system == known or system.startswith((f"{known}-", f"{known}:")):
            return FAMILIES[known]
    raise UsageError(f"--os={name}: not known", resolution=hint(name, FAMILIES))


def _text(pain: PainPoint) -> str:
    """What words are looked for in."""
    symptoms = " ".join(symptom.pattern for symptom in pain.symptoms)
    return f"{pain.id} {pain.title} {pain.cause} {symptoms} {_docstring(pain)}".casefold()


def page(pain: PainPoint) -> str:
    """A pain point as a page in Markdown."""
    return pain_page.page(pain, _docstring(pain))


def _docstring(pain: PainPoint) -> str:
    return sys.modules[module_of(pain)].__doc__ or ""


def pages() -> dict[str, str]:
    """Every page of docs/pains/, by file name."""
    known = catalogue()
    found = {f"{pain.id}.md": page(pain) for pain in known.values()}
    return {"README.md": pain_page.index(known.values()), **found}


def _written() -> int:
    """docs/pains/, as the catalogue is now; pages of what is no more are removed."""
    wanted, folder = pages(), clone() / PAGES
    folder.mkdir(parents=True, exist_ok=True)
    for stale in {file.name for file in folder.glob("*.md")} - wanted.keys():
        (folder / stale).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(wanted)} pages in {PAGES}")
    return 0


def _unexplained(given: SimpleNamespace) -> int:
    """Failures of earlier runs that nothing here accounts for, the most frequent first."""
    runs_dir = flags.runs(given.runs, cwd=Path.cwd(), project_root=CLONE)
    found = unexplained.collect(runs_dir, catalogue())
    if given.json:
        print(indented(found))
    else:
        print("\n\n".join(_told(failure) for failure in found) or "every failure is explained")
    return 0


def _told(failure: unexplained.Failure) -> str:
    excerpt = "\n".join(f"  | {line}" for line in plain(failure.excerpt).split("\n"))
    times = "once" if len(failure.seen) == 1 else f"{len(failure.seen)} times"
    code = "did not end" if failure.exit_code is None else f"exit code {failure.exit_code}"
    return (
        f"{one_line(failure.step)}: {plain(failure.command)} ({code}), {times}\n{excerpt}\n"
        "  to record it: .venv/bin/python tests/transcripts/record.py "
        f"{one_line(failure.seen[-1], 500)} NEW-ID"
    )
