"""Which pain points were caused where, and what became of them: pain point x image x engine.

Verdicts are kept one a line as they come, so that a sweep of the whole catalogue goes on where it
was interrupted. A verdict holds for as long as what its pain point does stays as it was.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec

from onramp.model.pain import Catalogue, PainPoint
from onramp.pains import module_of
from onramp.pipeline.reproduce.verdicts import Reproduction

STATE: Final = "reproduced.jsonl"
FOR_PEOPLE: Final = ("title", "cause", "references", "affects", "summary", "side_effects")
Key = tuple[str, str, str]  # pain point, image, docker.method


def key(verdict: Reproduction) -> Key:
    return (verdict.id, verdict.image, verdict.method)


def fingerprint(pain: PainPoint) -> str:
    """Changes when the pain point's file does, its words for people aside."""
    file = sys.modules[module_of(pain)].__file__
    return fingerprint_of(Path(str(file)).read_text(encoding="utf-8"))


def fingerprint_of(source: str) -> str:
    """That of a pain point's source text."""
    tree = ast.parse(source)
    tree.body = tree.body[1:]  # without the docstring, which is its page
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [word for word in node.keywords if word.arg not in FOR_PEOPLE]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:12]


def remember(runs_dir: Path, verdict: Reproduction, pain: PainPoint) -> None:
    """Appends a verdict to the state below `runs_dir`."""
    row = {"fingerprint": fingerprint(pain), **msgspec.to_builtins(verdict)}
    with (runs_dir / STATE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def remembered(runs_dir: Path, catalogue: Catalogue) -> dict[Key, Reproduction]:
    """The last verdict of each, where its pain point is still what it was then.

    A run that broke for a fault of ours says nothing about its pain point.
    """
    found: dict[Key, Reproduction] = {}
    for row in _rows(runs_dir / STATE):
        pain = catalogue.get(str(row.get("id")))
        if pain and row.get("fingerprint") == fingerprint(pain) and not row.get("faults"):
            row.setdefault("kind", pain.remedy.kind if pain.remedy else "")
            with suppress(msgspec.ValidationError):  # of another kind: it is caused anew
                verdict = msgspec.convert(row, Reproduction)
                found[key(verdict)] = verdict
    return found


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if not file.is_file():
        return
    for text in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(text)
        except ValueError:
            continue  # a line cut short by whatever ended that process
        if isinstance(row, dict):
            yield row


# --- the matrix: pure --------------------------------------------------------------------------

LEGEND: Final = (
    "**cured**: met, led by its own name, its safe remedy ran and the journey passed; **with "
    "leave**: its remedy asks first, and was let · **noted**: met, and nothing had to be done · "
    "**told**: met and led; the remedy is a person's, or asks first · **foreseen**: told before "
    "anything was changed · **NOT …**: what failed. A cell's number is the seconds from the "
    "command to the verdict."
)


def markdown(verdicts: Iterable[Reproduction]) -> str:
    """The matrix as a page."""
    known = list(verdicts)
    columns = sorted({_column(v) for v in known}, key=_ordered)
    cells = {(v.id, _column(v)): f"{word(v)} {v.seconds:.0f}" for v in known}
    head = ["pain point", *(f"{image}<br>{engine}" for image, engine in columns)]
    lines = [_row(head), _row(["---"] * len(head))]
    for pain in sorted({v.id for v in known}):
        lines.append(_row([f"`{pain}`", *(cells.get((pain, c), "") for c in columns)]))
    return "\n\n".join(["# Reproduced", _summary(known), LEGEND, "\n".join(lines)]) + "\n"


def word(verdict: Reproduction) -> str:
    """One verdict in a word or two."""
    if not verdict.met:
        return "NOT met"
    if not verdict.led:
        return "NOT led"
    if verdict.cured is False:
        return "NOT cured"
    if verdict.cured:
        return "cured" if verdict.kind == "safe" else "cured with leave"
    if verdict.how == "foreseen":
        return "foreseen"
    return "noted" if verdict.status == "passed" else "told"


def _summary(verdicts: Sequence[Reproduction]) -> str:
    tried = [v for v in verdicts if v.cured is not None and v.kind == "safe"]
    led, cured = sum(v.led for v in verdicts), sum(bool(v.cured) for v in tried)
    middle = median(v.seconds for v in verdicts) if verdicts else 0
    pains = len({v.id for v in verdicts})
    return (
        f"{pains} pain points caused on fresh hosts, {len(verdicts)} times in all: {led} met and "
        f"led by their own name, {cured} of {len(tried)} remedies that may run by themselves "
        f"cured theirs. Median {middle:.0f} s. Made by `./invoke reproduce --all`."
    )


def _column(verdict: Reproduction) -> tuple[str, str]:
    engine = (verdict.engine or "").partition("+")[0]
    return verdict.image, f"engine {engine}" if engine else "no engine yet"


def _ordered(column: tuple[str, str]) -> tuple[str, bool, str]:
    image, engine = column
    return image, engine.startswith("engine"), engine


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
