"""What stands in for Arch: the real pacman on Debian unstable's userland.

Arch's own root file system is in no archive that Debian or Python packages come from.
"""

import json
from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab import artifacts, bootstrap, subprocesses, tools, unbranding
from onramp.providers.lab.images import IMAGES

_IMAGE = IMAGES["arch-like"]

# As Arch ships it, but for the sandbox: pacman installs nothing with it where the kernel of the
# machine under the lab has no Landlock.
_PACMAN_CONF = """[options]
HoldPkg     = pacman glibc
Architecture = auto
CheckSpace
ParallelDownloads = 5
DownloadUser = alpm
DisableSandboxFilesystem
SigLevel    = Required DatabaseOptional
LocalFileSigLevel = Optional

[core]
Include = /etc/pacman.d/mirrorlist

[extra]
Include = /etc/pacman.d/mirrorlist
"""


def _hook(target: str, about: str, program: str) -> str:
    """What Arch's systemd has pacman do after packages with such files."""
    return f"""[Trigger]
Type = Path
Operation = Install
Operation = Upgrade
Operation = Remove
Target = {target}

[Action]
Description = {about}...
When = PostTransaction
Exec = {program}
"""


_HOOKS = "usr/share/libalpm/hooks"
TEXTS = {
    "etc/arch-release": "",
    "etc/issue": "Arch Linux \\r (\\l)\n\n",
    "etc/locale.conf": "LANG=C.UTF-8\n",
    "etc/pacman.conf": _PACMAN_CONF,
    "etc/pacman.d/mirrorlist": "",  # filled in when a host boots
    f"{_HOOKS}/20-systemd-sysusers.hook": _hook(
        "usr/lib/sysusers.d/*.conf", "Creating system user accounts", "/usr/bin/systemd-sysusers"
    ),
    f"{_HOOKS}/30-systemd-daemon-reload-system.hook": _hook(
        "usr/lib/systemd/system/*", "Reloading system manager configuration",
        "/bin/sh -c '[ ! -d /run/systemd/system ] || systemctl daemon-reload'",
    ),
}  # fmt: skip

# $1 = the root, $2 = the tools'. Debian has what pacman-key is made of in another package, which
# needs Perl and more; and no package of it makes the user that downloads.
_FINISH = """set -eu
cp -a "$2/usr/share/makepkg" "$1/usr/share/"
cp -a "$2/usr/bin/vercmp" "$1/usr/bin/"
chroot "$1" useradd --system --home-dir / --shell /usr/bin/nologin alpm
"""


class System(Struct, frozen=True):
    """`versions`: those of the Debian packages it is made of, which it no longer knows itself."""

    root: Path
    versions: dict[str, str]


def build(home: Path, progress: Progress) -> System:
    """The root file system without pacman's memory, made if needed: about 40 s, 230 MB."""

    def make(folder: Path) -> None:
        progress("making what stands in for Arch (once, about 40 s)")
        _make(folder)
        toolbox = tools.build(home, progress)
        subprocesses.run_build(["sh", "-c", _FINISH, "finish", folder / "root", toolbox.root])

    folder = artifacts.built(home, "arch", recipe(), make)
    return System(folder / "root", json.loads((folder / "versions.json").read_text()))


def recipe() -> list[str]:
    """All that the root is made from."""
    return [*bootstrap.recipe(_IMAGE), unbranding.SCRIPT, _FINISH, *TEXTS, *TEXTS.values()]


def _make(folder: Path) -> None:
    root = folder / "root"
    bootstrap.make(_IMAGE, root)
    (folder / "versions.json").write_text(json.dumps(unbranding.versions(root)))
    unbranding.unbrand(root)
    for path, text in TEXTS.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
