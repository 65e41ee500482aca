"""terminal.cast: what a newcomer saw at the terminal, to be watched again (asciicast v2).

Each command as a person would type it, what it printed, how long it took. What Onramp looked at by
itself, and whatever it has to say, stands in comments. `asciinema play terminal.cast`, or the
player in the host's page. Made from events and logs alone, so it is masked where those are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field

from onramp.evidence import moments
from onramp.model.pain import Catalogue, Evidence, Finding, PainPoint
from onramp.model.run import CommandRun, HostStatus, Report, StepRun
from onramp.reports.build import headline
from onramp.reports.cast_recording import COLUMNS, ROWS, Bounds, Recording, Tone
from onramp.reports.form import shell_lines
from onramp.reports.formats import Logs, Reporter, once
from onramp.reports.ratings import begins_a_login
from onramp.text.humanize import duration, listed
from onramp.text.sanitize import one_line

CAST_BYTES: Final = 144_000  # of all events; a page carries the player and this
IDLE_S: Final = 2.0  # players show no longer a pause than this
_BOUNDS: Final = (Bounds(200, 16_000), Bounds(60, 5_000), Bounds(16, 1_500), Bounds(4, 400))
_GLANCE: Final = Bounds(12, 1_500)  # of what Onramp looked at by itself
_LOOKS: Final = ("docker", "curl")  # commands it asks the engine and the pages instead of
_VERDICT: Final[Mapping[HostStatus, Tone]] = {"passed": "good", "planned": "quiet"}
_OUTCOMES: Final = {
    "remedied": "remedied",
    "needs-human": "this needs a person",
    "unresolved": "not resolved",
    "noted": "noted, nothing to do",
}


@once
def host(report: Report, catalogue: Catalogue, logs: Logs) -> str:
    """The recording of one host; where it would be too large, less of each output is in it."""
    for bounds in _BOUNDS:
        story = _Story(report, catalogue, logs, bounds)
        story.tell()
        if story.tape.size() <= CAST_BYTES:
            break
    return story.tape.text()


class _Shell(Struct):
    """What the newcomer's shell remembers from one command to the next, until they log out."""

    user: str
    host: str
    directory: str = "~"
    exports: set[str] = field(default_factory=set)

    def prompt(self) -> str:
        sign = "#" if self.user == "root" else "$"
        return f"\x1b[1;32m{self.user}@{self.host}\x1b[0m:\x1b[1;34m{self.directory}\x1b[0m{sign} "

    def before(self, command: CommandRun) -> Iterator[str]:
        """`export` and `cd`, where a person would have to type them now."""
        for line in shell_lines.surroundings(command):
            if line.startswith("cd "):
                place = one_line(line[3:], 60)
                if place != self.directory:
                    yield line
                self.directory = place
            elif line not in self.exports:
                self.exports.add(line)
                yield line

    def logged_in_again(self) -> None:
        self.directory = "~"
        self.exports.clear()


class _Story:
    """One host told from its first step to the verdict."""

    def __init__(self, report: Report, catalogue: Catalogue, logs: Logs, bounds: Bounds) -> None:
        self.report, self.run, self.bounds = report, report.run, bounds
        self.catalogue, self.logs = catalogue, logs
        self.tape = Recording(_header(report))
        self.shell = _Shell(_user(report), one_line(self.run.name, 40) or "host")
        self.reached_s: float | None = None  # in the run, where the tape is now
        self.seen: set[str] = set()  # logs shown
        self.announced: set[tuple[str, str]] = set()  # pain point, step

    def tell(self) -> None:
        for step in self.run.steps:
            if self.tape.size() > CAST_BYTES:
                self.tape.comment("The rest is left out: this recording is full.", "quiet")
                break
            if step.status not in ("planned", "skipped") or step.commands:
                self._step(step)
            elif step.status == "planned":
                self._planned(step)
        self._not_reached()
        self._rest()
        self._verdict()

    def _step(self, step: StepRun) -> None:
        self._until(step.began_s)
        self._title(step)
        for command in step.commands:
            if shell_lines.is_performed(command) and self.tape.size() <= CAST_BYTES:
                self._until(command.began_s)
                self._command(step, command)
                self.reached_s = command.began_s + command.seconds
        for finding in self.run.findings:
            if finding.step == step.id:
                self._finding(finding)
        self._outcome(step)

    def _title(self, step: StepRun) -> None:
        self.tape.wait(0.5)
        self.tape.blank()
        self.tape.mark(step.title)
        self.tape.comment(step.title, "step")

    def _planned(self, step: StepRun) -> None:
        self._title(step)
        for line in step.documented:
            self.tape.comment(f"would type: {line}", "quiet")

    def _command(self, step: StepRun, command: CommandRun) -> None:
        if command.pain and command.role == "remedy":
            self._remedy(step, command)
        if begins_a_login(command.shown, command.script):
            self.shell.logged_in_again()
        lines = shell_lines.shown(command)
        if lines[0].startswith("# "):
            self._looked(command, lines[0].removeprefix("# "))
            return
        for line in self.shell.before(command):
            self.tape.typed(self.shell.prompt(), line)
        self.tape.typed(self.shell.prompt(), "\n".join(lines))
        self.tape.output(self._text(command), command.seconds, self.bounds)
        if command.exit_code != 0:
            self.tape.comment(_ended(command.exit_code), "bad")

    def _looked(self, command: CommandRun, words: str) -> None:
        """Done from outside, or with a script nobody types: told, not typed."""
        self.tape.comment(words, "quiet")
        looked = not command.script and words.split(" ", 1)[0] in _LOOKS
        self.tape.noted(self._text(command) if looked else "", command.seconds, _GLANCE)
        if command.exit_code != 0:
            self.tape.comment("not as it should be", "bad")

    def _text(self, command: CommandRun) -> str:
        """What a command printed; it needs no excerpt any more where that is known."""
        printed = self.logs(command.log)
        text = "\n".join(part for part in (printed.stdout, printed.stderr) if part.strip())
        if text:
            self.seen.add(command.log)
        return text

    def _remedy(self, step: StepRun, command: CommandRun) -> None:
        """Why what is typed next is typed: said once, before it."""
        if (command.pain, step.id) not in self.announced:
            self.announced.add((command.pain, step.id))
            pain = self.catalogue.get(command.pain)
            cure = pain.remedy.summary if pain and pain.remedy else command.shown
            self.tape.comment(f"{command.pain}: {cure}", "warning")

    def _finding(self, finding: Finding) -> None:
        """A pain point nothing was done about, with what gave it away if that was not shown."""
        told = (finding.pain, finding.step) in self.announced and finding.outcome == "remedied"
        if told or self.tape.size() > CAST_BYTES:
            return
        self.announced.add((finding.pain, finding.step))
        self._evidence(finding.evidence)
        pain = self.catalogue.get(finding.pain)
        said = f"{pain.title.rstrip('.')}; " if pain else ""
        how = "foreseen: " if finding.how == "foreseen" else ""
        self.tape.comment(
            f"{finding.pain}: {how}{said}{_OUTCOMES[finding.outcome]}", _tone(finding)
        )
        if finding.outcome in ("needs-human", "unresolved"):
            for line in finding.remedy_commands or _cure(pain):
                self.tape.comment(f"what would help: {line.removeprefix('# ')}", "warning")

    def _evidence(self, seen: Evidence) -> None:
        if (seen.log and seen.log in self.seen) or not (seen.command or seen.excerpt):
            return
        self.seen.add(seen.log)
        if seen.command:
            self.tape.comment(one_line(seen.command, 300), "quiet")
        self.tape.output(seen.excerpt, 0.0, _GLANCE)

    def _outcome(self, step: StepRun) -> None:
        for failure in self.run.unexplained:
            if failure.step == step.id:
                self._evidence(failure.evidence)
                self.tape.comment("No known pain point explains this failure.", "bad")
        if step.status == "failed":
            stopped = "interrupted here" if self.run.status == "interrupted" else "failed"
            self.tape.comment(f"{step.id}: {stopped}", "bad")
        elif not any(map(shell_lines.is_performed, step.commands)):
            self.tape.comment(_nothing_typed(step, self.report), "quiet")
        if step.note:
            self.tape.comment(step.note, "quiet")

    def _not_reached(self) -> None:
        left = [one_line(step.id, 40) for step in self.run.steps if step.status == "skipped"]
        if left:
            self.tape.blank()
            self.tape.comment(f"Not reached: {listed(left[:20])}", "quiet")

    def _rest(self) -> None:
        """Pain points and failures of no step that was told."""
        told = {step.id for step in self.run.steps if step.status not in ("planned", "skipped")}
        for finding in self.run.findings[:50]:
            if finding.step not in told:
                self._finding(finding)
        for failure in self.run.unexplained[:50]:
            if failure.step not in told:
                self._evidence(failure.evidence)
                self.tape.comment("No known pain point explains this failure.", "bad")

    def _verdict(self) -> None:
        self.tape.wait(1.0)
        self.tape.blank()
        self.tape.mark("The verdict")
        self.tape.comment(headline(self.run), _VERDICT.get(self.run.status, "bad"))
        self.tape.comment(self.report.recommendation.replace("`", ""), "said")
        self.tape.wait(1.0)
        self.tape.blank()

    def _until(self, began_s: float) -> None:
        """Waits as long as the run did; an old run does not tell, and nothing is waited."""
        if self.reached_s is not None:
            self.tape.wait(began_s - self.reached_s)
        self.reached_s = began_s


def _header(report: Report) -> Mapping[str, Any]:
    run = report.run
    began = _epoch(run.began)
    return {
        "version": 2,
        "width": COLUMNS,
        "height": ROWS,
        **({"timestamp": began} if began is not None else {}),
        "idle_time_limit": IDLE_S,
        "title": one_line(headline(run), 200),
        "env": {"TERM": "xterm-256color"},
    }


def _epoch(stamp: str) -> int | None:
    began = moments.moment(stamp)
    return int(began.timestamp()) if began else None


def _user(report: Report) -> str:
    known = report.run.user or (report.run.facts.user if report.run.facts else "")
    return one_line(str(known or ""), 40) or "user"


def _nothing_typed(step: StepRun, report: Report) -> str:
    if step.id == "connect":
        return f"logged in as {_user(report)}, in {duration(step.seconds)}"
    if step.id == "survey":
        system = report.run.facts.os_pretty if report.run.facts else ""
        return f"Onramp looked by itself: {system or 'an unknown system'}"
    held = step.status == "satisfied"
    return "nothing to type: it held already" if held else "what was typed here is not recorded"


def _ended(exit_code: int | None) -> str:
    return "cut off: it never ended" if exit_code is None else f"exit code {exit_code}"


def _tone(finding: Finding) -> Tone:
    tones: Mapping[str, Tone] = {"remedied": "warning", "noted": "quiet"}
    return tones.get(finding.outcome, "bad")


def _cure(pain: PainPoint | None) -> tuple[str, ...]:
    return pain.remedy.commands if pain and pain.remedy else ()


ASCIICAST = Reporter(id="asciicast", host_file="terminal.cast", host=host)
