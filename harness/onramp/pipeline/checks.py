"""Questions to the engine and to the deployed stack, answered as Outcomes: one function each.

Exit code 0 says that the expectation held. Words are for people and for diagnosis, numbers go to
the evidence. To add a look, add a function to LOOKS.
"""

from __future__ import annotations

import calendar
import re
import shlex
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from onramp.journey import survey
from onramp.model.action import Check, Command, Outcome
from onramp.model.host import Host
from onramp.remote import engine
from onramp.remote import http as webpage
from onramp.remote.engine import Container, EngineError, Snapshot
from onramp.remote.http import Page

if TYPE_CHECKING:
    from onramp.remote.ssh.stream import Stream

PAUSE_S = 0.5  # between two looks at something that is not there yet
STEADY_S = 1.0  # services that run must still run, not restarted, after this
READINGS = 3
RESTARTS = 10  # after so many (the pauses double: some 100 s) a container is given up
LOG_LINES = 40
ISO = "%Y-%m-%dT%H:%M:%S"


class Transport(Protocol):
    """What looking needs of transport.py."""

    address: str
    cancel: threading.Event

    def run(self, command: Command) -> Outcome: ...
    def stream(self, script: str, *, as_root: bool = False) -> Stream: ...
    def tunnel(self, port: int, address: str = "127.0.0.1") -> Any: ...


class EventLog(Protocol):
    """Where numbers go (evidence.py)."""

    def append(self, event: str, **fields: Any) -> None: ...


class Cancelled(Exception):
    """Somebody pressed Ctrl-C while we were waiting."""


@dataclass(slots=True)
class View:
    """One look being taken. `memory` is the host's, kept from look to look."""

    look: Check
    transport: Transport
    host: Host
    memory: dict[str, Any]
    evidence: EventLog | None
    deadline: float
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)

    def given(self, name: str, default: Any = None) -> Any:
        return self.look.with_.get(name, default)

    def waits(self) -> bool:
        """Sleeps; or returns False, the time being up. Raises Cancelled."""
        if time.monotonic() >= self.deadline:
            return False
        self.pause()
        return True

    def pause(self, seconds: float = PAUSE_S) -> None:
        """Sleeps. Raises Cancelled."""
        if self.transport.cancel.wait(seconds):
            raise Cancelled

    def note(self, event: str, **fields: Any) -> None:
        if self.evidence is not None:
            self.evidence.append(event, **fields)

    def engine(self) -> Any:
        """The engine's client, for a `with` statement."""
        return engine.connected(self.transport, as_root=bool(self.given("as_root")))


def perform(
    look: Check,
    transport: Transport,
    host: Host,
    memory: dict[str, Any] | None = None,
    evidence: EventLog | None = None,
) -> Outcome:
    """Take a look. Raises LinkError when the link is lost, KeyError for a look nobody knows."""
    began = time.monotonic()
    within_s = min(float(look.with_.get("within_s", 30.0)), look.timeout_s)
    memory = {} if memory is None else memory
    view = View(look, transport, host, memory, evidence, began + within_s)
    code: int | None = 1
    try:
        code = 0 if CHECKS[look.what](view) else 1
    except EngineError as error:
        view.err.append(str(error))
    except Cancelled:
        code = None
    return Outcome(
        command=look.shown,
        exit_code=code,
        stdout=_lines(view.out),
        stderr=_lines(view.err),
        seconds=round(time.monotonic() - began, 3),
        cut="cancelled" if code is None else None,
    )


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


# --- the engine ------------------------------------------------------------------------------


def running(view: View) -> bool:
    """Every service has a container that runs (and is healthy where it says), and stays so."""
    project, wanted = view.given("project"), tuple(view.given("services") or ())
    steady: tuple[Container, ...] = ()
    while True:
        with view.engine() as api:
            seen = engine.services(api, project)
            amiss = _amiss(seen, wanted, project)
            if not amiss and steady and [c.restarts for c in seen] == [c.restarts for c in steady]:
                view.out += [_state(c) for c in seen]
                for container in seen:  # a warning is best read while all is well
                    words = engine.last_words(api, container, LOG_LINES)
                    view.out += [f"logs of {container.name}:", words]
                return True
            steady = () if amiss else seen
            if amiss and (time.monotonic() > view.deadline or any(map(_lost, seen))):
                view.err += amiss
                for container in (c for c in seen if not c.well):
                    view.err += [f"logs of {container.name}:", engine.last_words(api, container)]
                return False
        view.pause(STEADY_S if steady else PAUSE_S)


def _amiss(seen: tuple[Container, ...], wanted: tuple[str, ...], project: str) -> list[str]:
    """What keeps the services from being up. A job that ended with 0 is fine unless asked for."""
    there = {container.service for container in seen}
    missing = [f"service {name}: no container" for name in wanted if name not in there]
    if not seen:
        missing.append(f"project {project}: no containers")
    return missing + [
        _state(c)
        for c in seen
        if not c.well and not (c.state == "exited" and c.exit_code == 0 and c.service not in wanted)
    ]


def _lost(container: Container) -> bool:
    """It ended and nothing starts it again, or it ends again and again."""
    ended = container.state in ("exited", "dead") and container.policy in ("", "no")
    return container.restarts >= RESTARTS or (ended and container.exit_code != 0)


def _state(container: Container) -> str:
    state = container.state
    if state in ("exited", "dead", "restarting"):
        state += f" ({container.exit_code})"
    health = f", {container.health}" if container.health else ""
    restarts = f", restarted {container.restarts} times" if container.restarts else ""
    words = "" if container.well else " ".join(container.health_said.split())[:200]
    said = f": {words}" if words else ""
    return f"service {container.service}: {container.name} {state}{health}{restarts}{said}"


def snapshot(view: View) -> bool:
    """What the engine holds, as JSON; remembered for `leftovers`."""
    with view.engine() as api:
        taken = engine.snapshot(api)
    view.memory.setdefault("snapshot", taken)
    view.out.append(taken.to_json())
    return True


def leftovers(view: View) -> bool:
    """What is there now and was not when the snapshot was taken; never a failure in itself."""
    before = view.given("before") or view.memory.get("snapshot")
    if before is None:
        view.out.append("nothing to compare with: no snapshot was taken before")
        return True
    if isinstance(before, str):
        before = Snapshot.from_json(before)
    with view.engine() as api:
        after = engine.snapshot(api)
    left = [*engine.compare(before, after), *_directory_left(view)]
    view.out += left
    view.note("leftovers", items=left)
    return True


def _directory_left(view: View) -> list[str]:
    directory = view.given("directory")
    if not directory:
        return []
    where = shlex.quote(directory.removeprefix("~/"))
    outcome = view.transport.run(Command(f"cd; test -e {where}", display=f"ls {directory}"))
    return [f"directory {directory}"] if outcome.ok else []


def stays(view: View) -> bool:
    """What a removed engine leaves on the host; never a failure in itself."""
    paths = " ".join(map(shlex.quote, view.given("paths")))
    script = (
        f"for p in {paths}; do [ ! -e $p ] || echo directory $p; done; "
        "getent group docker | sed 's/^docker:.*:/group docker, members: /'; "
        "n=$(apt-get -s autoremove 2>/dev/null | grep -c ^Remv); "
        '[ "${n:-0}" = 0 ] || echo "$n packages that came along (sudo apt-get autoremove)"; true'
    )
    outcome = view.transport.run(Command(script, as_root=True, display=view.look.shown))
    left = outcome.stdout.splitlines()
    view.out += left
    view.err += outcome.stderr.splitlines()
    view.note("leftovers", items=left)
    return outcome.ok


def exit_codes(view: View) -> bool:
    """How the containers of a stopped project ended; fails where one had to be killed."""
    with view.engine() as api:
        seen = engine.services(api, view.given("project"))
    view.out += [f"{c.name} {c.state} ({c.exit_code})" for c in seen]
    return not any(c.state == "exited" and c.exit_code == 137 for c in seen)


# --- web pages -------------------------------------------------------------------------------


def http(view: View) -> bool:
    """The page answers as it should, asked on the host; and whether it does so from here."""
    port, path = int(view.given("port")), view.given("path", "/")
    inner = webpage.inside(view.transport, port, path)
    while (wrong := _wrong(view, inner)) and view.waits():
        inner = webpage.inside(view.transport, port, path)
    address = view.given("address") or view.transport.address
    outer = webpage.direct(address, port, path)
    view.out += [f"inside: {inner}", f"direct: {outer}"]
    if wrong:
        view.err += [f"http://127.0.0.1:{port}{path}: {wrong}", *inner.body.splitlines()[:20]]
        view.err += _behind(view, port)
        return False
    reached = not _wrong(view, outer)
    if not reached:
        view.out.append(f"it answers on the host, and not from outside: {outer}")
    view.memory[f"direct {port}"] = reached
    url = f"http://{address}:{port}{path}"
    view.note("answer", url=url, way="direct" if reached else "inside the host only")
    return True


def _behind(view: View, port: int) -> list[str]:
    """How the project's containers are, and who listens in the one that publishes the port."""
    if not view.given("project"):
        return []
    try:
        with view.engine() as api:
            seen = engine.services(api, view.given("project"))
            words = [f"logs of {c.name}:\n{engine.last_words(api, c)}" for c in seen if not c.well]
    except EngineError as error:
        return [str(error)]
    publishing = [c for c in seen if port in c.published and c.pid]
    ways = [f"service {c.service}: {_listening(view, c, c.published[port])}" for c in publishing]
    ways = ways or [f"no running service publishes port {port}"]
    return [*(_state(c) for c in seen), *ways, *words]


def _listening(view: View, container: Container, port: int) -> str:
    tables = f"/proc/{container.pid}/net/tcp"
    script = f"date +%s; cat {tables} {tables}6"  # there may be no IPv6
    seen = view.transport.run(Command(script, as_root=True, display=f"cat {tables}"))
    now, _, table = seen.stdout.partition("\n")
    if "local_address" not in table or not re.fullmatch(r"[0-9]{1,12}", now):
        return f"who listens on its port {port} could not be seen"
    there = [one for one in survey.listeners(table) if one.address != "127.0.0.11"]  # Docker's DNS
    addresses = sorted({one.address for one in there if one.port == port})
    if addresses:
        alone = all(a == "::1" or a.startswith("127.") for a in addresses)
        return f"on port {port} it listens on {' and '.join(addresses)}{' alone' * alone}"
    others = ", ".join(sorted({str(one.port) for one in there}))
    since = int(now) - int(calendar.timegm(time.strptime(container.started_at[:19], ISO)))
    but = f"but on {others}, " if others else ""
    return f"nothing listens on port {port}, {but}{since} s after it was started"


def _wrong(view: View, page: Page) -> str:
    status, contains = int(view.given("status", 200)), view.given("contains", "")
    if page.status != status:
        return f"{page}, expected HTTP {status}"
    return "" if contains in page.body else f"{page}, but without {contains!r}"


def counter(view: View) -> bool:
    """A number on the page goes up by one with every hit, and compares with the last one seen.

    `expect`: "rises"; "continues" (beyond the last reading); "restarted" (below it).
    """
    readings: list[int] = []
    for _ in range(READINGS):
        value = _reading(view)
        if value is None:
            return False
        readings.append(value)
        view.note("counter", value=value)
    last = view.given("from", view.memory.get("counter"))
    view.memory["counter"] = readings[-1]
    view.out.append("readings: " + ", ".join(map(str, readings)))
    return _as_expected(view, readings, last)


def _as_expected(view: View, readings: list[int], last: int | None) -> bool:
    first, expect = readings[0], view.given("expect", "rises")
    if any(after != before + 1 for before, after in zip(readings, readings[1:], strict=False)):
        view.err.append(f"the counter does not rise by one a hit: {readings}")
    if expect == "continues" and last is not None and first <= last:
        view.err.append(f"the counter was lost: {last} before, {first} now")
    if expect == "restarted" and last is not None and first > READINGS and first >= last:
        view.err.append(f"the counter was kept: {last} before, {first} now")
    return not view.err


def _reading(view: View) -> int | None:
    """One hit: from here where that works, otherwise on the host."""
    port, path = int(view.given("port")), view.given("path", "/")
    address = view.given("address") or view.transport.address
    while True:
        if view.memory.get(f"direct {port}"):
            page = webpage.direct(address, port, path)
        else:
            page = webpage.inside(view.transport, port, path)
        found = number(view.given("counter"), page.body) if page.status == 200 else None
        if found is not None:
            return found
        if not view.waits():
            break
    view.err += [f"http://{address}:{port}{path}: {page}, no number for {view.given('counter')!r}"]
    view.err += [*page.body.splitlines()[:20], *_behind(view, port)]
    return None


def number(pattern: str, body: str) -> int | None:
    """What the pattern's group holds where that is a whole number; a page may say anything."""
    found = re.search(pattern, body)
    digits = re.fullmatch(r"\s*([0-9]{1,18})\s*", found[1] or "") if found else None
    return int(digits[1]) if digits else None


CHECKS: Final[Mapping[str, Callable[[View], bool]]] = {
    "running": running,
    "snapshot": snapshot,
    "leftovers": leftovers,
    "stays": stays,
    "exit-codes": exit_codes,
    "http": http,
    "counter": counter,
}
