"""bench --scale: many hosts surveyed, and provisioned again, side by side with peers.

Interleaved rounds, whole processes: wall time, what the controller's processors worked, and the
most memory it held; see benchmarks/README.md.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import yaml
from msgspec.structs import replace

import contenders as who
import scale_rig
import side_by_side
from contenders import Contender, Place
from onramp import clone
from onramp.cli import flags
from onramp.cli.schemas.bench_schema import Scale, ScaleRow
from onramp.config.host_patterns import words
from onramp.errors import HarnessError, UsageError
from onramp.model.host import Host
from onramp.text import tables
from onramp.text.json_text import indented
from onramp.text.tables import Block
from side_by_side import Took

AT_ONCE: Final = 16  # hosts, for everybody
MOST_HOSTS: Final = 20_000
PEERS_UP_TO: Final = 200  # hosts; pyinfra and Ansible take minutes for more
ONE_S: Final = 1800.0


def bench(options: SimpleNamespace) -> int:
    """0 when Onramp was measured at every size."""
    sizes = [
        flags.whole("--scale", one, default=0, most=MOST_HOSTS) for one in words(options.scale)
    ]
    if not sizes or min(sizes) < 1:
        raise UsageError("--scale: no number of hosts", resolution="--scale=50,200,1000")
    rounds = flags.whole("--runs-each", options.runs_each, default=3, most=100)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onramp-bench-")))
        place = Place(clone(), side_by_side.programs(), work)
        _set_up(place)
        host = stack.enter_context(scale_rig.rig())
        rows: list[ScaleRow] = []
        without: dict[str, str] = {}
        for ask in ("doctor", "provision"):
            if ask == "provision":
                _provisioned(place, host)
            for size in sizes:
                found, complaints = _measured(ask, place, scale_rig.many(host, size, work), rounds)
                rows += found
                without |= complaints
    result = Scale(rows, rounds, AT_ONCE, without)
    print(indented(result) if options.json else _table(result))
    return 2 if any(name.startswith("onramp") for name in without) else 0


def _set_up(place: Place) -> None:
    """What the first command in a clone does once is no part of what is measured."""
    subprocess.run([place.project / "invoke", "--version"], stdout=subprocess.DEVNULL, check=True)


def _provisioned(place: Place, host: Host) -> None:
    side_by_side.say("setting the rig up with Onramp")
    place.inventory.write_text(yaml.safe_dump(who.inventory([host])))
    done = subprocess.run(who.provision(place), stdout=sys.stderr)
    if done.returncode:
        raise HarnessError(f"bench: provision ended with exit code {done.returncode}")
    side_by_side.with_python([host])


def _measured(
    ask: str, place: Place, hosts: Sequence[Host], rounds: int
) -> tuple[list[ScaleRow], dict[str, str]]:
    """One uncounted round, then so many in which each runs once, in turn."""
    _write(place, hosts)
    asked = _doctors(place, len(hosts)) if ask == "doctor" else _provisions(place, len(hosts))
    took: dict[str, list[Took]] = {one.name: [] for one in asked}
    side_by_side.say(f"{ask} of {len(hosts)} hosts")
    complaints = side_by_side.in_turn(
        asked,
        rounds,
        lambda name, found: took[name].append(found),
        warm_up=rounds > 1,  # one alone is a look rather than a measurement
        limit_s=ONE_S,
    )
    rows = [_row(ask, len(hosts), name, all_) for name, all_ in took.items() if all_]
    said = {name: f"{len(hosts)} hosts: {text}" for name, text in complaints.items()}
    return rows, {f"{name} ({ask})": text for name, text in said.items()}


def _row(ask: str, hosts: int, name: str, took: Sequence[Took]) -> ScaleRow:
    def middle(values: Sequence[float]) -> float:
        return round(statistics.median(values), 3)

    return ScaleRow(
        ask,
        hosts,
        name,
        seconds=middle([one.seconds for one in took]),
        processor_ms_per_host=middle([one.processor_s * 1000 / hosts for one in took]),
        megabytes=middle([one.kilobytes / 1024 for one in took]),
    )


def _write(place: Place, hosts: Sequence[Host]) -> None:
    place.inventory.write_text(json.dumps(who.inventory(hosts)))
    (place.work / "hosts.json").write_text(json.dumps(who.rows(hosts)))
    (place.work / "hosts.tsv").write_text(who.lines(hosts))
    place.sockets.mkdir(exist_ok=True)


def _doctors(place: Place, count: int) -> tuple[Contender, ...]:
    """Onramp's survey, and the floor: as many logins that do nothing."""
    nothing = place.work / "nothing.sh"
    nothing.write_text("echo ready\n")
    return (
        Contender(
            "onramp", "Onramp", _onramp(place, "doctor"),
            lambda said: "" if len(who.latest_reports(place.runs)) == count else said[-300:],
        ),
        Contender(
            "ssh", "bare ssh", _ssh(place, nothing), who.all_ready(count),
        ),
    )  # fmt: skip


def _provisions(place: Place, count: int) -> tuple[Contender, ...]:
    """Everyone; those who take minutes only where there are few."""
    all_ = {one.name: one for one in who.contenders(place, count)}
    script = place.benchmarks / "check.sh"
    threads = [*all_["fabric"].argv, str(AT_ONCE)]
    found = [
        replace(all_["onramp"], argv=_onramp(place, "provision")),
        replace(all_["fabric"], argv=threads),
        replace(all_["ssh"], argv=_ssh(place, script)),
    ]
    if count <= PEERS_UP_TO:
        pyinfra, ansible = all_["pyinfra"], all_["ansible"]
        found.append(replace(pyinfra, argv=[*pyinfra.argv, "--parallel", str(AT_ONCE)]))
        found.append(replace(ansible, argv=[*ansible.argv, "--forks", str(AT_ONCE)]))
    return tuple(found)


def _onramp(place: Place, ask: str) -> list[str | Path]:
    where = [f"--inventory={place.inventory}", f"--runs={place.runs}", f"--forks={AT_ONCE}"]
    return [place.project / "invoke", ask, *where]


def _ssh(place: Place, script: Path) -> list[str | Path]:
    hosts = place.work / "hosts.tsv"
    return ["sh", place.benchmarks / "ssh_parallel.sh", hosts, script, str(AT_ONCE)]


def _table(result: Scale) -> str:
    """For people, with each time over that of bare ssh."""
    floor = {(row.ask, row.hosts): row.seconds for row in result.rows if row.who == "ssh"}
    rows = [
        (
            row.ask,
            str(row.hosts),
            row.who,
            f"{row.seconds:.1f} s",
            f"{row.seconds / floor[row.ask, row.hosts]:.2f}",
            f"{row.processor_ms_per_host:.0f} ms",
            f"{row.megabytes:.0f} MB",
        )
        for row in result.rows
    ]
    head = ("ASKED", "HOSTS", "WHO", "TOOK", "OVER SSH", "CONTROLLER A HOST", "MEMORY")
    lines = [f"{name} has no figure: {text}" for name, text in result.without_figure.items()]
    return "\n".join([tables.text([Block(head=head, rows=rows)]), *lines])
