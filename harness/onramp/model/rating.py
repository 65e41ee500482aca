"""The four things that are rated of a host: what people call them, and which steps they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from onramp.model.step import ARRIVAL, DEPLOY, PROVISION, REBOOT, TEARDOWN

Stage = Literal["set_up", "task", "shut_down"]


class RatingName(Struct, frozen=True):
    """What people read instead of a rating's key; `question` is the form's that it answers."""

    title: str
    question: str
    short: str = ""  # over a column, and in a sentence
    narrow: str = ""  # over a column as narrow as a number

    @property
    def column(self) -> str:
        return self.short or self.title

    @property
    def word(self) -> str:
        return self.column.lower()


RATINGS: Final[Mapping[str, RatingName]] = {
    "set_up": RatingName("Set-up", "easy_set_up"),
    "task": RatingName("Task", "easy_task"),
    "shut_down": RatingName("Shut-down, clean-up", "easy_shut_down", "Shut-down"),
    "documentation": RatingName("Documentation", "useful_documentation", narrow="Docs"),
}
STAGES: Final[Mapping[Stage, tuple[str, ...]]] = {
    "set_up": ARRIVAL + PROVISION + REBOOT,
    "task": DEPLOY,
    "shut_down": ("find-stack", *TEARDOWN),
}


def legend() -> str:
    """The ratings in the order they stand in, as one line under a table."""
    return f"Ratings: {'/'.join(name.word for name in RATINGS.values())}, 1 to 10."
