"""A root file system of Debian's packages, by mmdebstrap: a small cloud image of its system."""

from pathlib import Path

from onramp.providers.lab import apt_sources, subprocesses
from onramp.providers.lab.images import Image

USER = "newcomer"
EPOCH = 1735689600  # 2025: the time of whatever is made now, so that it is made alike next year

_LOW_OPEN_FILES = 524288

# What every image gets, run by mmdebstrap with $1 = the new root.
#   No host keys and an empty machine-id: every host gets its own at boot, or it is a clone.
#   No password: the login is by key, as on a cloud image; sudo asks for none.
#   The apt lists stay empty, as in a fresh cloud image: the documented first step is `apt update`.
_COMMON_HOOK = f"""set -eu
chroot "$1" useradd --create-home --uid 1000 --user-group --shell /bin/bash {USER}
mkdir -p "$1/etc/sudoers.d" "$1/etc/ssh/sshd_config.d"
printf '%s ALL=(ALL) NOPASSWD:ALL\\n' {USER} > "$1/etc/sudoers.d/90-{USER}"
chmod 0440 "$1/etc/sudoers.d/90-{USER}"
printf 'UseDNS no\\nPermitRootLogin prohibit-password\\n' > "$1/etc/ssh/sshd_config.d/lab.conf"
rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/hostname" "$1/etc/resolv.conf"
printf 'LANG=C.UTF-8\\n' > "$1/etc/default/locale"
rm -f "$1/var/lib/dbus/machine-id" "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
: > "$1/etc/machine-id"
"""

# Services are started by the administrator on this image, as on many without systemd: a
# policy-rc.d that forbids it (101, see invoke-rc.d(8)) also keeps a package from failing because
# its daemon could not start yet. Run after mmdebstrap, which removes the file as its own.
# fstab names the control groups, which are mounted from outside; else Docker's init script would
# mount version 1 of them over version 2.
_SYSVINIT_HOOK = """
printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d"
chmod 0755 "$1/usr/sbin/policy-rc.d"
echo 'cgroup2 /sys/fs/cgroup cgroup2 noauto 0 0' >> "$1/etc/fstab"
"""

# What the kernel of the machine under the lab does not let a host mount: a newer systemd than
# Debian 13's counts it as a failure.
_MOUNTS_HOOK = """
for unit in dev-hugepages sys-kernel-debug sys-kernel-tracing; do
    ln -sf /dev/null "$1/etc/systemd/system/$unit.mount"
done
"""

# The sudo of Ubuntu since 25.10, from Debian's package of it, in sudo's place.
_SUDO_RS_HOOK = """
chroot "$1" dpkg-divert --local --rename --add /usr/bin/sudo
ln -s ../lib/cargo/bin/sudo "$1/usr/bin/sudo"
"""

# Docker's init script raises `ulimit -n`. Where the machine under the lab may not raise limits
# (no CAP_SYS_RESOURCE, low hard limit) that line fails and the script ends there, which no real
# host would show. So there, and only there, apt turns it into a no-op after each installation.
_ULIMIT_HOOK = """
cat > "$1/etc/apt/apt.conf.d/99lab-ulimit" <<'END'
DPkg::Post-Invoke {"if [ -f /etc/init.d/docker ]; then sed -i 's/^\\([[:space:]]*\\)ulimit/\\1: ulimit/' /etc/init.d/docker; fi";};
END
"""  # noqa: E501


def limits_are_low() -> bool:
    """Whether this machine keeps even root from raising the limit on open files."""
    status = Path("/proc/self/status").read_text()
    bounding = next(line for line in status.splitlines() if line.startswith("CapBnd"))
    may_raise = int(bounding.split()[1], 16) >> 24 & 1  # CAP_SYS_RESOURCE is bit 24
    hard = int(subprocesses.run(["sh", "-c", "ulimit -Hn | sed s/unlimited/999999999/"]))
    return not may_raise and hard < _LOW_OPEN_FILES


def finishing(image: Image) -> str:
    """The shell script run on the root after mmdebstrap is done with it; $1 = the root."""
    parts = []
    if image.init == "sysvinit":
        parts += [_SYSVINIT_HOOK, _ULIMIT_HOOK if limits_are_low() else ""]
    elif image.suite == "sid":
        parts.append(_MOUNTS_HOOK)
    if "sudo-rs" in image.packages:
        parts.append(_SUDO_RS_HOOK)
    if image.os_release:
        parts.append(f"cat > \"$1/usr/lib/os-release\" <<'END'\n{image.os_release}END\n")
    return "\n".join(("set -eu", *parts)) if parts else ""


def flags(image: Image, options: tuple[str, ...]) -> tuple[str, ...]:
    """mmdebstrap's flags for an image."""
    return (
        "--variant=apt",
        "--mode=root",
        f"--include={','.join(image.packages)}",
        *(f"--aptopt={option}" for option in options),
        "--dpkgopt=force-unsafe-io",
        f"--customize-hook={_COMMON_HOOK}",
    )


def recipe(image: Image) -> list[str]:
    """All that the image's root is made from."""
    return [*_flags(image), finishing(image), *_archive_lines(image)]


def make(image: Image, root: Path, *hooks: str) -> None:
    """The image's root directory (about 30 s, 250 MB); `hooks` are more flags for mmdebstrap.

    Raises HarnessError with mmdebstrap's own words when it cannot be made.
    """
    lines = [line for line in _archive_lines(image) if _is_served(line, image.suite)]
    when = {"SOURCE_DATE_EPOCH": str(EPOCH)}
    subprocesses.run_build(
        ["mmdebstrap", *_flags(image), *hooks, image.suite, root, *lines], env=when
    )
    subprocesses.run_build(["sh", "-c", finishing(image), "finish", root])


def _flags(image: Image) -> tuple[str, ...]:
    return flags(image, apt_sources.apt_options())


def _archive_lines(image: Image) -> tuple[str, ...]:
    return apt_sources.read_archive().lines(image.suite, extra_suites=True)


def _is_served(line: str, suite: str) -> bool:
    """Whether it is the suite itself, or an updates or security suite that the archive has."""
    uri, named = line.split()[1:3]
    return named == suite or apt_sources.serves(uri, named)
