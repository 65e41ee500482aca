"""Compose warns that `version` in the compose file is obsolete.

What you see: a line with level=warning that ends in "the attribute `version` is obsolete, it will
be ignored, please remove it to avoid potential confusion" (Compose 2.25 to 2.28: only "`version`
is obsolete"). Everything works all the same.

Why it happens: `version: "3"` told Compose 1 which file format to expect. Today's Compose reads
one format and looks at the line no more; most tutorials still carry it.

What to do: delete the line from your compose file. In a file that belongs to somebody else ignore
the warning; it goes to stderr and changes neither the result nor the exit code.

What the remedy changes: nothing on the host; one line of a file of yours, if you delete it.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom


def _go_on(_: Situation) -> RemedyPlan:
    return RemedyPlan(then="continue")


PAIN = PainPoint(
    id="compose-version-attribute-obsolete",
    phase="compose",
    title="`version` attribute warning",
    severity="notice",
    cause="The compose file has a version line, which Compose ignores since version 2.",
    symptoms=(Symptom(r"`version` is obsolete", ">= 2.25", weight=3, warning=True),),
    remedy=Remedy(
        kind="safe",
        summary="Delete the line `version: …` from the compose file, or ignore the warning.",
        cure=_go_on,
        commands=("sed -i '/^version:/d' docker-compose.yml",),
    ),
    references=("https://docs.docker.com/reference/compose-file/version-and-name/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        stack={"docker-compose.yml": ("services:\n", 'version: "3"\n\nservices:\n')},
    ),
)
