"""The host has too little memory: the kernel killed a build step or a container.

What you see: a build ends with `did not complete successfully: exit code: 137`, a container with
`exited (137)`, or something prints `Killed`, `cannot allocate memory`, `out of memory`.

Why it happens: engine and daemon take about 150 MB; compiling a Python package takes several
hundred. When memory and swap run out the kernel kills the largest process: 137 is 128 + signal 9.

What to do: `free -m`; `sudo dmesg | grep -i killed` says who was. Add swap as below, or take a
larger host, or images and packages that need no compiler.

What the remedy changes: a file of 1 GB is written to the disk and used as swap; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

SWAP = "fallocate -l 1G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile"
ASK = r"""awk '/MemTotal|MemAvailable|SwapTotal/ {print $1, $2}' /proc/meminfo
dmesg | tail -n 300 | grep -iE 'out of memory|killed process' | tail -n 2
docker ps -aq | xargs -r docker inspect -f 'OOMKilled {{.State.OOMKilled}}' | sort -u; true"""
STEPS = ("", "build", "up", "verify")
LITTLE = """mkdir /mnt/m && mount -t cgroup -o memory m /mnt/m && set -- $(hostname -I | tr . ' ')
cd /mnt/m && mkdir -p onramp$(($3 * 256 + $4)) && cd onramp$(($3 * 256 + $4))
echo 200M > memory.limit_in_bytes; for p in $(pidof dockerd containerd); do echo $p > cgroup.procs
done"""
HUNGRY = {"Dockerfile": ("COPY . .", "RUN python3 -c 'len(bytearray(600 << 20))'\nCOPY . .")}


def _foreseen(situation: Situation) -> str | None:
    size = known(situation.facts.memory_bytes) or 0
    return f"{size >> 20} MiB of memory" if 0 < size < 500 << 20 else None


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout if situation.probe else ""
    if re.search(r"(?i)killed process|out of memory|OOMKilled true", said):
        return True
    free = re.search(r"MemAvailable: (\d+)", said)
    return (free is not None and int(free[1]) < 100 << 10) or None


def _swap(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command(f"[ ! -e /swapfile ] && {SWAP}", as_root=True),))


PAIN = PainPoint(
    id="low-memory-oom", phase="preflight", title="Too little memory", severity="blocker",
    cause="Memory ran out, and the kernel killed the process that held most of it.",
    symptoms=(Symptom(r"did not complete successfully: exit code: 137", "BuildKit", STEPS, 3),
              Symptom(r"returned a non-zero code: 137", "the classic builder", STEPS, 3),
              Symptom(r"fatal error: runtime: (?:out of memory|cannot alloc)", "Go", weight=3),
              Symptom(r"[Cc]annot allocate memory|\b[Ee]xited \(137\)", "all", STEPS)),
    foresee=_foreseen, probe=Command(ASK, as_root=True), confirm=_confirmed,
    remedy=Remedy("ask", "Add a swap file of 1 GB, or take a larger host.", _swap,
                  (f"sudo sh -c '{SWAP}'",), "Slow, and wears SD cards out."),
    references=("https://docs.docker.com/engine/containers/resource_constraints/",),
    recipe=Recipe(
        ("debian-12", "debian-13", "fedora-like"), LITTLE, "build", "ready", {}, ("lab",), HUNGRY
    ),
)  # fmt: skip
