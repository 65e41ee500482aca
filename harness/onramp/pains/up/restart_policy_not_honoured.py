"""A container that is to start with the machine did not: Docker tried once, too early.

What you see: after a reboot `docker compose ps --all` shows `Exited (128)` for a service that has
`restart: always`, and `docker inspect` names an error such as `cannot assign requested address`.

Why it happens: a restart policy repeats what ran and ended, not a start that failed. Docker starts
its containers as soon as it can; an address that a VPN or DHCP brings, a disk or a device may come
later. One that was stopped by hand stays down with `unless-stopped`, which is as documented.

What to do: `docker compose up -d` starts it by hand. For good, publish on an address that is there
at boot (`127.0.0.1`, or none), let docker.service wait for what is missing (`After=`, in `sudo
systemctl edit docker`), or allow addresses that come later: `net.ipv4.ip_nonlocal_bind=1`.

What the remedy changes: any program may listen on addresses that the host does not have yet, and
the host is restarted once more to see that it helps; so it asks first.
"""

from onramp.model.action import Command, Restart
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

SYSCTL = "net.ipv4.ip_nonlocal_bind=1"
FILE = "/etc/sysctl.d/60-docker-addresses.conf"
LATER = "192.0.2.10"  # RFC 5737
UNIT = f"""[Unit]
After=docker.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c "ip address replace {LATER}/32 dev lo"
[Install]
WantedBy=multi-user.target
"""
OVERRIDE = f"""services:
  web: {{restart: always, ports: ["{LATER}:8001:8000"]}}
  redis: {{restart: always}}
"""


def _bind_early(at: Situation) -> RemedyPlan | None:
    early = at.attempt and "cannot assign requested address" in at.attempt.text
    if not early or not at.platform:
        return None
    again = Restart(at.platform.service_manager.reboot, at.settings.timeouts.reboot)
    return RemedyPlan((Command(f"echo {SYSCTL} > {FILE}", as_root=True), again))


PAIN = PainPoint(
    id="restart-policy-not-honoured", phase="up", severity="major",
    title="A container did not start with the machine",
    cause="Docker could not start it at boot, and a start that failed is not tried again.",
    symptoms=(Symptom(r"restart policy \S+: starts with the machine, and", "", weight=3),),
    remedy=Remedy(
        "ask", "Let Docker wait for what is missing at boot.", _bind_early,
        (f"echo {SYSCTL} | sudo tee {FILE}", "sudo reboot"),
    ),
    explains=("stop-timeout-sigkill", "no-restart-policy"),
    references=("https://docs.docker.com/engine/containers/start-containers-automatically/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"), starts="ready", before="up", reboot=True,
        stack={"docker-compose.override.yml": OVERRIDE},  # published also where a VPN would be
        script=f"""cat > /etc/systemd/system/late-address.service <<'END'
{UNIT}END
systemctl daemon-reload && systemctl enable --now late-address.service""",
    ),
)  # fmt: skip
