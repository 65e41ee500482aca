"""The compose file wants a variable or an env file that is not here.

What you see: `env file /…/.env not found: stat /…/.env: no such file or directory`; or `required
variable X is missing a value`; or only a warning, `The "X" variable is not set. Defaulting to a
blank string`, followed by something that fails later on because a password or a port is empty.

Why it happens: projects keep .env out of Git because it holds secrets, and ship a template such as
.env.example. A clone or a copy of the project then lacks it. A single $ in a value, a password for
instance, is taken for a variable too.

What to do: copy the template to the name in the message and fill it in, beside the compose file.
Variables given in a shell do not survive sudo. Write $$ where a value holds a real dollar sign.
`docker compose config` shows what Compose makes of it all.

What the remedy changes: a file of the project, with values that only you know.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="compose-env-missing",
    phase="compose",
    title="Unset variables, or env_file missing",
    severity="major",
    cause="A variable or an env file that the compose file names is missing on this host.",
    symptoms=(
        Symptom(r"\benv file \S{1,300} not found: ", "2.x", weight=3),
        Symptom(r"[Cc]ouldn't find env file: ", "1.x, early 2.x", weight=3),
        Symptom(r"required variable \S{1,80} is missing a value", "2.x", weight=3),
        Symptom(r"failed to read \S{0,300}\.env: line \d+: ", "2.x", weight=3),
        Symptom(r"[Ii]nvalid interpolation format for ", "all", weight=3),
        Symptom(r"variable is not set\. Defaulting to a blank string", "all", warning=True),
    ),
    probe=Command("ls -A ~/onramp/*/; true", display="ls -A"),
    remedy=Remedy(
        kind="human",
        summary="Put the env file beside the compose file, or set the variable.",
        commands=("cp .env.example .env", "docker compose config"),
    ),
    references=(
        "https://docs.docker.com/compose/how-tos/environment-variables/set-environment-variables/",
        "https://github.com/compose-spec/compose-go/blob/main/types/project.go",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like", "alpine-3.23"),
        starts="ready",
        # what its author has beside the file, and Git does not
        stack={"docker-compose.yml": ("  web:\n", "  web:\n    env_file: secrets.env\n")},
    ),
)
