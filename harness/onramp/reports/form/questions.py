"""The evaluation form as data: every section and every question of it, in order. Pure.

A report answers each from evidence, then in the words of the stack's author
(`stacks/<name>/evaluation.yml`), then in those of whoever reviewed the host (`reviews/<host>.yml`),
or lists it as open. Both files use the keys below, so keys are permanent; wordings may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct


class Question(Struct, frozen=True):
    """One question. `under` is the key of the question that this one takes apart."""

    key: str
    wording: str
    under: str = ""


class Section(Struct, frozen=True):
    """A heading of the form and what is asked below it."""

    title: str
    questions: tuple[Question, ...]


FORM: Final = (
    Section("The tool", (Question("tool", "What is the tool?"),)),
    Section(
        "Overview of Exploration",
        (
            Question("tools", "What tools were used?"),
            Question("configured", "How were they configured?"),
            Question("configuration", "Why were they configured this way?", "configured"),
            Question("alternatives", "Are there other ways of configuring the tool?"),
            Question(
                "mlops",
                "Where is this tool best applied in the MLOps infrastructure, "
                "if it can or should be?",
            ),
            Question(
                "interaction",
                "In what ways did you interact with the tool (script, command line, UI)?",
            ),
        ),
    ),
    Section("Procedure", (Question("procedure", "How did it go, from set-up to clean-up?"),)),
    Section(
        "Requirements",
        (
            Question(
                "requirements", "Does the tool meet the requirements needed for MLOps innately?"
            ),
            Question(
                "missing",
                "Can missing requirements be added, with other tools or by the MLOps team?",
            ),
            Question("compatibility", "Is the tool compatible with other planned infrastructure?"),
        ),
    ),
    Section(
        "User Experience",
        (
            Question("easy_set_up", "How easy was the set-up and implementation (1-10)?"),
            Question("easy_task", "How easy was it to accomplish the desired task (1-10)?"),
            Question("easy_shut_down", "How easy was the shut-down and clean-up (1-10)?"),
            Question("useful_documentation", "Was there useful documentation?"),
        ),
    ),
    Section(
        "Strengths",
        (
            Question("strengths", "What are the advantages of this tool?"),
            Question("wishlist", "Are there wishlist items that ship with the tool?", "strengths"),
            Question("flexible", "Is it flexible and versatile?", "strengths"),
            Question("straightforward", "Is implementation straightforward?", "strengths"),
        ),
    ),
    Section(
        "Weaknesses",
        (
            Question("weaknesses", "What are the disadvantages of this tool?"),
            Question("missing_requirements", "Are there missing requirements?", "weaknesses"),
            Question("difficult", "Is it difficult to use?", "weaknesses"),
            Question("integration", "Is integration difficult?", "weaknesses"),
        ),
    ),
    Section("Concerns", (Question("concerns", "What else gives pause?"),)),
    Section(
        "Recommendation",
        (
            Question(
                "recommendation",
                "Would you recommend the tool for MLOps integration, with which notes or caveats?",
            ),
        ),
    ),
)


def questions() -> Iterator[Question]:
    """Every question, in the order of the form."""
    for section in FORM:
        yield from section.questions


KEYS: Final = tuple(question.key for question in questions())
