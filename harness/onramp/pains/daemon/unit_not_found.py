"""systemd knows no docker.service: the engine is not installed, or not as this service.

What you see: `Failed to start docker.service: Unit docker.service not found.`; without systemd,
`docker: unrecognized service`.

Why it happens: the command docker and the daemon are two packages, and only docker-ce-cli or
docker-cli is here. A snap names its service snap.docker.dockerd; static binaries bring none; a unit
copied by hand is unknown until systemd is told to look again.

What to do: `systemctl list-unit-files '*docker*'` shows what there is. For a snap,
`sudo snap start docker`; after copying a unit, `sudo systemctl daemon-reload`; otherwise install
the engine from where the command came: docker-ce or docker.io.

What the remedy changes: it installs the engine's package, or starts the snap; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

ASK = "for d in /etc /lib /usr/lib; do [ ! -e $d/systemd/system/docker.service ] || echo unit; done"


def _install(situation: Situation) -> RemedyPlan | None:
    platform = situation.platform
    if situation.probe and "unit" in situation.probe.stdout:
        return RemedyPlan((Command("systemctl daemon-reload", as_root=True),))
    if situation.facts.snap_docker:
        return RemedyPlan((Command("snap start docker", as_root=True),))
    if platform is None:
        return None
    dockers = "docker-ce-cli" in (known(situation.facts.packages) or {})
    theirs = platform.distribution_packages[:1]
    manager = platform.package_manager
    engine = (platform.engine_packages if dockers or not theirs else theirs)[0]
    install = manager.install.format(packages=engine)
    return RemedyPlan((Command(install, as_root=True, timeout_s=900.0, env=manager.env),))


PAIN = PainPoint(
    id="unit-not-found",
    phase="daemon",
    title="There is no docker.service",
    severity="blocker",
    cause="The engine is not installed, or its service has another name.",
    symptoms=(
        Symptom(r"Unit docker\.service (?:not found|could not be found)", "systemd", weight=3),
        Symptom(r"[Uu]nit (?:file )?docker\.service does not exist", "systemd", weight=3),
        Symptom(r"docker: unrecognized service", "sysvinit", weight=3),
        Symptom(r"service .docker' does not exist", "OpenRC", weight=3),
        Symptom(r"Could not find the requested service [\"']?docker\b", "Ansible", weight=3),
        Symptom(
            r"Unit docker\.service not loaded|Failed to start docker: Unit not found", weight=3
        ),
    ),
    probe=Command(ASK),
    remedy=Remedy("ask", "Install the engine, or start the service it has.", _install),
    explains=("daemon-not-running", "docker-socket-unit-missing", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/install/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # a workstation set up to speak to other hosts' engines: the commands and no daemon
        script="set_up_repository && apt-get install -y --no-install-recommends"
        " docker-ce-cli docker-compose-plugin docker-buildx-plugin",
        settings={"docker.method": "present"},
    ),
)
