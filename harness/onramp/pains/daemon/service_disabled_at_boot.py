"""Docker works now, and will not after the next restart of the machine.

What you see: nothing at first. `systemctl is-enabled docker` says disabled; after a reboot
`docker ps` cannot connect, and containers that should restart always are down.

Why it happens: starting a service and starting it at boot are two settings. RPM packages set
neither; Debian's set both, unless a policy or an administrator took the second one back.

What to do: `sudo systemctl enable docker.service containerd.service`.

What the remedy changes: both services start with the machine.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom


def _enable(situation: Situation) -> RemedyPlan | None:
    manager = situation.platform.service_manager if situation.platform else None
    if manager is None:
        return None
    units = "docker.service containerd.service" if manager.name == "systemd" else "docker"
    return RemedyPlan(actions=(Command(manager.enable.format(unit=units), as_root=True),))


PAIN = PainPoint(
    id="service-disabled-at-boot",
    phase="daemon",
    title="Works now, but not after a reboot",
    severity="minor",
    cause="The service is started, but not enabled at boot.",
    symptoms=(Symptom(r"^disabled$", "systemctl is-enabled", ("start-daemon",), weight=3),),
    remedy=Remedy(
        kind="safe",
        summary="Enable the service at boot.",
        cure=_enable,
        commands=("sudo systemctl enable docker.service containerd.service",),
        side_effects="The daemon starts with the machine.",
    ),
    references=(
        "https://docs.docker.com/engine/install/linux-postinstall/"
        "#configure-docker-to-start-on-boot-with-systemd",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # a hardening profile under which nothing starts by itself that is not on its list
        script="""echo 'DPkg::Post-Invoke {"/usr/sbin/harden";};' > /etc/apt/apt.conf.d/90harden
cat > /usr/sbin/harden <<'END'
#!/bin/sh
if [ -d /run/systemd/system ]; then systemctl disable docker.service
elif [ -e /etc/init.d/docker ]; then update-rc.d docker disable; fi 2>/dev/null || true
END
chmod 755 /usr/sbin/harden""",
        passes=True,
    ),
)
