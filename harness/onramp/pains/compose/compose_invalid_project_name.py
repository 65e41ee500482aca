"""Compose does not accept the project's name.

What you see: `invalid project name "My App": must consist only of lowercase alphanumeric
characters, hyphens, and underscores as well as start with a letter or number`; or `project name
must not be empty`.

Why it happens: containers, networks and volumes are named after the project. A name given with
-p, `name:` or COMPOSE_PROJECT_NAME has to follow the rule to the letter. A directory's name is
adapted quietly, unless nothing is left of it: in /, or where it holds no Latin letter or digit.
Compose 1 adapted every name, so old scripts pass what was fine then.

What to do: choose a name of lower case letters, digits, - and _, and give it with -p, as `name:`
at the top of the compose file, or in COMPOSE_PROJECT_NAME (.env counts too). Containers of the old
name stay until they are taken down under that name.

What the remedy changes: how everything of this project is called; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="compose-invalid-project-name",
    phase="compose",
    title="Invalid project name",
    severity="major",
    cause="The project's name has capitals, spaces or other signs, or is empty.",
    symptoms=(
        Symptom(r'invalid project name "[^"\n]{0,200}"', "2.x", weight=3),
        Symptom(r"is not a valid project name", "2.0 - 2.10", weight=3),
        Symptom(r"project name must not be empty", "2.x", weight=3),
    ),
    probe=Command('echo "${COMPOSE_PROJECT_NAME-}"; grep -n ^name: ~/onramp/*/*.y*ml; true'),
    remedy=Remedy(
        kind="human",
        summary="Give the project a name of lower case letters, digits, hyphens and underscores.",
        commands=("docker compose -p hello up -d", "# or, in the compose file: name: hello"),
    ),
    references=(
        "https://docs.docker.com/compose/how-tos/project-name/",
        "https://github.com/compose-spec/compose-go/blob/main/loader/loader.go",
    ),
)
