"""What a person sees while hosts are worked on, and the table of all of them at the end.

On a terminal one live line a host; elsewhere plain lines as things happen. Text from hosts is
shown as text: no markup, no escapes. What only the live view or the end of a run needs (rich,
reports) is imported there: a run that has nothing to show live asks its hosts before that.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

from msgspec import Struct, field

from onramp.model.run import RunReport, is_only_a_look
from onramp.text.humanize import duration
from onramp.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_QUICK_S = 1.0  # a satisfied step faster than this is not worth a line when it ends


class _Line(Struct):
    """Where a host stands now."""

    began: float = field(default_factory=time.monotonic)
    step: str = "waiting"
    step_began: float = field(default_factory=time.monotonic)
    last: str = ""
    status: str = ""
    only_looked: bool = False
    found: set[str] = field(default_factory=set)  # pain points


class Console:
    """Shows every host's events (`event` is the listener evidence.py calls), then the table.

    Progress goes to stderr, the table to stdout, or to stderr too where stdout belongs to JSON
    (`to_stderr`). A context manager: the live view is up inside it. Nothing here ever stops a
    run: a closed terminal is met with silence.
    """

    def __init__(
        self,
        *,
        hosts: Sequence[str] = (),
        quiet: bool = False,
        verbose: bool = False,
        to_stderr: bool = False,
    ) -> None:
        self._stream = sys.stderr
        self._table_stream = sys.stderr if to_stderr else sys.stdout
        self._quiet = quiet
        self._verbose = verbose
        self._lock = threading.Lock()
        self._lines = {name: _Line() for name in hosts}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if not self._quiet and is_terminal(self._stream):
            self._live = self._view()
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        live, self._live = self._live, None
        if live:
            live.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Puts the live view away while somebody is asked something."""
        live = self._live
        if live:
            live.stop()
        try:
            yield
        finally:
            if live:
                live.start()

    def table(self, report: RunReport, run_dir: Path) -> None:
        """Prints the table of all hosts, in colour where that is wanted."""
        from onramp.cli.run_table import summary

        coloured = is_coloured(self._table_stream)
        told = summary(report, run_dir, colour=coloured, every=self._verbose)
        write(self._table_stream, "\n" + told)

    def event(self, host: str, event: Mapping[str, Any]) -> None:
        """One event of one host. Called from the hosts' own threads."""
        if self._quiet:
            return
        with self._lock:
            line = self._lines.setdefault(host, _Line())
            _follow(line, event)
        # printed without our lock: rich holds its own then, and under it asks us for the table
        if self._live is None or self._verbose or event.get("event") == "fault":
            for said in _said(event, line.status, verbose=self._verbose):
                self._say(f"{one_line(host, 60)}: {said}")

    def _say(self, words: str) -> None:
        if self._live:
            from rich.text import Text

            self._live.console.print(Text(words))
        else:
            write(self._stream, words + "\n")

    def _view(self) -> Live:
        from rich.console import Console as RichConsole
        from rich.live import Live

        console = RichConsole(file=self._stream, highlight=False, markup=False, emoji=False)
        return Live(
            get_renderable=lambda: self._hosts(console.height - 1),
            console=console,
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def _hosts(self, room: int) -> Table:
        """One line a host, those at work first; where more than fit, how all others stand."""
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        for _ in range(3):
            table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.monotonic()
        with self._lock:
            ordered = sorted(self._lines.items(), key=lambda item: _place(item[1]))
            shown = len(ordered) if len(ordered) <= room else max(1, room - 1)
            for name, line in ordered[:shown]:
                since = "" if line.status else duration(now - line.step_began)
                cells = (one_line(name, 40), line.status or line.step, since, line.last)
                table.add_row(*(Text(cell) for cell in cells))
            others = Counter(line.status or _WORDS[_place(line)] for _, line in ordered[shown:])
        if others:
            told = ", ".join(f"{count} {status}" for status, count in others.most_common())
            table.add_row(Text(f"{others.total()} more"), Text(), Text(), Text(told))
        return table


_WORDS: Final = ("at work", "waiting", "done")


def _place(line: _Line) -> int:
    """Where a host stands among all, by what it is doing: an index into _WORDS."""
    return 2 if line.status else int(line.step == "waiting")


def write(stream: TextIO, words: str) -> None:
    """Prints what the stream can take; a closed or narrow one is no reason to fail."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(words.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except (OSError, ValueError):
        return


def is_terminal(stream: TextIO) -> bool:
    """Whether something that understands cursor movements is at the other end."""
    try:
        return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
    except (AttributeError, ValueError):
        return False


def is_coloured(stream: TextIO) -> bool:
    """Whether to colour: a terminal, and nobody set NO_COLOR (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def _follow(line: _Line, event: Mapping[str, Any]) -> None:
    kind = event.get("event")
    if kind == "host":
        line.only_looked = is_only_a_look(event.get("asked") or ())
    elif kind == "step" and event.get("state") == "started":
        line.step, line.step_began = one_line(str(event.get("id")), 40), time.monotonic()
        line.last = one_line(str(event.get("title") or ""), 80)
    elif kind == "progress":
        line.last = one_line(str(event.get("text")), 120)
    elif kind == "command":
        line.last = one_line(str(event.get("shown") or ""), 120)
    elif kind == "finding":
        line.found.add(str(event.get("pain")))
        line.last = f"met {one_line(str(event.get('pain')), 60)}"
    elif kind == "end":
        line.status = _ended(line, event)
        line.last = f"in {duration(float(event.get('total_s') or time.monotonic() - line.began))}"


def _ended(line: _Line, event: Mapping[str, Any]) -> str:
    """The status; of a host that was only looked at, what was found."""
    if line.only_looked and event.get("status") == "passed":
        from onramp.reports.build import foreseen

        return foreseen(len(line.found))
    return one_line(str(event.get("status")), 20)


def _said(event: Mapping[str, Any], status: str, *, verbose: bool) -> Iterator[str]:
    """An event as plain lines; most are not worth one unless asked for."""
    kind = event.get("event")
    if kind == "step":
        yield from _step_said(event)
    elif kind == "finding":
        how, outcome = one_line(str(event.get("how"))), one_line(str(event.get("outcome")))
        came = "met" if event.get("open") else f"{how}, {outcome}"
        yield f"pain point {one_line(str(event.get('pain')), 80)}: {came}"
    elif kind == "progress":
        yield one_line(str(event.get("text")), 300)
    elif kind == "unexplained":
        yield f"unexplained failure at {one_line(str(event.get('step')), 80)}"
    elif kind == "fault":
        yield f"harness fault: {one_line(str(event.get('text')), 300)}"
    elif kind == "end":
        total = event.get("total_s")
        took = f" in {duration(float(total))}" if total is not None else ""
        yield f"{status}{took}"
    elif verbose:
        yield from _more_said(event)


def _step_said(event: Mapping[str, Any]) -> Iterator[str]:
    name = one_line(str(event.get("id")), 60)
    if event.get("state") == "started":
        yield f"{name} …"
        return
    status, seconds = str(event.get("status")), float(event.get("seconds") or 0.0)
    if status == "planned":
        return
    if status != "satisfied" or seconds >= _QUICK_S:
        yield f"{name} {one_line(status)} in {duration(seconds)}"


def _more_said(event: Mapping[str, Any]) -> Iterator[str]:
    if event.get("event") == "command":
        code = event.get("exit_code")
        ended = f"exit code {code}" if code is not None else str(event.get("cut") or "cut off")
        yield (
            f"$ {one_line(str(event.get('shown')), 300)} "
            f"({one_line(ended)}, {duration(float(event.get('seconds') or 0.0))})"
        )
        for line in str(event.get("excerpt") or "").split("\n")[:12]:
            if line.strip():
                yield f"  {one_line(line, 300)}"
    elif event.get("event") == "note":
        yield one_line(str(event.get("text")), 300)
