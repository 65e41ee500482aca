"""docker was asked for a terminal where there is none.

What you see: `the input device is not a TTY` from a script, a CI job or `ssh host 'docker exec -it
…'`; since engine 29 `cannot attach stdin to a TTY-enabled container because stdin is not a
terminal`.

Why it happens: `-t` wants a terminal to pass on. A command that is started by a program, through a
pipe, or over ssh without `-t`, has none. `docker compose exec` asks for one by itself.

What to do: leave out `-t`: `docker exec -i NAME …` or `docker exec NAME …`; with Compose `docker
compose exec -T SERVICE …`. If you do want to type, give it a terminal: `ssh -t host …`. On Windows
in Git Bash, put `winpty` in front.

What the remedy changes: nothing on the host; only how the command is written.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="not-a-tty",
    phase="verify",
    title="docker exec -t without a terminal",
    severity="minor",
    cause="The command asks for a terminal, and its input is none.",
    symptoms=(
        Symptom(r"the input device is not a TTY", "<= 28", weight=3),
        Symptom(r"because stdin is not a terminal", ">= 29", weight=3),
        Symptom(r"cannot enable tty mode on non tty input", "<= 1.12", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Leave out `-t`; with Compose, say `exec -T`.",
        commands=("docker compose exec -T SERVICE COMMAND", "docker exec -i NAME COMMAND"),
    ),
    references=(
        "https://docs.docker.com/reference/cli/docker/compose/exec/",
        "https://github.com/docker/cli/blob/v28.5.2/cli/streams/in.go",
    ),
)
