"""Which hosts of the two sides are the same kind of host, and which runs say nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from onramp.model.run import HostRun, Report

Side = Mapping[str, Sequence[Report]]  # a run's name -> its hosts' reports
SAYS_NOTHING: Final = ("planned", "interrupted")


class Pair(Struct):
    """The reports of one kind of host, on both sides."""

    host: str
    before: list[Report] = field(default_factory=list)
    after: list[Report] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """What those hosts were called, each once."""
        return tuple(dict.fromkeys(one.run.name for one in (*self.before, *self.after)))


def pairs(before: Side, after: Side) -> tuple[Pair, ...]:
    """By image, where hosts are named after theirs; else by name, where both sides have it.

    Hosts of one side only are pairs with an empty other side.
    """
    shared = _names(before) & _names(after)
    found: dict[str, Pair] = {}
    for report in _telling(before):
        found.setdefault(*_new(report.run, shared)).before.append(report)
    for report in _telling(after):
        found.setdefault(*_new(report.run, shared)).after.append(report)
    return tuple(found.values())


def left_out(side: Side) -> Iterator[str]:
    """`web1 in 2026…: interrupted`, for each that was never walked to its end."""
    for name, reports in side.items():
        for report in reports:
            if report.run.status in SAYS_NOTHING:
                yield f"{report.run.name} in {name}: {report.run.status}"


def way(run: HostRun) -> str:
    """Where the engine came from; "present" where it was there, "none" of a host never planned."""
    install = next((step for step in run.steps if step.id == "install-engine"), None)
    return "present" if install and install.status == "satisfied" else run.method or "none"


def _telling(side: Side) -> Iterator[Report]:
    for reports in side.values():
        yield from (report for report in reports if report.run.status not in SAYS_NOTHING)


def _names(side: Side) -> set[str]:
    return {report.run.name for report in _telling(side)}


def _new(run: HostRun, shared: set[str]) -> tuple[str, Pair]:
    key = _key(run, shared)
    return key, Pair(key)


def _key(run: HostRun, shared: set[str]) -> str:
    """A host that has a name of its own (a reproduction, a lab host given one) keeps to it."""
    if not run.image:
        return run.name
    after_image = re.fullmatch(rf"{re.escape(run.image)}(-\d+)?", run.name)
    return run.name if run.name in shared and not after_image else run.image
