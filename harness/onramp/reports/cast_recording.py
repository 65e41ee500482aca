"""A terminal recording while it is made: prompts, typing, output and comments, on one clock. Pure.

asciicast v2: a header, then one JSON array a line, `[seconds, "o" | "m", text]`.
https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from msgspec import Struct, field

from onramp.text.sanitize import one_line, plain
from onramp.text.sanitize_ansi import RESET, coloured, shortened

COLUMNS: Final = 100
ROWS: Final = 30
LINE_CHARACTERS: Final = 500  # of one printed line
TYPED_LINES: Final = 40  # of one command
_LONGEST_S: Final = 86_400.0  # of one command; what is longer is a broken clock
_FRAMES_A_SECOND: Final = 8
_MOST_FRAMES: Final = 60  # of one output
_PROMPT_S, _TYPING_S, _STROKES = 0.3, 0.05, 12

_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

Tone = Literal["step", "said", "quiet", "good", "warning", "bad"]
_TONES: Final[Mapping[Tone, str]] = {
    "step": "\x1b[1;36m",
    "said": "\x1b[1m",
    "quiet": "\x1b[38;5;245m",  # bright black is all but black in many themes
    "good": "\x1b[1;32m",
    "warning": "\x1b[33m",
    "bad": "\x1b[1;31m",
}


class Bounds(Struct, frozen=True):
    """How much of one output is shown; the middle of a longer one is left out."""

    lines: int
    characters: int


class Recording(Struct):
    """What was written so far, and the second it is at. It never goes back."""

    header: Mapping[str, Any]
    clock_s: float = 0.0
    _rows: list[str] = field(default_factory=list)
    _bytes: int = 0

    def text(self) -> str:
        """The whole file."""
        return "\n".join([_json(self.header), *self._rows]) + "\n"

    def size(self) -> int:
        """Bytes of the events so far."""
        return self._bytes

    def wait(self, seconds: float) -> None:
        self.clock_s += min(max(0.0, seconds), _LONGEST_S)

    def mark(self, label: str) -> None:
        """A place to jump to."""
        self._row("m", one_line(label, 80))

    def comment(self, words: str, tone: Tone) -> None:
        """Words of ours, told apart from the host's own by "#" and a colour."""
        lines = textwrap.wrap(one_line(words, 600), COLUMNS - 3, break_on_hyphens=False) or [""]
        self._write([f"{_TONES[tone]}# {line}{RESET}" for line in lines])

    def blank(self) -> None:
        self._write([""])

    def typed(self, prompt: str, command: str) -> None:
        """A person types at a prompt; a command of several lines goes on after "> "."""
        first, *more = plain(command).split("\n")
        self._row("o", prompt)
        self.wait(_PROMPT_S)
        first = shortened(first, 2 * LINE_CHARACTERS)
        stroke = -(-len(first) // _STROKES) or 1
        for at in range(0, len(first), stroke):
            self.wait(_TYPING_S)
            self._row("o", first[at : at + stroke])
        self.wait(_PROMPT_S)
        self._row("o", "\r\n")
        shown = more[:TYPED_LINES]
        left = [f"… {len(more) - TYPED_LINES} lines left out …"] * (len(more) > TYPED_LINES)
        self._write([f"> {shortened(line, LINE_CHARACTERS)}" for line in (*shown, *left)])

    def noted(self, text: str, seconds: float, bounds: Bounds) -> None:
        """What Onramp saw while it looked by itself: in the tone of its comments."""
        self.wait(seconds)
        lines = bounded(plain(text).expandtabs(8), bounds) if text.strip() else []
        self._write([f"{_TONES['quiet']}#   {line}{RESET}" for line in lines])

    def output(self, text: str, seconds: float, bounds: Bounds) -> None:
        """What a command printed, evenly over the time it took."""
        lines = bounded(coloured(text).expandtabs(8), bounds) if text.strip() else []
        seconds = min(max(0.0, seconds), _LONGEST_S)
        frames = max(1, min(len(lines), int(seconds * _FRAMES_A_SECOND) + 1, _MOST_FRAMES))
        began_s, ended_s = self.clock_s, self.clock_s + seconds
        for frame in range(frames):
            self.clock_s = began_s + seconds * (frame + 1) / frames
            self._write(lines[len(lines) * frame // frames : len(lines) * (frame + 1) // frames])
        self.clock_s = ended_s
        if any("\x1b" in line for line in lines):
            self._row("o", RESET)

    def _write(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\r\n" for line in lines)
        if text:
            self._row("o", text)

    def _row(self, code: str, data: str) -> None:
        row = f'[{self.clock_s:.3f},"{code}",{_json(data)}]'
        self._rows.append(row)
        self._bytes += len(row.encode()) + 1


def bounded(text: str, bounds: Bounds) -> list[str]:
    """The lines of `text`, each and all of them within bounds: both ends, and how many are not."""
    lines = [shortened(line, LINE_CHARACTERS) for line in text.strip("\n").split("\n")]
    head = _fitting(lines, bounds.lines // 3, bounds.characters // 3)
    rest = lines[head:][::-1]
    tail = _fitting(rest, bounds.lines - head, bounds.characters - sum(map(len, lines[:head])))
    left = len(rest) - tail
    if not left:
        return lines
    note = f"{RESET}{_TONES['quiet']}… {left} line{'s' * (left > 1)} left out …{RESET}"
    return [*lines[:head], note, *rest[:tail][::-1]]


def _fitting(lines: list[str], most: int, characters: int) -> int:
    """How many of the first lines fit."""
    for count, line in enumerate(lines[:most]):
        characters -= len(line)
        if characters < 0:
            return count
    return min(most, len(lines))
