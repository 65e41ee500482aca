"""Taking what is Debian's alone out of its userland, for a host that goes by another name."""

from pathlib import Path

from onramp.providers.lab import subprocesses

# $1 = the root. `alternatives` belong to the userland; the rest of dpkg's memory to dpkg.
SCRIPT = """set -eu
cd "$1"
rm -f usr/bin/apt usr/bin/apt-* usr/bin/dpkg usr/bin/dpkg-* etc/debian_version etc/motd
rm -f usr/lib/systemd/system/apt-daily* usr/lib/systemd/system/dpkg-db-backup*
rm -f etc/systemd/system/timers.target.wants/apt-daily* \\
    etc/systemd/system/timers.target.wants/dpkg-db-backup*
rm -rf etc/apt etc/dpkg usr/lib/apt var/lib/apt var/cache/apt var/log/apt var/log/dpkg.log
find var/lib/dpkg -mindepth 1 -maxdepth 1 ! -name alternatives -exec rm -rf {} +
mkdir -p usr/lib/systemd/system-preset
echo 'disable *' > usr/lib/systemd/system-preset/99-default-disable.preset
"""


def unbrand(root: Path) -> None:
    """Debian's package manager goes, and services stay off until they are enabled."""
    subprocesses.run_build(["sh", "-c", SCRIPT, "unbrand", root])


def versions(root: Path) -> dict[str, str]:
    """{Debian package: version}, asked before dpkg's memory is gone."""
    listed = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W"]
    asked = [*listed, "-f", "${Package} ${Version}\\n"]
    return dict(line.split() for line in subprocesses.run(asked).splitlines())
