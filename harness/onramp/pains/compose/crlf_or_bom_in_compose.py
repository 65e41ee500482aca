"""The compose file is not valid YAML, or not what Compose expects.

What you see: `yaml: line 7: found a tab character that violates indentation` or `found character
that cannot start any token` (a tab too), `mapping values are not allowed in this context` (wrong
indentation), `services.web additional properties 'prots' not allowed` (a misspelt or misplaced
key), `services.web.ports must be a list`.

Why it happens: YAML is told by its indentation, in spaces only; a tab from an editor or a web page
copied with its HTML breaks it. Line numbers in the message are where the reader gave up, often one
below the mistake. Windows line ends and a byte order mark do no harm here, but do in scripts.

What to do: `docker compose config --quiet` checks the file alone. Look at the line and the one
above with `cat -A`: a tab shows as ^I. Quote ports ("2222:22"), for YAML 1.1 takes bare ones below
60 for a number to the base of 60. Download raw files, not the page that shows them.

What the remedy changes: the compose file, which is yours.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

STEPS = ("", "build", "up", "stop", "down", "down-volumes")

PAIN = PainPoint(
    id="crlf-or-bom-in-compose",
    phase="compose",
    title="YAML mistakes in the compose file",
    severity="major",
    cause="The compose file cannot be read as YAML, or has keys or types that Compose rejects.",
    symptoms=(
        Symptom(r"found (?:a tab|unknown escape) character", "all", STEPS, weight=3),
        Symptom(r"found character that cannot start any token", "all", STEPS, weight=3),
        Symptom(r"mapping values are not allowed (?:in this context|here)", "all", STEPS, weight=3),
        Symptom(r"yaml: line \d+: |yaml: unmarshal errors|ScannerError", "all", STEPS, weight=3),
        Symptom(r"yaml: control characters|yaml: invalid (?:lead|trail)ing UTF", "all", STEPS),
        Symptom(r"dditional propert(?:y|ies) '?[^'\s]{1,80}'? (?:is )?not allowed", "all", STEPS),
        Symptom(r"services\.\S{1,80} must be an? (?:list|mapping|string|array|map)", "2.x", STEPS),
        Symptom(r"[Tt]op-level object must be a mapping|empty compose file", "2.x", STEPS),
        Symptom(r"contains an invalid type, it should be an? ", "1.x", STEPS, weight=3),
    ),
    probe=Command("cd ~/onramp/*/ && grep -nP '^ *\\t' *.y*ml; docker compose config -q; true"),
    remedy=Remedy(
        kind="human",
        summary="Mend the line that the message names, or the one above it.",
        commands=("docker compose config --quiet", "cat -A docker-compose.yml"),
    ),
    references=("https://docs.docker.com/reference/compose-file/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like", "alpine-3.23"),
        starts="ready",
        stack={"docker-compose.yml": ("    ports:\n", "\tports:\n")},
    ),
)
