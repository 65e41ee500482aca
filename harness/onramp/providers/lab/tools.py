"""The programs that make packages and repositories for systems other than Debian.

A root file system of Debian unstable's packages, entered by chroot, so that this machine need not
have rpm or pacman; and the key that such packages and repositories are signed with.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab import artifacts, chroots
from onramp.providers.lab.tool_roots import ToolRoot

_ROOT = ToolRoot(
    "tools",
    "sid",
    (
        "rpm", "createrepo-c",  # .rpm
        "pacman-package-manager", "makepkg", "libarchive-tools", "zstd",  # .pkg.tar.zst
        "gnupg",
    ),
    "making the tools for other systems' packages (once, about half a minute)",
)  # fmt: skip

KEY_NAME = "Onramp lab <lab@onramp.invalid>"

# gpg starts an agent, which ends with the process tree; each run has a copy of the key, so that
# agents of two at once do not meet.
_WITH_KEY = "cp -a /mnt/key/gnupg /tmp/gnupg\n"

_MAKE_KEY = f"""
mkdir -m 0700 /mnt/key/gnupg
export GNUPGHOME=/mnt/key/gnupg
gpg --batch --quiet --passphrase '' --quick-generate-key '{KEY_NAME}' rsa3072 sign never
gpg --batch --armor --export > /mnt/key/gpg
gpgconf --kill all
"""


class Tools(Struct, frozen=True):
    """`public_key`: the file, armored, that a system trusts to take what was signed here."""

    root: Path
    key: Path

    @property
    def public_key(self) -> Path:
        return self.key / "gpg"

    def run(self, script: str, places: Mapping[str, Path]) -> str:
        """Run a shell script as root among the tools; it sees `places` at /mnt/<name>.

        gpg has the signing key. Raises HarnessError with the script's words when it fails.
        """
        return chroots.enter(self.root, _WITH_KEY + script, {**places, "key": self.key})


def build(home: Path, progress: Progress) -> Tools:
    """The tools and the key, made in `home` (the mirror's) if needed: about 40 s, 300 MB."""
    root = _ROOT.build(home, progress)
    return Tools(root, artifacts.built(home, "key", [_MAKE_KEY], lambda key: _make_key(root, key)))


def _make_key(root: Path, key: Path) -> None:
    chroots.enter(root, _MAKE_KEY, {"key": key})
