"""runc asks systemd for a scope, and the message bus cannot start what it needs.

What you see: `unable to apply cgroup configuration: unable to start unit "docker-….scope"`,
ending in `Launch helper exited with unknown return code 1` or `Could not activate remote peer`.

Why it happens: with the systemd cgroup driver each container's scope is asked for over D-Bus.
The bus was upgraded or restarted without its helper, or the disk it starts from is full or
read-only.

What to do: `systemctl status dbus` and `journalctl -u dbus` name the helper. Restart the
machine after upgrades of dbus; a plain restart of dbus ends login sessions.

What the remedy changes: a restart; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="dbus-launch-helper",
    phase="up",
    title="The message bus does not start its helper",
    severity="blocker",
    cause="runc cannot ask systemd for a container's control group over D-Bus.",
    symptoms=(
        Symptom(r"Launch helper exited with unknown return code", "dbus", weight=3),
        Symptom(
            r"unable to start unit [^\n]{0,900}Could not activate remote peer", "dbus", weight=3
        ),
    ),
    probe=Command("systemctl is-active dbus; true"),
    remedy=Remedy(
        kind="human",
        summary="Look at what the message bus says, and restart the machine.",
        commands=(
            "systemctl status dbus",
            "journalctl -u dbus -n 20",
        ),
    ),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/",),
)
