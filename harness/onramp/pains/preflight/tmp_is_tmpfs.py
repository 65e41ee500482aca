"""/tmp is full, not the disk: it lies in memory.

What you see: `No space left on device: '/tmp/…'` (or `write /tmp/…: no space left on device`),
while `df -h /` shows gigabytes free.

Why it happens: Debian 13 and Fedora keep /tmp in memory, at most half of it. Unpacking a large
archive, saving an image or a build with pip fills that long before any disk.

What to do: `df -h /tmp` shows it. Give the program another place: `TMPDIR=/var/tmp`. To keep
/tmp on the disk for good: `sudo systemctl mask tmp.mount` and restart.

What the remedy changes: nothing; where temporary files belong is for a person to decide.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="tmp-is-tmpfs",
    phase="preflight",
    title="/tmp lies in memory, and is full",
    severity="major",
    cause="/tmp is a file system in memory, smaller than what is written there.",
    symptoms=(
        Symptom(r"No space left on device: ['\"]/tmp/", "Python", weight=3),
        Symptom(r"(?:^|[\s'\":])/tmp/\S{1,200}: [Nn]o space left on device", "all", weight=3),
        Symptom(r"cannot (?:create|write)[^\n]{0,80}/tmp/[^\n]{0,200}: No space", "", weight=3),
    ),
    probe=Command("df -h / /tmp; findmnt -n /tmp; true"),
    remedy=Remedy(
        kind="human",
        summary="Use a directory on the disk for temporary files.",
        commands=(
            "df -h / /tmp",
            "export TMPDIR=/var/tmp",
        ),
    ),
    explains=(
        "disk-full-install",
        "logs-fill-disk",
    ),
    references=("https://www.debian.org/releases/trixie/release-notes/issues.html",),
    recipe=Recipe(
        images=("debian-13",),
        starts="ready",
        script="mount -t tmpfs -o size=64k,mode=1777 tmpfs /tmp;"
        " head -c 1M /dev/zero > /tmp/somebodys; true",
        before="build",
    ),
)
