"""Progress looks like an error, because it is printed where errors go.

What you see: ` Container web-1  Started`, ` Network hello_default  Created` or `#2 [internal] load
build definition` marked red in a CI log, or in a file that was to hold errors.

Why it happens: Compose and the builder write their progress to standard error, so that standard
output is left for what a command answers. A tool that takes any word there for a failure is wrong.

What to do: nothing. Judge by the exit status: `docker compose up -d; echo $?` says 0 where it went
well. For quieter logs there are `docker compose --progress quiet up -d`, `--progress plain` and
`--ansi never`.

What the remedy changes: nothing.
"""

from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom


def _go_on(_: Situation) -> RemedyPlan:
    return RemedyPlan(then="continue")


PASTED = ("",)

PAIN = PainPoint(
    id="stderr-progress-not-error",
    phase="up",
    title="Normal progress goes to standard error",
    severity="notice",
    cause="Compose and the builder print progress to standard error while all is well.",
    symptoms=(
        Symptom(r"^\s{0,4}(?:. )?Container \S+\s+Started", "Compose >= 2", PASTED, 1, True),
        Symptom(r"^\s{0,4}(?:. )?(?:Network|Volume) \S+\s+Created", "Compose 2", PASTED, 1, True),
        Symptom(r"^#\d+ \[internal\] load build definition", "BuildKit", PASTED, 1, True),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Go by the exit status; nothing is wrong.",
        cure=_go_on,
        commands=("docker compose up -d; echo $?",),
    ),
    references=(
        "https://docs.docker.com/reference/cli/docker/compose/",
        "https://github.com/docker/compose/blob/v2.40.0/pkg/progress/plain.go",
    ),
)
