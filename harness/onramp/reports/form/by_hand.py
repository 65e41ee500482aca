"""What to type on this kind of host, from nothing to the stack and back: blocks to copy. Pure.

Made from what was run and worked: failed attempts, looks and Onramp's own records are left out,
remedies stand where they were needed. So it is as exact as the run, and holds for hosts like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from onramp.journey.paths import OURS
from onramp.model.rating import STAGES
from onramp.model.run import CommandRun, HostRun, StepRun
from onramp.model.unknown import known
from onramp.reports.form import shell_lines, stack_file_lines
from onramp.reports.ratings import is_relogin, is_restart
from onramp.text.humanize import listed
from onramp.text.markdown import code, fence, text
from onramp.text.sanitize import one_line, plain

TITLE: Final = "From nothing to the stack, by hand"
PARTLY: Final = "By hand, as far as it went"
_WAY_UP: Final = (*STAGES["set_up"], "copy-stack", "build", "up")
_WAY_DOWN: Final = ("stop", "down", "down-volumes")
_STACK: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LONGEST = 7_000  # characters of a block; what a fence holds is limited


class Block(Struct, frozen=True):
    """One thing to do: its title and what is said of it (Markdown), and what is typed."""

    title: str
    said: str = ""
    typed: tuple[str, ...] = ()  # each a piece to copy by itself


def title(run: HostRun) -> str:
    """The heading of the section; empty where nothing was typed that could be typed again."""
    if not any(worked(step, run) for step in _way_up(run)):
        return ""
    return TITLE if _came_up(run) else PARTLY


def section(run: HostRun) -> str:
    """The section below that heading: an ordered list of blocks, each to copy as it stands."""
    parts = [_opening(run)]
    for number, block in enumerate(_blocks(run), start=1):
        parts += [f"#### {number}. {block.title}", block.said]
        parts += [fence(piece, "sh") for piece in block.typed]
    if not _came_up(run):
        failed = any(step.status == "failed" for step in run.steps)
        why = "There the way ended: the stack did not come up in this run."
        parts.append(why if failed else "This run went no further.")
    return "\n\n".join(part for part in parts if part)


def _opening(run: HostRun) -> str:
    user = f" as {code(run.user)}" if run.user else ""
    said = [
        f"Log in{user} and type, block after block: the lines that were run here and worked, in "
        "their order. (The files Onramp wrote, and the page it asked for, by itself.)"
    ]
    if not _installed(run):
        said.append("Docker was there before: installing it is not part of this run.")
    theirs = _servers(run)
    if theirs:
        said.append(
            f"Docker's packages came from {code(theirs[1])}; its documentation has "
            f"{code(theirs[0])}. Addresses of a mirror work where that mirror can be reached."
        )
    return " ".join(said)


def _installed(run: HostRun) -> bool:
    return any(step.id == "install-engine" and step.status != "satisfied" for step in run.steps)


def _servers(run: HostRun) -> tuple[str, str] | None:
    """The documented and the used server of Docker's packages, where they differ."""
    pattern = re.compile(r"curl -fsSL '?(\S+)/gpg")
    for step in run.steps:
        documented = pattern.search(" ".join(step.documented))
        used = pattern.search(" ".join(command.shown for command in step.commands))
        if step.id == "install-engine" and documented and used and documented[1] != used[1]:
            return documented[1], used[1]
    return None


def _came_up(run: HostRun) -> bool:
    return any(step.id == "up" and step.status == "changed" for step in run.steps)


# --- the blocks -------------------------------------------------------------------------------


def _way_up(run: HostRun) -> Iterator[StepRun]:
    """The steps that lead to the stack, as far as they went."""
    if not _STACK.fullmatch(run.stack):
        return
    for step in run.steps:
        if step.id in _WAY_UP:
            yield step
        if step.status == "failed":
            return


def _blocks(run: HostRun) -> Iterator[Block]:
    shell = _Shell(run)
    for step in _way_up(run):
        yield from _of_step(run, step, shell)
    if _came_up(run):
        yield from _after(run, shell)


def _after(run: HostRun, shell: _Shell) -> Iterator[Block]:
    """See that it works, take it down, and what stays."""
    yield _see(run)
    shell.before.clear()  # the way down may be gone days later
    yield _down(run, shell)
    stays = stack_file_lines.removal(run.leftovers or ())
    if stays:
        said = "Not done in this run. Images and the directory stay after `down`."
        yield Block("Give the disk space back", said, (stays,))


def _down(run: HostRun, shell: _Shell) -> Block:
    """What was run to take it down; where the stack was left up, what would be."""
    steps = [step for step in run.steps if step.id in _WAY_DOWN]
    lines = [line for step in steps for command in worked(step, run) for line in shell(command)]
    said = (
        "`stop` keeps the containers (`docker compose start` goes on), `down` removes them and "
        "their network, `down -v` the volumes with their data too."
    )
    if not lines:
        said = "Not done in this run, which left the stack up. The data in its volumes goes too."
        up = [command for step in run.steps if step.id == "up" for command in worked(step, run)]
        lines = [*dict.fromkeys(line for one in up for line in shell_lines.surroundings(one))]
        lines.append("docker compose down -v")
    return Block("Stop it and take it down", said, ("\n".join(lines),))


def _see(run: HostRun) -> Block:
    steps = [step for step in run.steps if step.id == "verify"]
    pages = [
        words[5:] for step in steps for words in step.documented if words.startswith("curl http")
    ]
    lines = [f"until curl -fsS {page}; do sleep 1; done" for page in pages if _has_curl(run)]
    outside = [url for url in run.answers if not url.endswith(")")]
    said = (
        ["It asks until the page answers; errors before that mean it is still starting."]
        if lines
        else []
    )
    said += [f"From another machine: {listed(map(code, outside))}."] if outside else []
    if pages and not lines:
        said.append(f"This host has no {code('curl')}: ask there, or in a browser.")
    if run.counter:
        said.append("Each visit counts one more.")
    if any(step.status == "failed" for step in steps):
        said.append("**In this run this failed.**")
    return Block("See that it works", " ".join(said), ("\n".join(lines or ["docker compose ps"]),))


def _has_curl(run: HostRun) -> bool:
    """Whether it was there before, or an earlier block installs it."""
    scripts = (command.script for step in run.steps for command in step.commands)
    there = known(run.facts.commands) if run.facts else None
    return "curl" in (there or ()) or any(
        re.search(r"\binstall\b.*\bcurl\b", script) for script in scripts
    )


def _of_step(run: HostRun, step: StepRun, shell: _Shell) -> Iterator[Block]:
    """A step's blocks; a new login ends one, since groups count from the next login only."""
    lines: list[str] = []
    for command in worked(step, run):
        if is_relogin(command.shown, command.script):
            yield from _block(text(step.title), lines)
            lines = []
            shell.before.clear()
            again = "Groups are fixed at login, so end this session (`exit`) and log in anew."
            yield Block("Log out and log in again", again)
        elif step.id == "copy-stack" and not command.script:
            yield Block(text(step.title), _source(run), stack_file_lines.pieces(run, _LONGEST))
        else:
            lines += shell(command)
        if is_restart(command.shown):
            yield from _block(text(step.title), lines)
            lines = []
            shell.before.clear()
            yield Block("Log in again", "The host needs a moment until it lets you in.")
    yield from _block(text(step.title), lines)


def _block(title: str, lines: Sequence[str]) -> Iterator[Block]:
    joined = "\n".join(lines)
    if len(joined) > _LONGEST:
        yield Block(title, "Too long to show; the lines are in `reproduce.sh`.")
    elif plain(joined) != joined:  # what is shown would not be what was run
        yield Block(title, "Not to be typed: there are characters in it that do not show.")
    elif any(not line.startswith("#") for line in lines):
        yield Block(title, "", (joined,))


def _source(run: HostRun) -> str:
    """Where the reader gets the files that are not written out."""
    place = stack_file_lines.directory(run)
    if not run.files:
        scp = f"scp -r {run.stack}/. {run.user or 'user'}@{run.address}:{place}/"
        return (
            f"Make the directory, then copy the files of the stack {code(run.stack)} into it, from "
            f"your own machine: {code(scp)}."
        )
    left = [f"{code(file.path)} ({text(file.omitted)})" for file in run.files if file.omitted]
    if not left:
        return ""
    there = code(f"~/{place}")
    return f"Not shown, to be copied to {there} from the stack's directory: {listed(left)}."


# --- the commands -----------------------------------------------------------------------------


def worked(step: StepRun, run: HostRun) -> list[CommandRun]:
    """What changed the host and ended well, in order, without what was undone or done again."""
    cured = {(finding.pain, finding.step) for finding in run.findings
             if finding.outcome == "remedied"}  # fmt: skip
    kept: list[CommandRun] = []
    since = 0  # where the stretch since the last remedy begins: in it nothing needs repeating
    for command in step.commands:
        if command.exit_code != 0 or OURS in command.script or _only_looked(command):
            continue
        if command.role == "remedy" and (command.pain, step.id) in cured:
            kept = [*(one for one in kept if not _undone(one, command)), command]
            since = len(kept)
        elif command.role == "apply":
            kept[since:] = [one for one in kept[since:] if not _again(one, command)]
            kept.append(command)
    return kept


def _undone(one: CommandRun, remedy: CommandRun) -> bool:
    """Whether a remedy takes away the files that an earlier command of the step made."""
    removed = re.fullmatch(r"rm -f (.+)", remedy.script.strip())
    paths = removed[1].split() if removed else []
    return one.role == "apply" and any(path in one.script for path in paths)


def _only_looked(command: CommandRun) -> bool:
    """A question of Onramp's to the engine; copying the stack is no question."""
    return command.role == "apply" and not command.script and command.step != "copy-stack"


def _again(one: CommandRun, later: CommandRun) -> bool:
    """Whether the later command is the same, run anew in another attempt at the step."""
    same = (one.script, one.shown, one.as_root) == (later.script, later.shown, later.as_root)
    return same and one.attempt < later.attempt


class _Shell:
    """A command as it is typed at the prompt of the login, after what was typed there before."""

    def __init__(self, run: HostRun) -> None:
        self.before: set[str] = set()
        self.is_root = run.user == "root" or bool(run.facts and run.facts.uid == 0)
        self.remedied: set[str] = set()

    def __call__(self, command: CommandRun) -> Iterator[str]:
        if command.pain and command.pain not in self.remedied:
            self.remedied.add(command.pain)
            yield f"# against {one_line(command.pain, 80)}:"
        around = shell_lines.surroundings(command)
        yield from (line for line in around if line not in self.before)
        self.before.update(around)
        lines = shell_lines.by_hand(command)
        start = next((at for at, line in enumerate(lines) if not line.startswith("#")), 0)
        yield from lines[:start]
        yield lines[start].removeprefix("sudo ") if self.is_root else lines[start]
        yield from lines[start + 1 :]
