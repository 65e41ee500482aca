"""Docker works now, and will not after the next restart of the machine.

What you see: nothing at first. `systemctl is-enabled docker` says disabled; after a reboot
`docker ps` cannot connect, and containers that should restart always are down. Where docker.socket
is enabled, the first `docker ps` starts the daemon, and only then come the containers.

Why it happens: starting a service and starting it at boot are two settings. RPM packages set
neither; Debian's set both, unless a policy or an administrator took the second one back.

What to do: `sudo systemctl enable docker.service containerd.service`.

What the remedy changes: both services start with the machine.
"""

from onramp.model.action import Command, Restart
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import RESTART_ALWAYS

STEPS = ("start-daemon", "after-reboot")


def _enable(situation: Situation) -> RemedyPlan | None:
    manager = situation.platform.service_manager if situation.platform else None
    if manager is None:
        return None
    units = "docker.service containerd.service" if manager.name == "systemd" else "docker"
    enable = Command(manager.enable.format(unit=units), as_root=True)
    if situation.step != "after-reboot":
        return RemedyPlan((enable,))
    # whether it starts by itself now, another restart tells
    return RemedyPlan((enable, Restart(manager.reboot, situation.settings.timeouts.reboot)))


PAIN = PainPoint(
    id="service-disabled-at-boot",
    phase="daemon",
    title="Works now, but not after a reboot",
    severity="minor",
    cause="The service is started, but not enabled at boot.",
    symptoms=(
        Symptom(r"^disabled$", "systemctl is-enabled", STEPS, weight=3),
        Symptom(r"Loaded: loaded \(\S+/docker\.service; disabled;", "", STEPS, weight=3),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Enable the service at boot.",
        cure=_enable,
        commands=("sudo systemctl enable docker.service containerd.service",),
        side_effects="The daemon starts with the machine.",
    ),
    explains=("daemon-not-running",),
    references=(
        "https://docs.docker.com/engine/install/linux-postinstall/"
        "#configure-docker-to-start-on-boot-with-systemd",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # a hardening profile, under which nothing starts by itself that is not on its list
        script="""if [ -d /run/systemd/system ]; then systemctl disable docker.service docker.socket
else update-rc.d docker disable; fi""",
        stack={"docker-compose.override.yml": RESTART_ALWAYS},
        before="reboot",
        reboot=True,
    ),
)
