"""The engine is there, its builder plugin (buildx) is not.

What you see: `ERROR: BuildKit is enabled but the buildx component is missing or broken`, or a
Dockerfile refused with `the --mount option requires BuildKit`. Often only a warning: `The legacy
builder is deprecated`, or Compose's `buildx isn't installed`, and the build goes on.

Why it happens: buildx is a package of its own. Debian's docker.io, Alpine and Arch do not pull it
in, and some instructions leave it out. A plugin too old for Compose is refused likewise.

What to do: install it from where the engine came from: docker-buildx-plugin (Docker's packages)
or docker-buildx (the distribution's; docker-cli-buildx on Alpine).

What the remedy changes: one package is installed; nothing is restarted.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.build import LAB


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    there = known(facts.docker_cli) and known(facts.compose)
    return "docker and Compose are here, buildx is not" if there and facts.buildx is None else None


def _install(situation: Situation) -> RemedyPlan | None:
    present = known(situation.facts.packages) or {}
    package = "docker-buildx-plugin" if "docker-ce-cli" in present else "docker-buildx"
    platform = situation.platform
    if not platform or (package == "docker-buildx" and not platform.distribution_compose):
        return None  # releases without the one plugin are without the other
    manager = platform.package_manager
    scripts = (manager.refresh, manager.install.format(packages=package))
    return RemedyPlan(tuple(Command(c, as_root=True) for c in scripts))


PAIN = PainPoint(
    id="buildx-missing",
    phase="build",
    title="The builder plugin (buildx) is missing",
    severity="minor",
    cause="Docker's builder is a plugin, and it is not installed here, or too old for Compose.",
    symptoms=(
        Symptom(r"the buildx component is missing or broken", "CLI >= 23", weight=3),
        Symptom(r"bake requires the buildx component but it is missing", "CLI >= 28", weight=3),
        Symptom(r"docker: 'buildx' is not a docker command", "CLI <= 27", weight=3),
        Symptom(r"docker: unknown command: docker buildx", "CLI >= 28", weight=3),
        Symptom(r"the --[a-z]{4,10} option requires BuildKit", "the classic builder", weight=3),
        Symptom(r"compose build requires buildx \d", "Compose >= 2.38", weight=3),
        Symptom(r"DEPRECATED: The legacy builder is deprecated", "CLI >= 23", warning=True),
        Symptom(r"build using Bake, but buildx isn't installed", "Compose 2.3x", warning=True),
        Symptom(r"Docker Compose requires buildx plugin to be", "Compose 5", warning=True),
    ),
    foresee=_foreseen,
    probe=Command("docker buildx version; true"),
    remedy=Remedy("safe", "Install buildx from where the engine came from.", _install),
    references=("https://docs.docker.com/build/concepts/overview/",),
    recipe=Recipe(LAB, "apt-get remove -y -q docker-buildx-plugin", starts="ready"),
)
