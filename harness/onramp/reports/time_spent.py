"""Where the minutes of a host went: on the host, in the network, waiting, at the door. Pure.

The rules, so that nobody has to trust a picture. The parts always add up to the whole; what none of
the rules claims is Onramp's own. The whole is `total_s`, or the sum of the parts where a clock that
jumped made them longer.

- `boot`: from the first event to the first step: a lab host or a VM being made and booted; and
  every restart of the host.
- `login`: the step `connect`, and logging out and in again.
- `network`: what a command says itself it took to download: apt's "Fetched … in 3s", dnf's "Total",
  BuildKit's layers, image names looked up. `curl`, `wget`, `git clone` and `docker pull` count as a
  whole. A download that nobody timed (pip within a build, Compose pulling in `up`) is `host`.
- `waiting`: a command that only waits; a pause before a step is tried again; and ten seconds of a
  stop or down on hosts where containers had to be killed: Compose's grace period.
- `host`: the rest of what commands took, and steps of old runs that recorded no commands.
- `needs`: trying what a team needs of the tool, beside the journey.
- `onramp`: the rest: thinking, reading, writing, looking for causes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

from onramp.model.run import CommandRun, HostRun, StepRun
from onramp.reports.ratings import is_relogin, is_restart

Place = Literal["boot", "login", "network", "waiting", "host", "needs", "onramp"]
PLACES: Final[tuple[Place, ...]] = (
    "boot",
    "login",
    "host",
    "network",
    "waiting",
    "needs",
    "onramp",
)
Printed = Callable[[CommandRun], str]  # what a command printed, as far as it is kept

GRACE_S: Final = 10.0  # https://docs.docker.com/reference/cli/docker/compose/stop/
KILLED: Final = "stop-timeout-sigkill"
_PAUSE_S = 1.0  # a shorter gap before another attempt is no pause

_APT = re.compile(r"^Fetched .{1,80} in (?:(\d+)h )?(?:(\d+)min )?(\d+)s\b", re.M)
_DNF = re.compile(r"^ ?Total\b.{1,120}\b(\d+)(?::|m)(\d\d)s?\s*$", re.M)
_LAYER = re.compile(r"^#(\d+) (?:sha256:|resolve )\S+ .{0,60}?(\d+\.\d+)s done$", re.M)
_METADATA = re.compile(r"^#(\d+) \[internal\] load metadata for ", re.M)
_DOWNLOADS = re.compile(r"(?:sudo )?(?:curl|wget|git clone|docker (?:compose )?pull)\b")
_HERE = re.compile(r"//(?:localhost|127\.|\[::1\])")
_WAITS = re.compile(r"(?:sudo )?(?:sleep|wait)\b")
_STOPS = re.compile(r"docker compose (?:stop|down|restart)\b")


def spent(run: HostRun, printed: Printed) -> dict[Place, float]:
    """Seconds by place, in the order of PLACES; together they are the whole."""
    sums: dict[Place, float] = dict.fromkeys(PLACES, 0.0)
    sums["boot"] = min((step.began_s for step in run.steps), default=0.0)
    sums["needs"] = sum(need.seconds for need in run.requirements)
    for step in run.steps:
        for place, seconds in _of_step(step, run, printed):
            sums[place] += seconds
    rounded = {place: round(seconds, 3) for place, seconds in sums.items()}
    rounded["onramp"] = round(max(0.0, run.total_s - sum(rounded.values())), 3)
    return rounded


def of_command(command: CommandRun, text: str, *, killed: bool = False) -> dict[Place, float]:
    """One command's seconds; `killed`: on this host containers were killed after the grace period.

    `text` is what it printed.
    """
    whole = max(0.0, command.seconds)
    if is_relogin(command.shown, command.script):
        return {"login": whole}
    if is_restart(command.shown):
        return {"boot": whole}
    if _WAITS.match(command.shown):
        return {"waiting": whole}
    if killed and whole >= GRACE_S and _STOPS.match(command.shown):
        return {"waiting": GRACE_S, "host": whole - GRACE_S}
    if command.script and _DOWNLOADS.match(command.shown) and not _HERE.search(command.shown):
        return {"network": whole}
    network = min(whole, sum(_downloads(text)))
    return {"network": network, "host": whole - network}


def starts(run: HostRun) -> Mapping[str, float]:
    """When each step began; one after another where an old run has no times."""
    if any(step.began_s for step in run.steps):
        return {step.id: step.began_s for step in run.steps}
    placed, at = {}, 0.0
    for step in run.steps:
        placed[step.id] = at
        at += step.seconds
    return placed


def _of_step(step: StepRun, run: HostRun, printed: Printed) -> Iterator[tuple[Place, float]]:
    killed = any(finding.pain == KILLED for finding in run.findings)
    if step.id == "connect":
        known = sum(command.seconds for command in step.commands)
        yield "login", max(0.0, step.seconds - known)
    elif not step.commands:
        yield "host", step.seconds
    for command in step.commands:
        yield from of_command(command, printed(command), killed=killed).items()
    yield "waiting", sum(_pauses(step))


def _pauses(step: StepRun) -> Iterator[float]:
    """Gaps between the last command of one attempt and the first of the next."""
    for before, after in zip(step.commands, step.commands[1:], strict=False):
        gap = after.began_s - (before.began_s + before.seconds)
        if after.attempt > before.attempt and before.began_s and gap >= _PAUSE_S:
            yield gap


def _downloads(text: str) -> Iterator[float]:
    """Seconds that the output names as spent on downloads."""
    if "Fetched " in text:
        for hours, minutes, seconds in _APT.findall(text):
            yield int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    if "Total" in text:
        for minutes, seconds in _DNF.findall(text):
            yield int(minutes) * 60 + int(seconds)
    if "#" in text and "[internal]" in text:
        yield from _layers(text)


def _layers(text: str) -> Iterator[float]:
    """Of each BuildKit vertex the slowest layer: layers come side by side."""
    slowest: dict[str, float] = {}
    for vertex, seconds in _LAYER.findall(text):
        slowest[vertex] = max(slowest.get(vertex, 0.0), float(seconds))
    for vertex in _METADATA.findall(text):
        done = re.search(rf"^#{vertex} DONE (\d+\.\d+)s$", text, re.M)
        slowest[vertex] = float(done[1]) if done else 0.0
    yield from slowest.values()
