"""Progress is taken for an error, because it is printed where errors go.

What you see: `##[error] Container web-1  Started`, `Bash wrote one or more lines to the standard
error stream.` in a pipeline, or `docker : Network hello_default  Creating` with
`NativeCommandError` in PowerShell. The stack runs.

Why it happens: Compose and the builder write their progress to standard error, so that standard
output is left for what a command answers. A tool that takes any word there for a failure is wrong.

What to do: let it judge by the exit status: `failOnStderr: false` in Azure Pipelines,
`$ErrorActionPreference = "Continue"` and `$LASTEXITCODE` in PowerShell. For quieter logs there are
`docker compose --progress quiet up -d`, `--progress plain` and `--ansi never`.

What the remedy changes: nothing.
"""

import re

from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom
from onramp.text.excerpt import looks_like_error

PASTED = ("",)
PROGRESS = r"\s{0,4}(?:(?:Container|Network|Volume|Image) \S+\s|(?:Building|Creating|Pulling) \S)"
MARKS = re.compile(
    r"##\[error\]|standard error stream|output to stderr|as failOnStdErr|NativeCommandError"
)


def _go_on(_: Situation) -> RemedyPlan:
    return RemedyPlan(then="continue")


def _nothing_else(situation: Situation) -> bool | None:
    """False where a line complains of something itself: then that is what went wrong."""
    text = situation.attempt.outcome.text if situation.attempt else ""
    complains = any(looks_like_error(MARKS.sub("", line)) for line in text.split("\n"))
    return False if complains else None


PAIN = PainPoint(
    id="stderr-progress-not-error",
    phase="up",
    title="Normal progress is taken for an error",
    severity="notice",
    cause="Compose and the builder print progress to standard error while all is well.",
    symptoms=(
        Symptom(rf"##\[error\]{PROGRESS}", "Azure Pipelines", PASTED, 2),
        Symptom(rf"^docker(?:-compose)?(?:\.exe)? : {PROGRESS}", "PowerShell", PASTED, 2),
        Symptom(r"wrote one or more lines to the standard error stream", "Azure", PASTED, 1),
        Symptom(r"Script has output to stderr\. Failing as failOnStdErr", "Azure", PASTED, 1),
    ),
    confirm=_nothing_else,
    remedy=Remedy(
        kind="safe",
        summary="Go by the exit status; nothing is wrong.",
        cure=_go_on,
        commands=("docker compose up -d; echo $?",),
    ),
    references=(
        "https://github.com/docker/compose/issues/7346",
        "https://github.com/docker/compose/blob/v2.40.0/pkg/progress/plain.go",
    ),
)
