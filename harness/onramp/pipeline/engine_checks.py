"""Checks that ask the engine: do the services run, what does it hold, what was left behind.

Each is true where the expectation held; `checks.CHECKS` names them.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from typing import Any, Final

from onramp.evidence import events
from onramp.model.action import Command
from onramp.pipeline.check_run import PAUSE_S, CheckRun
from onramp.remote import engine
from onramp.remote.engine import Container, Snapshot

STEADY_S: Final = 1.0  # services that run must still run, not restarted, after this
RESTARTS: Final = 10  # after so many (the pauses double: some 100 s) a container is given up
LOG_LINES: Final = 40
STARTED: Final = ("always", "unless-stopped")  # restart policies that count after a reboot


def running(run: CheckRun) -> bool:
    """Every service has a container that runs (and is healthy where it says), and stays so."""
    project, wanted = run.argument("project"), tuple(run.argument("services") or ())
    steady: tuple[Container, ...] = ()
    while True:
        with run.engine() as api:
            seen = engine.services(api, project)
            faults = amiss(seen, wanted, project)
            if not faults and steady and [c.restarts for c in seen] == [c.restarts for c in steady]:
                run.memory["running"] = {c.id: c.restarts for c in seen}
                run.out += [state_of(c) for c in seen]
                for container in seen:  # a warning is best read while all is well
                    words = engine.last_words(api, container, LOG_LINES)
                    run.out += [f"logs of {container.name}:", words]
                return True
            steady = () if faults else seen
            if faults and (time.monotonic() > run.deadline or any(map(lost, seen))):
                _tell(run, api, faults, [c for c in seen if not c.well])
                return False
        run.pause(STEADY_S if steady else PAUSE_S)


def still_running(run: CheckRun) -> bool:
    """One more look, once all else was asked: nothing has ended or begun anew since `running`."""
    project, wanted = run.argument("project"), tuple(run.argument("services") or ())
    before: dict[str, int] = run.memory.get("running", {})
    with run.engine() as api:
        seen = engine.services(api, project)
        anew = [c for c in seen if c.well and c.restarts > before.get(c.id, c.restarts)]
        faults = amiss(seen, wanted, project)
        faults += [f"{state_of(c)}; it ended, and was started anew" for c in anew]
        run.out += [state_of(c) for c in seen if c.well and c not in anew]
        _tell(run, api, faults, [*(c for c in seen if not c.well), *anew])
    return not faults


def _tell(run: CheckRun, api: Any, faults: Sequence[str], containers: Sequence[Container]) -> None:
    """What is amiss, and what those containers said."""
    run.err += faults
    for container in containers if faults else ():
        run.err += [f"logs of {container.name}:", engine.last_words(api, container)]


def amiss(seen: tuple[Container, ...], wanted: tuple[str, ...], project: str) -> list[str]:
    """What keeps the services from being up. A job that ended with 0 is fine unless asked for."""
    there = {container.service for container in seen}
    missing = [f"service {name}: no container" for name in wanted if name not in there]
    if not seen:
        missing.append(f"project {project}: no containers")
    return missing + [
        state_of(c)
        for c in seen
        if not c.well and not (c.state == "exited" and c.exit_code == 0 and c.service not in wanted)
    ]


def came_back(run: CheckRun) -> bool:
    """After a restart of the host: whether everything runs that is to start with the machine, and
    nothing but jobs that were done before stays down."""
    project, wanted = run.argument("project"), tuple(run.argument("services") or ())
    while True:
        with run.engine() as api:
            seen = engine.services(api, project)
        faults = amiss(seen, wanted, project)
        waited = [c for c in seen if not c.well and (c.state != "exited" or c.policy in STARTED)]
        if not faults or not waited or not run.waits():
            break
    told = {state_of(c): f"{state_of(c)}; {policy_of(c)}" for c in seen}
    run.out += [told[state_of(c)] for c in seen if c.well]
    run.err += [told.get(words, words) for words in faults]
    return not faults


def policy_of(container: Container) -> str:
    """What Docker is to do about it after a restart, in words; and the engine's own, if any.

    https://docs.docker.com/engine/containers/start-containers-automatically/
    """
    policy = container.policy or "no"
    starts = "starts with the machine" if policy in STARTED else "does not start with the machine"
    error = " ".join(container.error.split())[:400]
    return f"restart policy {policy}: {starts}{f', and could not: {error}' if error else ''}"


def lost(container: Container) -> bool:
    """It ended and nothing starts it again, or it ends again and again."""
    ended = container.state in ("exited", "dead") and container.policy in ("", "no")
    return container.restarts >= RESTARTS or (ended and container.exit_code != 0)


def state_of(container: Container) -> str:
    """One line: how it is, and what its health check said where that is not well."""
    state = container.state
    if state in ("exited", "dead", "restarting"):
        state += f" ({container.exit_code})"
    health = f", {container.health}" if container.health else ""
    restarts = f", restarted {container.restarts} times" if container.restarts else ""
    words = "" if container.well else " ".join(container.health_said.split())[:200]
    said = f": {words}" if words else ""
    return f"service {container.service}: {container.name} {state}{health}{restarts}{said}"


def snapshot(run: CheckRun) -> bool:
    """What the engine holds, as JSON; remembered for `leftovers`."""
    with run.engine() as api:
        taken = engine.snapshot(api)
    run.memory.setdefault("snapshot", taken)
    run.out.append(taken.to_json())
    return True


def leftovers(run: CheckRun) -> bool:
    """What is there now and was not when the snapshot was taken; never a failure in itself."""
    before = run.argument("before") or run.memory.get("snapshot")
    if before is None:
        run.out.append("nothing to compare with: no snapshot was taken before")
        return True
    if isinstance(before, str):
        before = Snapshot.from_json(before)
    with run.engine() as api:
        after = engine.snapshot(api)
    left = [*engine.compare(before, after), *_directory_left(run)]
    run.out += left
    run.note(events.Leftovers(items=left))
    return True


def _directory_left(run: CheckRun) -> list[str]:
    directory = run.argument("directory")
    if not directory:
        return []
    where = shlex.quote(directory.removeprefix("~/"))
    outcome = run.connection.run(Command(f"cd; test -e {where}", display=f"ls {directory}"))
    return [f"directory {directory}"] if outcome.ok else []


def stays(run: CheckRun) -> bool:
    """What a removed engine leaves on the host; never a failure in itself."""
    paths = " ".join(map(shlex.quote, run.argument("paths")))
    script = (
        f"for p in {paths}; do [ ! -e $p ] || echo directory $p; done; "
        "getent group docker | sed 's/^docker:.*:/group docker, members: /'; "
        "n=$(apt-get -s autoremove 2>/dev/null | grep -c ^Remv); "
        '[ "${n:-0}" = 0 ] || echo "$n packages that came along (sudo apt-get autoremove)"; true'
    )
    outcome = run.connection.run(Command(script, as_root=True, display=run.check.shown))
    left = outcome.stdout.splitlines()
    run.out += left
    run.err += outcome.stderr.splitlines()
    run.note(events.Leftovers(items=left))
    return outcome.ok


def exit_codes(run: CheckRun) -> bool:
    """How the containers of a stopped project ended; fails where one had to be killed."""
    with run.engine() as api:
        seen = engine.services(api, run.argument("project"))
    run.out += [f"{c.name} {c.state} ({c.exit_code})" for c in seen]
    return not any(c.state == "exited" and c.exit_code == 137 for c in seen)
