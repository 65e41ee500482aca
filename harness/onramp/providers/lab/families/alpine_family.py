"""Alpine, real but for its sshd and the engine's packages: apk, OpenRC, busybox, musl."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from onramp.providers import Progress
from onramp.providers.lab import alpine_packages, alpine_system, bootstrap, chroots, subprocesses
from onramp.providers.lab.alpine_packages import KEY_NAME, RELEASE
from onramp.providers.lab.bootstrap import USER
from onramp.providers.lab.families import Family
from onramp.providers.lab.images import Image

# The control groups are mounted from outside; the service that mounts them would stumble over it.
_CGROUPS = """
cat > /etc/conf.d/cgroups <<'END'
mount() {
	for last in "$@"; do :; done
	mountinfo -q "$last" || command mount "$@"
}
END
"""

# Docker's script asks for limits that it cannot have where the machine under the lab may not raise
# them, and says so, which no real host would show.
_LIMITS = """
echo 'DOCKER_ULIMIT="-c 0"' >> /etc/rc.conf
"""

# A host of the lab has its kernel and its addresses from outside, and no tty to log in at.
_FROM_OUTSIDE = """
apk del --no-network --quiet linux-virt mkinitfs
rm -rf /boot/* /lib/modules /etc/mkinitfs
printf 'auto lo\\niface lo inet loopback\\n' > /etc/network/interfaces
"""

# What makes the disk's system a freshly set up one:
#   a guest agent, a user and addresses go;
#   services are those that Alpine's set-up puts into the runlevels;
#   the user has sudo, since the disk has it; the password is none, which is not the same as locked.
_FINISH = """
apk del --no-network --quiet cloud-utils-growpart e2fsprogs-extra dhcpcd
rm -rf /lost+found /home/quicksand /etc/resolv.conf.quicksand
rm -f /etc/sudoers.d/quicksand /etc/init.d/quicksand-guest-agent /etc/init.d/setup-dns
rm -f /usr/local/bin/quicksand-guest-agent /etc/hostname /etc/resolv.conf
deluser quicksand
deluser dhcpcd
chmod 0644 /etc/hosts
sed -i 's/^rc_parallel=/#&/' /etc/rc.conf
sed -i 's/^\\(tty[0-9]\\)/#\\1/' /etc/inittab
rm -f /etc/runlevels/*/*
for service in devfs dmesg; do rc-update --quiet add $service sysinit; done
for service in bootmisc hostname hwclock modules networking seedrng swap sysctl syslog; do
    rc-update --quiet add $service boot
done
for service in killprocs mount-ro savecache; do rc-update --quiet add $service shutdown; done
install -m 0644 "/mnt/key/{KEY_NAME}" /etc/apk/keys/
cp /etc/apk/repositories /tmp/repositories
echo /mnt/packages/main > /etc/apk/repositories
apk add --quiet {PACKAGES}
cp /tmp/repositories /etc/apk/repositories
for service in crond sshd; do rc-update --quiet add $service default; done
adduser -D -u 1000 {USER}
echo '{USER}:*' | chpasswd -e
printf '%s ALL=(ALL) NOPASSWD:ALL\\n' {USER} > /etc/sudoers.d/90-{USER}
chmod 0440 /etc/sudoers.d/90-{USER}
rm -rf /var/cache/apk/* /etc/*-
"""


def finish(user: str, *more: str) -> str:
    """The script that makes a fresh system of the disk's, for a user of this name.

    `more` are packages besides sshd.
    """
    packages = " ".join(("openssh-server", *more))
    given = {"{KEY_NAME}": KEY_NAME, "{USER}": user, "{PACKAGES}": packages}
    return re.sub("|".join(map(re.escape, given)), lambda found: given[found[0]], _FINISH)


def _finishing() -> str:
    limits = _LIMITS if bootstrap.limits_are_low() else ""
    return _FROM_OUTSIDE + finish(USER) + _CGROUPS + limits


def _recipe(image: Image) -> list[str]:
    return [alpine_system.WHEEL, _finishing(), *alpine_packages.recipe()]


def _make(image: Image, root: Path, cache: Path, progress: Progress) -> None:
    make(root, cache, progress, _finishing())


def make(root: Path, cache: Path, progress: Progress, script: str) -> None:
    """A copy of the disk's system in `root`, changed by a script run in it."""
    home = cache / "mirror"
    packages = alpine_packages.build(home, progress) / RELEASE
    subprocesses.run(["cp", "-a", alpine_system.build(home, progress), root])
    key = alpine_packages.key(home)
    chroots.enter(root, script, {"packages": packages, "key": key})


def _published(home: Path, progress: Progress) -> Mapping[str, Path]:
    return {"alpine": alpine_packages.build(home, progress)}


FAMILY = Family("alpine", _recipe, _make, _published, takes="a minute")
