"""bench: a second `provision`, side by side with what else could ask the same of the same hosts.

Interleaved rounds on three lab hosts, whole processes, wall time; see benchmarks/README.md.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import yaml
from msgspec import Struct, field
from msgspec.structs import asdict

import contenders as who
from contenders import Contender, Place
from onramp import clone
from onramp.cli import flags
from onramp.cli.schemas.bench_schema import Again, Bar, Bench, Listing, Singles
from onramp.errors import HarnessError
from onramp.model.host import Host
from onramp.providers.lab import locks
from onramp.providers.lab.embedded_lab import Lab, default_cache
from onramp.providers.lab.provider import LabProvider
from onramp.text.json_text import indented

HOSTS: Final = {"bench-12": "debian-12", "bench-13": "debian-13", "bench-sysv": "debian-12-sysv"}
BARS: Final = {"fabric": 2.0, "pyinfra": 0.6, "ansible": 0.12}  # Onramp's time over theirs
LIST_BAR: Final = 1.5
LIST_TIMES: Final = 4  # listing is quick, so it is measured so many times as often
ONE_S: Final = 300.0  # no single process may take longer
PYTHON: Final = (
    "sudo DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -q && "
    "apt-get install -y -q --no-install-recommends python3 python3-apt'"
)


class Took(Struct, frozen=True):
    """One process: seconds by the clock, of the processors, and kilobytes at most."""

    seconds: float = 0.0
    processor_s: float = 0.0
    kilobytes: int = 0


class Times(Struct):
    """Seconds by contender; who dropped out, and why."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    complaints: dict[str, str] = field(default_factory=dict)

    def median(self, name: str) -> float | None:
        """None for those who dropped out."""
        taken = None if name in self.complaints else self.seconds.get(name)
        return round(statistics.median(taken), 3) if taken else None

    def ratio(self, name: str, to: str) -> float | None:
        """One median over another."""
        mine, theirs = self.median(name), self.median(to)
        return round(mine / theirs, 3) if mine and theirs else None


def bench(options: SimpleNamespace) -> int:
    """0 when Onramp was measured and changed nothing; a peer that fails has no figure."""
    runs_each = flags.whole("--runs-each", options.runs_each, default=5, most=100)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that hosts are taken down
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onramp-bench-")))
        place = Place(clone(), programs(), work)
        hosts = stack.enter_context(_hosts())
        _write(place, hosts)
        stack.callback(_hang_up, place)
        _provisioned(place)
        with_python(hosts)
        times = measured(who.contenders(place, len(hosts)), runs_each)
        reports = who.latest_reports(place.runs)
        listing = measured(who.listing(place), runs_each * LIST_TIMES)
    result = summary(times, listing, reports, runs_each)
    print(indented(result) if options.json else table(result))
    return 2 if "onramp" in times.complaints else 0


# --- setting the scene -----------------------------------------------------------------------


@contextmanager
def _hosts() -> Iterator[list[Host]]:
    """The three, booted unless they are up already; those we booted are removed again."""
    provider = LabProvider(Lab())
    booted: list[Host] = []
    try:
        for name, image in HOSTS.items():
            host = Host(name, "", provider="lab", image=image)
            booted.append(provider.acquire(host, say))
        yield booted
    finally:
        for host in booted:
            provider.release(host)
        provider.close()


def _write(place: Place, hosts: Sequence[Host]) -> None:
    place.inventory.write_text(yaml.safe_dump(who.inventory(hosts)))
    (place.work / "hosts.json").write_text(json.dumps(who.rows(hosts)))
    (place.work / "hosts.tsv").write_text(who.lines(hosts))
    place.sockets.mkdir()


def _provisioned(place: Place) -> None:
    say("setting the hosts up with Onramp")
    code = subprocess.run(who.provision(place), stdout=sys.stderr, env=environment({})).returncode
    if code:
        raise HarnessError(f"bench: provision ended with exit code {code}, nothing was measured")


def with_python(hosts: Sequence[Host]) -> None:
    say("putting Python on the hosts, which Ansible needs there")
    for host in hosts:
        argv = [
            "ssh", "-n", "-p", str(host.port), "-i", str(host.private_key),
            "-o", f'UserKnownHostsFile="{host.known_hosts}"', "-o", "StrictHostKeyChecking=yes",
            "-o", "BatchMode=yes", f"{host.user}@{host.address}", PYTHON,
        ]  # fmt: skip
        done = subprocess.run(argv, capture_output=True, text=True, timeout=ONE_S)
        if done.returncode:
            say(f"{host.name}: Python could not be installed: {done.stderr.strip()[-300:]}")


def _hang_up(place: Place) -> None:
    """Ansible's connections outlive it, on purpose: end them with the bench."""
    for socket in place.sockets.iterdir():
        argv = ["ssh", "-O", "exit", "-o", f'ControlPath="{socket}"', "anywhere"]
        subprocess.run(argv, capture_output=True)


def programs() -> Path:
    """The peers' virtual environment, made from the lock when it is new or changed."""
    home = default_cache() / "bench-venv"
    lock, stamp = clone() / "benchmarks/requirements.lock", home / "requirements.lock"
    with locks.locked(home.with_name(".bench-venv.lock")):
        if not (stamp.exists() and stamp.read_bytes() == lock.read_bytes()):
            say(f"installing Fabric, pyinfra and ansible-core into {home} (once)")
            if complaint := _installed(home, lock):
                say(f"the peers could not be installed and have no figures: {complaint}")
            else:
                stamp.write_bytes(lock.read_bytes())
    return home / "bin"


def _installed(home: Path, lock: Path) -> str:
    """Makes the environment; returns pip's words where it fails."""
    shutil.rmtree(home, ignore_errors=True)
    pip = "-m pip install -q --disable-pip-version-check --no-deps --require-hashes -r"
    for argv in (
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin/python"), *pip.split(), str(lock)],
    ):
        done = subprocess.run(argv, capture_output=True, text=True, env=environment({}))
        if done.returncode:
            return " ".join((done.stderr or done.stdout).split())[-600:]
    return ""


# --- measuring -------------------------------------------------------------------------------


def measured(contenders: Sequence[Contender], rounds: int) -> Times:
    """One uncounted round, then so many in which each runs once, in turn."""
    times = Times({contender.name: [] for contender in contenders})

    def keep(name: str, took: Took) -> None:
        times.seconds[name].append(round(took.seconds, 3))

    times.complaints = in_turn(contenders, rounds, keep)
    return times


def in_turn(
    contenders: Sequence[Contender],
    rounds: int,
    keep: Callable[[str, Took], None],
    *,
    warm_up: bool = True,
    limit_s: float = ONE_S,
) -> dict[str, str]:
    """So many rounds in which each runs once, after an uncounted one; who dropped out, and why."""
    complaints: dict[str, str] = {}
    for number in range(0 if warm_up else 1, rounds + 1):
        if sys.stderr.isatty() or number in (0, rounds):
            say(f"round {number} of {rounds}" if number else "a round to warm up")
        for contender in contenders:
            if contender.name in complaints:
                continue
            took, complaint = timed(contender, limit_s)
            if complaint:
                complaints[contender.name] = complaint
                say(f"{contender.title} has no figure: {complaint}")
            elif number:
                keep(contender.name, took)
    return complaints


def timed(contender: Contender, limit_s: float = ONE_S) -> tuple[Took, str]:
    """What it took, with all that it started, and what is wrong with the answer if anything."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        began = time.monotonic()
        try:
            process = subprocess.Popen(
                contender.argv,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=environment(contender.env),
            )
        except OSError as error:
            return Took(), str(error)
        late = threading.Timer(limit_s, process.kill)
        late.start()
        try:
            _, status, used = os.wait4(process.pid, 0)  # what Popen itself does not tell
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            late.cancel()
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if seconds >= limit_s:
            return Took(), f"not done after {limit_s:.0f} s"
        said.seek(0)
        complaint = contender.complaint(said.read())
    took = Took(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss)
    return took, f"exit code {process.returncode}, {complaint}" if complaint else ""


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what `./invoke` or the caller set for Python: bytecode is cached by all."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return mine | dict(extra)


# --- saying it -------------------------------------------------------------------------------


def summary(
    times: Times, listing: Times, reports: Sequence[Mapping[str, Any]], runs_each: int
) -> Bench:
    """The contract's JSON: medians in seconds, what has a bar, and all single times.

    `reports` are Onramp's own, of its last counted run.
    """
    commands = who.commands_per_host(reports)
    return Bench(
        provision_again=Again(**{f"{name}_s": times.median(name) for name in times.seconds}),
        listing=Listing(**{f"{name}_s": listing.median(name) for name in listing.seconds}),
        remote_commands_per_host=commands,
        changed=who.changed_steps(reports),
        bars=[
            *(_bar(f"{peer}_ratio", times.ratio("onramp", peer), most)
              for peer, most in BARS.items()),
            _bar("remote_commands_per_host", commands, who.MOST_COMMANDS),
            _bar("list_ratio", listing.ratio("onramp", "bare_invoke"), LIST_BAR),
        ],
        hosts=[report["host"]["name"] for report in reports],
        runs_each=runs_each,
        all_s=Singles(times.seconds, listing.seconds),
        without_figure=times.complaints | listing.complaints,
    )  # fmt: skip


def _bar(name: str, found: float | None, most: float) -> Bar:
    return Bar(name, found, most, held=None if found is None else found <= most)


def table(result: Bench) -> str:
    """The same for people."""
    rounds, bars = result.runs_each, {bar.name: bar for bar in result.bars}
    again = f"{result.changed} steps changed, median of {rounds}"
    lines = [
        f"provision again on {len(result.hosts)} hosts: {again}",
        *_part(asdict(result.provision_again), bars),
        "",
        f"./invoke --list, median of {rounds * LIST_TIMES}",
        *_part(asdict(result.listing), {"bare_invoke_ratio": bars["list_ratio"]}),
        "",
        f"remote commands a host: {_bar_text(bars['remote_commands_per_host'])}",
    ]
    return "\n".join(lines)


def _part(medians: Mapping[str, float | None], bars: Mapping[str, Bar]) -> Iterator[str]:
    """A line a contender; Onramp comes first."""
    onramp = medians["onramp_s"]
    for key, taken in medians.items():
        name = key.removesuffix("_s")
        seconds = "no figure" if taken is None else f"{taken:.3f} s"
        bar = bars.get(f"{name}_ratio")
        if bar:
            text = f"Onramp over it: {_bar_text(bar)}"
        elif name != "onramp" and onramp and taken:
            text = f"Onramp over it: {onramp / taken:.2f}"
        else:
            text = ""
        yield f"  {name.replace('_', ' '):<12}{seconds:>10}   {text}".rstrip()


def _bar_text(bar: Bar) -> str:
    if bar.found is None:
        return f"unknown, at most {bar.most}"
    return f"{bar.found:.3g}, at most {bar.most}: {'held' if bar.held else 'missed'}"


def say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)
