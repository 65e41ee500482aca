"""An earlier installation was cut off in the middle.

What you see: `E: dpkg was interrupted, you must manually run 'sudo dpkg --configure -a' to correct
the problem.`, or `E: Unmet dependencies. Try 'apt --fix-broken install' with no packages`.

Why it happens: the power went, the SSH session was closed, the disk was full, or somebody killed
apt while it worked. Packages are left half installed, and apt does nothing new before that is
settled.

What to do: make sure that no other apt or dpkg is running and that the disk has room, then run
`sudo dpkg --configure -a` and `sudo apt-get -f install`.

What the remedy changes: what somebody else began to install is completed: its services may start or
restart, and files that were changed by hand stay as they are. So it asks.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import E

CONFIGURE = "dpkg --force-confdef --force-confold --configure -a"


def _finish(situation: Situation) -> RemedyPlan:
    env = situation.platform.package_manager.env if situation.platform else {}
    scripts = (CONFIGURE, "apt-get -f install -y")
    return RemedyPlan(
        actions=tuple(Command(s, as_root=True, timeout_s=900.0, env=env) for s in scripts)
    )


PAIN = PainPoint(
    id="dpkg-interrupted",
    phase="install",
    title="An earlier installation was cut off",
    severity="blocker",
    cause="dpkg was ended in the middle of its work and has to finish first.",
    symptoms=(
        Symptom(rf"{E}dpkg was interrupted, you must manually run '", "apt, all", weight=3),
        Symptom(rf"{E}Unmet dependencies\. Try 'apt", "apt, all", weight=3),
        Symptom(r"^You might want to run 'apt(?:-get)? (?:--fix-broken|-f) install'", "apt"),
    ),
    probe=Command("dpkg --audit; ls /var/lib/dpkg/updates"),
    remedy=Remedy(
        kind="ask",
        summary="Complete the interrupted installation.",
        cure=_finish,
        commands=("sudo dpkg --configure -a", "sudo apt-get -f install"),
        side_effects="Services of the packages concerned may start or restart.",
    ),
    explains=("apt-unmet-dependencies-held",),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/deb/debsystem.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "debian-12-sysv"),
        # a package that takes its time, and the power goes meanwhile
        script=r"""set -e; mkdir -p /root/p/DEBIAN; cd /root/p/DEBIAN
printf '%s\n' 'Package: site-agent' 'Version: 1' 'Architecture: all' \
    'Maintainer: IT <it@x.invalid>' 'Description: in-house agent' > control
printf '#!/bin/sh\n[ -e /root/again ] && exit; touch /root/again; sleep 60\n' > postinst
chmod 755 postinst; dpkg-deb -b /root/p /root/p.deb; dpkg -i /root/p.deb & sleep 4; kill -9 $!""",
    ),
)
