"""pains: the catalogue, as a list, as a page, as JSON."""

from __future__ import annotations

import json
import sys
from inspect import cleandoc
from types import SimpleNamespace
from typing import Any

from harness.errors import UsageError
from harness.model import PainPoint
from harness.pains import catalogue
from harness.reading.spelling import hint


def pains(given: SimpleNamespace) -> int:
    """Lists pain points; `--show=ID` prints one's page."""
    known = catalogue()
    if given.show:
        if given.show not in known:
            raise UsageError(
                f"--show={given.show}: no such pain point", resolution=hint(given.show, known)
            )
        chosen = [known[given.show]]
    else:
        chosen = [pain for pain in known.values() if given.phase in (None, pain.phase)]
        if not chosen:
            phases = sorted({pain.phase for pain in known.values()})
            raise UsageError(f"--phase={given.phase}: none there", resolution=", ".join(phases))
    if given.json:
        print(json.dumps([row(pain) for pain in chosen], indent=2))
    elif given.show:
        print(page(chosen[0]))
    else:
        for pain in chosen:
            print(f"{pain.id:34} {pain.phase:10} {pain.severity:8} {pain.title}")
    return 0


def row(pain: PainPoint) -> dict[str, Any]:
    """A pain point as `pains --json` lists it."""
    remedy = pain.remedy
    return {
        "id": pain.id,
        "phase": pain.phase,
        "title": pain.title,
        "severity": pain.severity,
        "cause": pain.cause,
        "recipe": pain.recipe is not None,
        "images": list(pain.recipe.images) if pain.recipe else [],
        "remedy": {
            "kind": remedy.kind if remedy else None,
            "summary": remedy.summary if remedy else None,
            "commands": list(remedy.commands) if remedy else [],
            "side_effects": remedy.side_effects if remedy else None,
        },
        "symptoms": [symptom.pattern for symptom in pain.symptoms],
        "references": list(pain.references),
    }


def page(pain: PainPoint) -> str:
    """A pain point as a page in Markdown: its module's docstring, and what the constant says."""
    parts = [f"# {pain.title}", f"`{pain.id}` · {pain.phase} · {pain.severity}", pain.cause]
    text = _docstring(pain)
    if text:
        parts.append(text)
    if pain.remedy:
        commands = "\n".join(pain.remedy.commands)
        parts.append(f"## Remedy ({pain.remedy.kind})\n\n{pain.remedy.summary}")
        if commands:
            parts.append(f"```sh\n{commands}\n```")
        if pain.remedy.side_effects:
            parts.append(f"Side effects: {pain.remedy.side_effects}")
    if pain.recipe:
        parts.append(f"Run it: `./invoke reproduce --pain={pain.id}`")
    if pain.references:
        parts.append("References:\n\n" + "\n".join(f"- {item}" for item in pain.references))
    return "\n\n".join(parts)


def _docstring(pain: PainPoint) -> str:
    name = f"harness.pains.{pain.phase}.{pain.id.replace('-', '_')}"
    return cleandoc(sys.modules[name].__doc__ or "") if name in sys.modules else ""
