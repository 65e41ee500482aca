"""The command docker on this host is Podman in disguise.

What you see: `Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.` with
every command, and at `docker compose` `Error: looking up compose provider failed`,
`unrecognized command `podman compose`` or `unknown flag: --project-directory`.

Why it happens: the package podman-docker puts a small script named docker in place that calls
podman. It understands most single commands. Compose is another program, found only where
podman-compose or docker-compose is installed too; there is no daemon and no group docker.

What to do: to follow Docker's instructions, remove podman-docker and install Docker; Podman itself
may stay. Or stay with Podman and install podman-compose.

What the remedy changes: only the package podman-docker goes; somebody may rely on it, so it asks.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

NAME = "podman-docker"


def _foreseen(situation: Situation) -> str | None:
    version = (known(situation.facts.packages) or {}).get(NAME)
    return f"{NAME} {version} is installed: docker is Podman here" if version else None


def _remove(situation: Situation) -> RemedyPlan | None:
    platform = situation.platform
    if not platform or not _foreseen(situation):
        return None
    remove = platform.package_manager.remove.format(packages=NAME)
    return RemedyPlan(actions=(Command(remove, as_root=True),))


PAIN = PainPoint(
    id="podman-docker-shim",
    phase="preflight",
    title="docker is Podman here",
    severity="blocker",
    cause="The package podman-docker provides the command docker.",
    symptoms=(
        Symptom(r"^Emulate Docker CLI using podman", "podman-docker", warning=True),
        Symptom(r"^podman-docker \d", "dpkg-query", ("install-engine", ""), 3),
        Symptom(r"Error: looking up compose provider failed", "podman >= 4.7", weight=3),
        Symptom(r"unrecognized command `podman compose`", "podman < 4.7", weight=3),
        Symptom(r">>>> Executing external compose provider", "podman >= 4.7", warning=True),
        Symptom(r"^Error: unknown flag: --project-directory", "podman"),
    ),
    foresee=_foreseen,
    remedy=Remedy("ask", "Remove podman-docker and install Docker beside Podman.", _remove,
                  (f"sudo apt-get remove {NAME}",), "docker no longer means Podman."),
    explains=("distro-docker-installed", "compose-plugin-missing"),
    references=("https://docs.podman.io/en/latest/markdown/podman-compose.1.html",
                "https://github.com/containers/podman/blob/main/docker.in"),
    recipe=Recipe(("debian-12", "debian-13", "debian-12-sysv"),
                  f"apt-get update -q && apt-get install -y -q --no-install-recommends {NAME}"),
)  # fmt: skip
