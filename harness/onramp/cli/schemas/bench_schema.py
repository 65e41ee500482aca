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
