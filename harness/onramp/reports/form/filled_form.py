"""The evaluation form, filled in: every question answered with its source, or listed as open. Pure.

Three voices, in this order: what was measured on this host, what the stack's author says, what
whoever reviewed this host says. Which questions there are is data (questions.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from onramp.model.pain import Catalogue
from onramp.model.rating import RATINGS
from onramp.model.run import HostRun, Rating, Report
from onramp.reports.form import measured_answers, questions
from onramp.reports.form.questions import Question, Section
from onramp.text.markdown import bullets, code, prose, table, text

AUTHOR: Final = "_The stack's author:_"
REVIEWER: Final = "_A reviewer of this host:_"
OPEN: Final = "_Open: nobody has answered this yet._"
_RATED: Final = {rating.question: name for name, rating in RATINGS.items()}


class Answered(Struct, frozen=True):
    """A question and its answers, each Markdown that names its source; none: it is open."""

    question: Question
    answers: tuple[str, ...]


def filled(report: Report, catalogue: Catalogue) -> dict[str, Answered]:
    """Every question of the form, by its key."""
    return {
        question.key: Answered(question, tuple(_answers(report, catalogue, question)))
        for question in questions.questions()
    }


def section(title: Section, answered: Mapping[str, Answered]) -> str:
    """The questions of a section as a list; what takes a question apart stands below it."""
    found = [answered[question.key] for question in title.questions]
    below = {one.question.key: [sub for sub in found if sub.question.under == one.question.key]
             for one in found}  # fmt: skip
    return bullets(_item(one, below[one.question.key]) for one in found if not one.question.under)


def still_open(answered: Mapping[str, Answered], run: HostRun) -> str:
    """The questions nobody has answered, and where an answer goes."""
    left = [one.question for one in answered.values() if not one.answers]
    if not left:
        return "None: every question of the form has an answer."
    stack = code(f"stacks/{run.stack}/evaluation.yml") if run.stack else "its `evaluation.yml`"
    where = (
        f"Answers go into {stack}, for every host of this stack, or into a review of this host "
        f"({code('invoke review --file=…')}), under the keys in brackets."
    )
    return f"{where}\n\n" + bullets(f"{text(one.wording)} ({code(one.key)})" for one in left)


def ratings(report: Report) -> str:
    """Measured beside reviewed; what each lost is said at its question."""
    head = ["1-10", *(RATINGS[name].title for name in report.ratings)]
    rows = [["Measured", *(_number(one.measured, "**") for one in report.ratings.values())]]
    if any(one.reviewer is not None for one in report.ratings.values()):
        rows.append(["Reviewer", *(_number(one.reviewer) for one in report.ratings.values())])
    return table(head, rows)


def _number(rating: int | None, mark: str = "") -> str:
    return "-" if rating is None else f"{mark}{rating}{mark}"


def _item(one: Answered, below: list[Answered]) -> str:
    """One question with its answers, indented below it where there are several."""
    asked = f"**{text(one.question.wording)}**"
    parts = [_item(sub, []) for sub in below]
    if len(one.answers) < 2:
        asked = f"{asked} {one.answers[0] if one.answers else OPEN}"
    else:
        parts = [*one.answers, *parts]
    indented = ("- " + part.replace("\n", "\n  ") for part in parts)
    return "\n  ".join([asked, *indented])


def _answers(report: Report, catalogue: Catalogue, question: Question) -> Iterator[str]:
    run = report.run
    yield from measured_answers.answers(report, catalogue, question.key)
    stage = _RATED.get(question.key, "")
    rated = _reviewed(report.ratings.get(stage))
    own = run.review.get("ratings")
    by_reviewer = isinstance(own, Mapping) and own.get(stage) is not None
    yield from _said(AUTHOR, run.reviewer.get(question.key), "" if by_reviewer else rated)
    yield from _said(REVIEWER, run.review.get(question.key), rated if by_reviewer else "")


def _reviewed(rating: Rating | None) -> str:
    return f"{rating.reviewer} of 10." if rating and rating.reviewer is not None else ""


def _said(who: str, words: Any, first: str = "") -> Iterator[str]:
    """A person's words after their name; several sentences are one answer."""
    lines = [words] if isinstance(words, str) else words if isinstance(words, (list, tuple)) else []
    spoken = [prose(str(line), 2000) for line in lines if str(line).strip()]
    if first or spoken:
        yield " ".join([who, *filter(None, [first]), *spoken])


def notes(run: HostRun) -> str:
    """What a reviewer noted beyond the questions."""
    return "\n\n".join(_said(REVIEWER, run.review.get("notes")))
