"""What a person answers to the evaluation form: the keys of `evaluation.yml` and of a review.

One field for each question of `reports/form/questions.py`, and ratings. Text is a sentence or a
list of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from onramp.config import suggest
from onramp.config.explain import explained
from onramp.errors import UsageError

FILE: Final = "evaluation.yml"
Score = Annotated[int, Meta(ge=1, le=10)]
Said = str | list[str]


class Scores(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person's ratings, 1 (hard) to 10 (easy)."""

    set_up: Score | None = None
    task: Score | None = None
    shut_down: Score | None = None
    documentation: Score | None = None


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person says, by question; what each key asks is in questions.py."""

    ratings: Scores = Scores()
    tool: Said = ""
    tools: Said = ""
    configured: Said = ""
    configuration: Said = ""
    alternatives: Said = ""
    mlops: Said = ""
    interaction: Said = ""
    procedure: Said = ""
    requirements: Said = ""
    missing: Said = ""
    compatibility: Said = ""
    easy_set_up: Said = ""
    easy_task: Said = ""
    easy_shut_down: Said = ""
    useful_documentation: Said = ""
    strengths: Said = ""
    wishlist: Said = ""
    flexible: Said = ""
    straightforward: Said = ""
    weaknesses: Said = ""
    missing_requirements: Said = ""
    difficult: Said = ""
    integration: Said = ""
    concerns: Said = ""
    recommendation: Said = ""


def is_ours(raw: Any) -> bool:
    """Whether a file of that name answers the form: applications have an evaluation.yml too."""
    known = {field.name for field in msgspec.structs.fields(Answers)}
    return isinstance(raw, Mapping) and not known.isdisjoint(map(str, raw))


def read(raw: Any, where: str) -> Answers:
    """The answers in a YAML document. Raises UsageError, one line: what is wrong, and where."""
    if raw is None:
        return Answers()
    if not isinstance(raw, Mapping):
        raise UsageError(f"{where}: found {suggest.kind(raw)}, expected a mapping")
    given = {str(key): value for key, value in raw.items() if value is not None}
    try:
        return msgspec.convert(given, Answers)
    except msgspec.ValidationError as error:
        kinds = {"": Answers, "ratings": Scores}
        raise explained(str(error), where, kinds) from None
