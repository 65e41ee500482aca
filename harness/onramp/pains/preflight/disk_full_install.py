"""A disk is full, or too small for the packages or the images.

What you see: `E: You don't have enough free space in /var/cache/apt/archives/`, or `No space left
on device` from dpkg, docker, pip or anything else that writes.

Why it happens: an engine with a small stack takes about 2 GB, and a small rented server has 5. Old
images, build cache and logs fill the rest. /var may be a small file system of its own; since engine
29 images may lie in /var/lib/containerd. `df` can show room where `df -i` shows no inode is left.

What to do: `df -h` and `df -i` name the file system that is full. `sudo apt-get clean` and
`sudo journalctl --vacuum-size=100M` free what nobody misses; `docker system df` shows what Docker
holds, and `docker system prune` removes what is unused. Or enlarge the disk.

What the remedy changes: downloaded packages and old log entries are deleted; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

CLEAN = "apt-get clean; [ ! -d /run/systemd/system ] || journalctl --vacuum-size=100M"
ROW = re.compile(r"^\S+\s+[1-9]\d*\s+\d+\s+(\d+)\s+(\d+)%\s+(/(?!snap|sys|dev|boot|run)\S*)$", re.M)
ROOM = 20 << 20  # KiB (and inodes): with so much left everywhere no disk was full


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    need = 300 << 20 if known(facts.docker_cli) else 1 << 30
    free = known(facts.disk_free_bytes) or {}
    low = [d for d in free if d[:4] in ("/", "/var") and free[d] < need]
    return "; ".join(f"{d} has {free[d] >> 20} MiB free" for d in low) or None


def _confirmed(situation: Situation) -> bool | None:
    rows = ROW.findall(situation.probe.stdout) if situation.probe else []
    if any(int(used) >= 98 or int(left) < 20 << 10 for left, used, _ in rows):
        return True
    return False if rows and all(int(left) > ROOM for left, _, _ in rows) else None


def _clean(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command(CLEAN, as_root=True),))


PAIN = PainPoint(
    id="disk-full-install", phase="preflight", title="A disk is full", severity="blocker",
    cause="A file system that packages or images are written to has no room left.",
    symptoms=(Symptom(r"^E: You don't have enough free space in ", "apt", weight=3),
              Symptom(r"[Nn]o space left on device", "all", weight=3),
              Symptom(r"^ *At least \d+\w+ more space needed on the ", "dnf, rpm", weight=3)),
    foresee=_foreseen, probe=Command("df -Pkl; df -Pil; true", as_root=True), confirm=_confirmed,
    remedy=Remedy("ask", "Delete downloaded packages and old log entries.", _clean,
                  ("df -h; df -i", "sudo apt-get clean", "docker system df"),
                  "Old log entries are gone."),
    references=("https://docs.docker.com/engine/manage-resources/pruning/",),
    recipe=Recipe(("debian-12", "debian-13", "debian-12-sysv"),
                  # a small /var with what was downloaded long ago
                  "mount -t tmpfs -o size=300m tmpfs /var/cache/apt && cd /var/cache/apt &&"
                  " mkdir archives && head -c 280M /dev/zero > archives/old_1_amd64.deb"),
)  # fmt: skip
