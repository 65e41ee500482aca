"""What virtual machines need of the machine they run on, and putting it there.

Debian 12's own QEMU corrupts its guests under emulation, so QEMU and libvirt come from Debian's
backports there: by a pin, since a choice by name leaves dependencies behind. apt is given a
configuration of its own for that, and the machine's stays as it is. apt_preferences(5), apt.conf(5)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from onramp.errors import HarnessError
from onramp.providers.lab import apt_sources, locks, subprocesses

# program -> the Debian package that brings it
_NEEDED = {
    "vagrant": "vagrant",
    "virsh": "libvirt-clients",
    "libvirtd": "libvirt-daemon-system",
    "qemu-system-x86_64": "qemu-system-x86",
    "qemu-img": "qemu-utils",
    "dnsmasq": "dnsmasq-base",
}
_PLUGIN = {"vagrant-libvirt": Path("/usr/share/vagrant-plugins/plugins.d/vagrant-libvirt.json")}
_BACKPORTED = {"bookworm": "bookworm-backports"}
_PINNED = (
    "qemu* libvirt* seabios ipxe-qemu libslirp* librados* librbd* libcephfs* libfdt* liburing*"
)


def require() -> None:
    """Make sure there is Vagrant with libvirt and QEMU.

    Raises HarnessError that names the one command to run.
    """
    packages = _lacking()
    if not packages:
        return
    names = " ".join(packages)
    by_hand = f"sudo apt-get install {names}"
    if not Path("/etc/debian_version").exists():
        raise HarnessError(
            "virtual machines need Vagrant with libvirt and QEMU, which this machine lacks",
            resolution="install vagrant, vagrant-libvirt, libvirt and QEMU with its own packages",
        )
    if os.geteuid() != 0:
        raise HarnessError(f"virtual machines need {names}", resolution=by_hand)
    print(f"installing for virtual machines: {names}", file=sys.stderr, flush=True)
    try:
        with locks.locked(Path("/run/onramp/packages.lock"), timeout_s=1200):
            _install(packages)
    except HarnessError as error:
        raise HarnessError(
            "the packages that virtual machines need could not be installed",
            details=error.details,
            resolution=by_hand,
        ) from error


def _lacking() -> list[str]:
    programs = {_NEEDED[program] for program in subprocesses.missing(list(_NEEDED))}
    plugin = {name for name, file in _PLUGIN.items() if not file.exists()}
    return sorted(programs | plugin)


def _install(packages: list[str]) -> None:
    options = _configuration(Path("/run/onramp/apt"))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    subprocesses.run(["apt-get", *options, "update", "-q"], timeout_s=300, env=quiet)
    subprocesses.run(
        ["apt-get", *options, "install", "-y", "-q", "--no-install-recommends",
         "-o", "DPkg::Lock::Timeout=300", *packages],
        timeout_s=900,
        env=quiet,
    )  # fmt: skip


def _configuration(folder: Path) -> list[str]:
    """Options that give apt Debian's archive with backports; none where none are needed."""
    suite = apt_sources.codename()
    if suite not in _BACKPORTED:
        return []
    (folder / "lists/partial").mkdir(parents=True, exist_ok=True)
    archive, backports = apt_sources.read_archive(), _BACKPORTED[suite]
    lines = [
        *archive.lines(suite, extra_suites=True), *archive.lines(backports, extra_suites=False),
    ]  # fmt: skip
    (folder / "sources.list").write_text("\n".join([*lines, ""]))
    (folder / "preferences").write_text(preferences(backports))
    return [
        "-o", f"Dir::Etc::SourceList={folder / 'sources.list'}",
        "-o", "Dir::Etc::SourceParts=/dev/null",
        "-o", f"Dir::Etc::Preferences={folder / 'preferences'}",
        "-o", "Dir::Etc::PreferencesParts=/dev/null",
        "-o", f"Dir::State::Lists={folder / 'lists'}",
    ]  # fmt: skip


def preferences(backports: str) -> str:
    """The pin: QEMU, libvirt and what they are linked to come from this suite."""
    return f"Package: {_PINNED}\nPin: release n={backports}\nPin-Priority: 600\n"
