"""What goes from a worker to the controller, and back: JSON texts in queues on the scheduler. Pure.

Neither side unpickles anything of the other's here. Numbers count what
an execution has said: an answer names the last that is on the controller's disk.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

PIECE: Final = 256 * 1024  # characters of a log that travel at once
BATCH: Final = 1024 * 1024  # characters of a batch, about
LogName = Annotated[str, Meta(pattern=r"^logs/[A-Za-z0-9._-]+$")]


class EventLine(msgspec.Struct, tag="event", array_like=True):
    """An event as its line in events.jsonl has it, without its time."""

    host: str
    event: dict[str, Any]


class LogPiece(msgspec.Struct, tag="log", array_like=True):
    """A part of a log, in order."""

    host: str
    name: LogName
    text: str
    last: bool


class KnownHosts(msgspec.Struct, tag="known", array_like=True):
    """Lines that logins have added to a file of hosts' keys."""

    file: str
    lines: str


Said = EventLine | LogPiece | KnownHosts


class Batch(msgspec.Struct):
    """`number` is that of the last in it. The first batch, number 0, asks whether it may begin."""

    attempt: int
    execution: str
    worker: str
    number: int
    said: list[Said]


class Answer(msgspec.Struct):
    """`interrupted`: the run ends, and how far it came is wanted still. `refused`: nothing is."""

    number: int = -1
    stop: Literal["", "interrupted", "refused"] = ""


# Known to msgspec from here on: a shape's first reading by two threads at once crashes msgspec 0.22
for _shape in (Batch, Answer):
    msgspec.json.Decoder(_shape)


def batch_text(batch: Batch) -> str:
    """ASCII, so that half of a surrogate pair in what a host printed travels too."""
    return json.dumps(msgspec.to_builtins(batch))


def read_batch(text: str) -> Batch:
    """Raises ValueError."""
    return msgspec.convert(json.loads(text), Batch)


def answer_text(answer: Answer) -> str:
    return json.dumps(msgspec.to_builtins(answer))


def read_answer(text: str) -> Answer:
    """Raises ValueError."""
    return msgspec.convert(json.loads(text), Answer)


def answers_of(mailbox: str, execution: str) -> str:
    """The name of the queue in which an execution is answered."""
    return f"{mailbox}-{execution}"


def size(said: Said) -> int:
    """Roughly, in characters."""
    if isinstance(said, LogPiece):
        return len(said.text)
    return 1000 if isinstance(said, EventLine) else len(said.lines)
