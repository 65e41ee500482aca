"""Run a script among the programs of a root file system, which it leaves as it was but for what the
script changes.
"""

from collections.abc import Mapping
from pathlib import Path

from onramp.providers.lab import subprocesses

# $1 = the root, $2 = what to run in it, then pairs: a name and the directory to see at /mnt/name.
# It runs in a mount namespace of its own, so the mounts end with it and nobody else sees them.
_ENTER = """set -eu
root=$1 script=$2
shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for place in tmp run mnt; do mount -t tmpfs tmpfs "$root/$place"; done
while [ $# -gt 0 ]; do
    mkdir "$root/mnt/$1"
    mount --bind "$2" "$root/mnt/$1"
    shift 2
done
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \\
    GNUPGHOME=/tmp/gnupg sh -euc "$script"
"""


def enter(root: Path, script: str, places: Mapping[str, Path]) -> str:
    """Run a shell script as root in `root`; it sees `places` at /mnt/<name>.

    Raises HarnessError with the script's words when it fails.
    """
    pairs = [word for name, path in places.items() for word in (name, path)]
    return subprocesses.run_build(["sh", "-c", _ENTER, "enter", root, script, *pairs])
