"""The shapes of what pains, diagnose, reproduce, compare and bench print with `--json`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from onramp.cli.schemas.report_schema import Count, Seconds, Version1
from onramp.history.compare.comparison_types import (
    PainChange,
    Range,
    RatingChange,
    Regression,
    Timing,
)
from onramp.history.compare.noise import Least
from onramp.model.pain import How, Kind, Severity
from onramp.model.run import HostStatus

Share = Annotated[float, Meta(ge=0, le=1)]


class Cure(Struct):
    """What cures a pain point; null where nothing is known to."""

    kind: Kind | None
    summary: str | None
    commands: list[str]


class CatalogueCure(Cure):
    """What cures a pain point, and what else that does to the host."""

    side_effects: str | None


class PainPoint(Struct):
    """A pain point of the catalogue; `recipe`: `reproduce` can cause it, on these images.

    `affects` names families of systems; none means all.
    """

    id: str
    phase: str
    title: str
    severity: Severity
    cause: str
    recipe: bool
    images: list[str]
    affects: list[str]
    remedy: CatalogueCure
    symptoms: list[str]
    foreseen: bool
    explains: list[str]
    references: list[str]


class Failure(Struct):
    """A kind of failure that nothing explains; `seen` holds the host folders it was met in."""

    step: str
    command: str
    exit_code: int | None
    excerpt: str
    seen: Annotated[list[str], Meta(min_length=1)]


class Diagnosis(Struct):
    """A cause that was recognised; `host` and `step` are null where a text was read."""

    id: str
    title: str
    severity: Severity
    confidence: Share
    because: list[str]
    cause: str
    remedy: Cure
    consequences: list[str]
    rivals: list[str]
    check: str | None
    host: str | None
    step: str | None
    excerpt: str


class Reproduction(Struct):
    """What became of a pain point that was caused on purpose.

    `met`: it is among the findings; `led`: as itself, and not as a consequence; `cured`: null where
    no remedy ran by itself.
    """

    id: str
    image: str
    met: bool
    led: bool
    cured: bool | None
    seconds: Seconds
    kind: Kind | Literal[""]
    how: How | None
    step: str | None
    status: HostStatus
    seconds_lost: Seconds
    engine: str | None
    compose: str | None
    method: str
    besides: list[str]
    unexplained: list[str]
    faults: list[str]
    report: str


class Ended(Struct):
    """How many runs a side has of a host, how they ended, and where their engines came from."""

    runs: Count
    ended: dict[HostStatus, Count]
    engine_from: dict[str, Count]
    cpu_waited: Range


class Totals(Struct):
    """Seconds of all steps together, lost to pain points, and outside the steps."""

    together: Timing | None
    lost: Timing | None
    outside: Timing | None


class Rated(Struct):
    """The four ratings."""

    set_up: RatingChange
    task: RatingChange
    shut_down: RatingChange
    documentation: RatingChange


class HostComparison(Struct):
    """One kind of host on both sides."""

    host: str
    names: list[str]
    before: Ended
    after: Ended
    least_that_counts: Least
    pain_points: list[PainChange]
    steps: list[Timing]
    timings: Totals
    ratings: Rated
    regressions: list[Regression]


class Comparison(Struct):
    """Two sides of runs, host by host, and what got worse, the worst first."""

    schema: Version1
    before: list[str]
    after: list[str]
    exit_code: Literal[0, 2]
    regressions: list[Regression]
    hosts: list[HostComparison]
    only_before: list[str]
    only_after: list[str]
    left_out: list[str]


class Again(Struct):
    """Medians in seconds of a second `provision`; null for who dropped out."""

    onramp_s: Seconds | None
    fabric_s: Seconds | None
    pyinfra_s: Seconds | None
    ansible_s: Seconds | None
    ssh_s: Seconds | None


class Listing(Struct):
    """Medians in seconds of `--list`."""

    onramp_s: Seconds | None
    bare_invoke_s: Seconds | None


class Bar(Struct):
    """What was found, the most it may be, and whether it held; null where it was not measured."""

    name: str
    found: float | None
    most: float
    held: bool | None


class Singles(Struct):
    """Every single time, by contender, in seconds."""

    provision_again: dict[str, list[Seconds]]
    listing: dict[str, list[Seconds]] = field(name="list")


class Bench(Struct):
    """Onramp side by side with what else could ask the same of the same hosts."""

    provision_again: Again
    listing: Listing = field(name="list")
    remote_commands_per_host: int | None
    changed: int | None
    bars: list[Bar]
    hosts: list[str]
    runs_each: Count
    all_s: Singles
    without_figure: dict[str, str]
