"""What a person thought of a host: `reviews/<host>.yml` in the run, beside what was measured.

A review has the keys of a stack's `evaluation.yml`, and `notes`. When a run is reported on, it
stands beside what the stack's author said; measured ratings are made without it, never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from onramp.config import suggest, yaml_blocks, yaml_file
from onramp.config.evaluation_file import Answers, Said, Scores
from onramp.config.explain import explained
from onramp.errors import UsageError
from onramp.evidence.files import write_atomically
from onramp.evidence.own_files import own_file
from onramp.model.rating import RATINGS
from onramp.model.run import HostRun
from onramp.text.file_names import file_name


class Review(Answers, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ratings 1 to 10 of what one would rate, answers to the form's questions, and notes."""

    notes: Said = ""


def path_of(run_dir: Path, host: str) -> Path:
    """Where the review of a host is kept."""
    return run_dir / "reviews" / f"{file_name(host)}.yml"


def read(path: Path, *, shown: str) -> Review:
    """The review in a file. Raises UsageError, one line: what is wrong with it, and where."""
    raw = yaml_file.read(path, shown=shown)
    if not isinstance(raw, Mapping) or not raw:
        found = "nothing" if not raw else suggest.kind(raw)
        raise UsageError(
            f"{shown}: found {found}, expected ratings and notes",
            resolution="as in docs/ratings.md: ratings: {set_up: 7, task: 9}",
        )
    try:
        return msgspec.convert(_tidy(raw), Review)
    except msgspec.ValidationError as error:
        raise explained(str(error), shown, {"": Review, "ratings": Scores}) from None


def _tidy(raw: Mapping[Any, Any]) -> dict[str, Any]:
    """Without keys left empty; the four ratings may stand at the top."""
    given = {str(key): value for key, value in raw.items() if value is not None}
    if "ratings" in given:
        return given
    ratings = {key: given.pop(key) for key in RATINGS if key in given}
    return {**given, "ratings": ratings}


def kept(run_dir: Path, host: str) -> Review:
    """The review of a host that the run has; an empty one where nobody has reviewed it."""
    path = path_of(run_dir, host)
    ours = own_file(run_dir, path.relative_to(run_dir))
    return read(path, shown=str(path)) if ours else Review()


def keep(review: Review, run_dir: Path, host: str) -> Path:
    """Writes the review into the run; returns where. Raises UsageError where that fails."""
    path = path_of(run_dir, host)
    try:
        write_atomically(path, yaml_blocks.dumped(msgspec.to_builtins(review)))
    except OSError as error:
        said = error.strerror or str(error)
        raise UsageError(f"{path}: the review cannot be kept", said) from None
    return path


def laid_over(run: HostRun, review: Review) -> HostRun:
    """The run with what its reviewer said: ratings go before the stack's author's, words beside."""
    said: dict[str, Any] = msgspec.to_builtins(review)
    ratings = {**_mapping(run.reviewer.get("ratings")), **said.get("ratings", {})}
    return replace(run, reviewer={**run.reviewer, "ratings": ratings}, review=said)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
