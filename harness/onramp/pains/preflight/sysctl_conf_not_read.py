"""/etc/sysctl.conf is no longer there, or no longer read.

What you see: `sysctl: cannot open "/etc/sysctl.conf": No such file or directory`; or settings
written there (net.ipv4.ip_forward, vm.overcommit_memory) are gone after a restart.

Why it happens: systemd-sysctl reads /etc/sysctl.d alone, and Debian 13's procps no longer
brings /etc/sysctl.conf. Scripts that append to it, or run `sysctl -p`, stop or have no effect.

What to do: write the setting to a file of its own, /etc/sysctl.d/90-docker.conf, and load it
with `sudo sysctl --system`.

What the remedy changes: the kernel's settings; which of them are wanted is for a person to say.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import answering

SCRIPT = """set -e
echo net.ipv4.ip_forward=1 > /etc/sysctl.d/30-docker.conf
sysctl -q -p
apt-get install -y docker.io"""

PAIN = PainPoint(
    id="sysctl-conf-not-read",
    phase="preflight",
    title="sysctl.conf is not read",
    severity="minor",
    cause="This release reads /etc/sysctl.d alone.",
    symptoms=(Symptom(r'sysctl: cannot open "/etc/sysctl\.conf"', "procps", weight=3),),
    remedy=Remedy(
        kind="human",
        summary="Write the setting to a file in /etc/sysctl.d.",
        commands=(
            "ls /etc/sysctl.d",
            "sudo sysctl --system",
        ),
    ),
    references=("https://www.debian.org/releases/trixie/release-notes/issues.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-13", "debian-sid"),
        # a team's own script, written when `sysctl -p` still had a file to read
        script=answering(8099, "200 OK", "text/x-shellscript", SCRIPT),
        settings={"docker.method": "script", "docker.script": "http://127.0.0.1:8099/docker.sh"},
    ),
)
