"""Rootless Docker lacks something it has to find on the host first.

What you see: dockerd-rootless-setuptool.sh stops with `[ERROR] Missing system requirements`,
`newuidmap binary not found`, `No subuid ranges found for user` or `XDG_RUNTIME_DIR ... is not set`.

Why it happens: a daemon without root needs the package uidmap, a range of user ids of its own in
/etc/subuid and /etc/subgid, and a real login session, which `su` and `sudo -u` do not make. It
refuses beside a rootful Docker, and as root.

What to do: `sudo apt install uidmap dbus-user-session`, then
`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER` and
`sudo loginctl enable-linger USER`. Log in as that user over ssh and run the tool again. Where a
rootful Docker is wanted too, `--force` lets both run.

What the remedy changes: a package, and ranges of ids that belong to one user; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="rootless-prerequisites",
    phase="daemon",
    title="Rootless mode lacks its prerequisites",
    severity="blocker",
    cause="The host is not prepared for a daemon without root.",
    symptoms=(
        Symptom(r"Missing system requirements\. Run the following commands to", weight=3),
        Symptom(r"Aborting because rootful Docker \(\S+\) is running and accessible", weight=3),
        Symptom(r"Refusing to install rootless Docker as the root user", weight=3),
        Symptom(r"newuidmap binary not found", weight=3),
        Symptom(r"No subuid ranges found for user", "rootlesskit", weight=3),
        Symptom(r"systemd was detected but XDG_RUNTIME_DIR \(", weight=3),
        Symptom(r"DBUS_SESSION_BUS_ADDRESS and \$XDG_RUNTIME_DIR not defined", "systemd >= 247"),
        Symptom(r"Failed to connect to bus: No medium found", "systemd 250 - 254"),
        Symptom(r"unable to start unit [^\n]{0,900}Interactive authentication required", weight=3),
    ),
    probe=Command(
        'command -v newuidmap; grep "^$(id -un):" /etc/subuid /etc/subgid; '
        'echo "${XDG_RUNTIME_DIR-no runtime directory}"; true'
    ),
    remedy=Remedy(
        kind="human",
        summary="Install uidmap, give the user id ranges, log in as that user and try again.",
        commands=(
            "sudo apt install uidmap dbus-user-session",
            "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER",
            "sudo loginctl enable-linger USER",
        ),
    ),
    explains=("apparmor-userns-restrict-rootless",),
    references=("https://docs.docker.com/engine/security/rootless/",),
    recipe=Recipe(
        images=("debian-13",),
        script="dpkg --purge --force-depends uidmap",
        before="start-daemon",
        settings={"docker.method": "rootless"},
    ),
)
