"""Checks that ask the deployed stack's web page, from the host itself and from here.

Each is true where the expectation held; `checks.CHECKS` names them.
"""

from __future__ import annotations

import calendar
import re
import time
from typing import Final

from onramp.evidence import events
from onramp.journey.survey.network_state import listeners
from onramp.model.action import Command
from onramp.pipeline.check_run import CheckRun
from onramp.pipeline.engine_checks import state_of
from onramp.remote import engine
from onramp.remote import http as webpage
from onramp.remote.engine import Container, EngineError
from onramp.remote.http import Page

READINGS: Final = 3
ISO: Final = "%Y-%m-%dT%H:%M:%S"


def http(run: CheckRun) -> bool:
    """The page answers as it should, asked on the host; and whether it does so from here."""
    port, path = int(run.argument("port")), run.argument("path", "/")
    inner = webpage.inside(run.connection, port, path)
    while (wrong := _wrong(run, inner)) and run.waits():
        inner = webpage.inside(run.connection, port, path)
    address = run.argument("address") or run.connection.address
    outer = webpage.direct(address, port, path)
    run.out += [f"inside: {inner}", f"direct: {outer}"]
    if wrong:
        run.err += [f"http://127.0.0.1:{port}{path}: {wrong}", *inner.body.splitlines()[:20]]
        run.err += _behind(run, port)
        return False
    reached = not _wrong(run, outer)
    if not reached:
        run.out.append(f"it answers on the host, and not from outside: {outer}")
    run.memory[f"direct {port}"] = reached
    url = f"http://{address}:{port}{path}"
    run.note(events.Answer(url=url, way="direct" if reached else "inside the host only"))
    return True


def _behind(run: CheckRun, port: int) -> list[str]:
    """How the project's containers are, and who listens in the one that publishes the port."""
    if not run.argument("project"):
        return []
    try:
        with run.engine() as api:
            seen = engine.services(api, run.argument("project"))
            words = [f"logs of {c.name}:\n{engine.last_words(api, c)}" for c in seen if not c.well]
    except EngineError as error:
        return [str(error)]
    publishing = [c for c in seen if port in c.published and c.pid]
    ways = [f"service {c.service}: {listening(run, c, c.published[port])}" for c in publishing]
    ways = ways or [f"no running service publishes port {port}"]
    return [*(state_of(c) for c in seen), *ways, *words]


def listening(run: CheckRun, container: Container, port: int) -> str:
    tables = f"/proc/{container.pid}/net/tcp"
    script = f"date +%s; cat {tables} {tables}6"  # there may be no IPv6
    seen = run.connection.run(Command(script, as_root=True, display=f"cat {tables}"))
    now, _, table = seen.stdout.partition("\n")
    if "local_address" not in table or not re.fullmatch(r"[0-9]{1,12}", now):
        return f"who listens on its port {port} could not be seen"
    there = [one for one in listeners(table) if one.address != "127.0.0.11"]  # Docker's DNS
    addresses = sorted({one.address for one in there if one.port == port})
    if addresses:
        alone = all(a == "::1" or a.startswith("127.") for a in addresses)
        return f"on port {port} it listens on {' and '.join(addresses)}{' alone' * alone}"
    others = ", ".join(sorted({str(one.port) for one in there}))
    since = int(now) - int(calendar.timegm(time.strptime(container.started_at[:19], ISO)))
    but = f"but on {others}, " if others else ""
    return f"nothing listens on port {port}, {but}{since} s after it was started"


def _wrong(run: CheckRun, page: Page) -> str:
    status, contains = int(run.argument("status", 200)), run.argument("contains", "")
    if page.status != status:
        return f"{page}, expected HTTP {status}"
    return "" if contains in page.body else f"{page}, but without {contains!r}"


def counter(run: CheckRun) -> bool:
    """A number on the page goes up by one with every hit, and compares with the last one seen.

    `expect`: "rises"; "continues" (beyond the last reading); "restarted" (below it).
    """
    readings: list[int] = []
    for _ in range(READINGS):
        value = _reading(run)
        if value is None:
            return False
        readings.append(value)
        run.note(events.Counter(value=value))
    last = run.argument("from", run.memory.get("counter"))
    run.memory["counter"] = readings[-1]
    run.out.append("readings: " + ", ".join(map(str, readings)))
    return _as_expected(run, readings, last)


def _as_expected(run: CheckRun, readings: list[int], last: int | None) -> bool:
    first, expect = readings[0], run.argument("expect", "rises")
    if any(after != before + 1 for before, after in zip(readings, readings[1:], strict=False)):
        run.err.append(f"the counter does not rise by one a hit: {readings}")
    if expect == "continues" and last is not None and first <= last:
        run.err.append(f"the counter was lost: {last} before, {first} now")
    if expect == "restarted" and last is not None and first > READINGS and first >= last:
        run.err.append(f"the counter was kept: {last} before, {first} now")
    return not run.err


def _reading(run: CheckRun) -> int | None:
    """One hit: from here where that works, otherwise on the host."""
    port, path = int(run.argument("port")), run.argument("path", "/")
    address = run.argument("address") or run.connection.address
    while True:
        if run.memory.get(f"direct {port}"):
            page = webpage.direct(address, port, path)
        else:
            page = webpage.inside(run.connection, port, path)
        found = number(run.argument("counter"), page.body) if page.status == 200 else None
        if found is not None:
            return found
        if not run.waits():
            break
    run.err += [f"http://{address}:{port}{path}: {page}, no number for {run.argument('counter')!r}"]
    run.err += [*page.body.splitlines()[:20], *_behind(run, port)]
    return None


def number(pattern: str, body: str) -> int | None:
    """What the pattern's group holds where that is a whole number; a page may say anything."""
    found = re.search(pattern, body)
    digits = re.fullmatch(r"\s*([0-9]{1,18})\s*", found[1] or "") if found else None
    return int(digits[1]) if digits else None
