"""Groups of hosts as rows of Markdown tables, for the pages of runs of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from onramp.model.pain import Unexplained
from onramp.model.run import HostRun
from onramp.reports.host_groups import Stopped, SystemHosts
from onramp.text.humanize import duration
from onramp.text.markdown import code, text

NAMED: Final = 3  # hosts of a group
STOPPED_HEAD: Final = ("Ended", "What stopped them", "Hosts", "Among them")
SYSTEM_HEAD: Final = (
    *("System", "Hosts", "Came through", "Did not", "Median time", "Most frequent pain point"),
)
UNEXPLAINED_HEAD: Final = ("Hosts", "Step", "Command", "Its last line")
Name = Callable[[HostRun], str]


def stopped_rows(found: Iterable[Stopped], name: Name) -> Iterator[list[str]]:
    """Below STOPPED_HEAD; `name` is how a host is named there, as Markdown."""
    for one in found:
        named = ", ".join(name(run) for run in one.hosts[:NAMED])
        yield [f"**{one.status}**", text(one.cause, 200), str(len(one.hosts)), named]


def system_rows(found: Iterable[SystemHosts]) -> Iterator[list[str]]:
    """Below SYSTEM_HEAD."""
    for one in found:
        most = [f"{code(pain, 80)} on {count}" for pain, count in one.pains.most_common(1)]
        through, did_not = one.hosts - one.stopped, one.stopped
        took = duration(one.median_s)
        yield [text(one.name), str(one.hosts), str(through), str(did_not), took, *(most or ["-"])]


def unexplained_rows(found: Iterable[tuple[HostRun, Unexplained]]) -> list[list[str]]:
    """Below UNEXPLAINED_HEAD: those that look alike together, the most frequent first."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for run, failure in found:
        seen = failure.evidence
        looks = code(failure.step, 80), code(seen.command, 200), code(last_line(seen.excerpt), 200)
        alike.setdefault(looks, []).append(run.name)
    ordered = sorted(alike.items(), key=lambda item: -len(item[1]))
    return [[_some(names), *looks] for looks, names in ordered]


def last_line(words: str) -> str:
    return words.strip()[-2000:].rpartition("\n")[2]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return text(names[0], 80) + more
