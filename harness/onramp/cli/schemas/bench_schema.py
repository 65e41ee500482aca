"""The shape of what `bench --json` prints: benchmarks/ stands outside the package."""

from __future__ import annotations

from msgspec import Struct, field

from onramp.model.quantities import Count, Seconds


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


class ScaleRow(Struct):
    """One contender asked one thing of so many hosts: medians over the rounds.

    `processor_ms_per_host` is what the controller's processors worked, `megabytes` the most that
    one of its processes held.
    """

    ask: str
    hosts: Count
    who: str
    seconds: Seconds
    processor_ms_per_host: float
    megabytes: float


class Scale(Struct):
    """Many hosts, so many at once, for Onramp and for what else could ask the same of them."""

    rows: list[ScaleRow]
    runs_each: Count
    at_once: Count
    without_figure: dict[str, str]


class Simulated(Struct):
    """So many hosts without SSH: seconds until all had ended and until all reports were written;
    the most memory of the controller and of the process that makes reports; the run's size."""

    hosts: Count
    engine_s: Seconds
    reports_s: Seconds
    controller_mb: Count
    report_process_mb: Count
    disk_kb_a_host: float


class Simulations(Struct):
    """Onramp's own parts: the engine, events on disk, reports."""

    rows: list[Simulated]
