"""docker is there, docker compose is not.

What you see: `docker: 'compose' is not a docker command.` (since 28: `unknown command: docker
compose`), or, more puzzling, `unknown shorthand flag: 'd' in -d` after `docker compose up -d`.

Why it happens: Compose is a plugin in a package of its own. Older instructions installed the engine
alone; distributions name the package docker-compose-v2, docker-compose or docker-cli-compose, or
have none. A plugin that is not executable, or lies in another user's home, is not seen either.

What to do: install docker-compose-plugin from Docker's repository, or the distribution's package.
Never mix the two sources.

What the remedy changes: one package is installed, from where the engine came from.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains import NOT_FOUND, SHELL


def _install(situation: Situation) -> RemedyPlan | None:
    platform, present = situation.platform, known(situation.facts.packages) or {}
    if not platform:
        return None
    dockers = ("docker-compose-plugin", "docker-buildx-plugin")
    wanted = dockers if "docker-ce-cli" in present else platform.distribution_compose
    install = platform.package_manager.install.format(packages=" ".join(wanted))
    scripts = (platform.package_manager.refresh, install)
    return RemedyPlan(actions=tuple(Command(c, as_root=True) for c in scripts)) if wanted else None


PAIN = PainPoint(
    id="compose-plugin-missing",
    phase="compose",
    title="docker compose is missing",
    severity="major",
    cause="The Compose plugin is not installed, or not where docker looks.",
    symptoms=(
        Symptom(r"docker: 'compose' is not a docker command", "<= 27", weight=3),
        Symptom(r"docker: unknown command: docker compose", ">= 28", weight=3),
        Symptom(r"does not have the compose plugin installed", "Ansible", weight=3),
        Symptom(r"^unknown shorthand flag: '[df]' in -[df]", "all"),
        Symptom(r"^unknown flag: --(?:detach|build|project-|env-file|remove-orphans)", "all"),
        Symptom(f"{SHELL}docker-compose: {NOT_FOUND}", "shells", ("",)),
        Symptom(r"looking up compose provider failed", "podman"),
    ),
    probe=Command("ls -l /usr/l*/docker/cli-plugins /usr/local/lib/docker/cli-plugins; true"),
    remedy=Remedy("safe", "Install the plugin from where the engine came from.", _install),
    references=("https://docs.docker.com/compose/install/linux/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # what the page said before Compose became a plugin: the engine, its command, containerd
        script="set_up_repository && apt-get install -y --no-install-recommends"
        " docker-ce docker-ce-cli containerd.io",
    ),
)
