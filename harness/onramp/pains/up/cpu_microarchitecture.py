"""The processor is older than the image expects.

What you see: `Fatal glibc error: CPU does not support x86-64-v2`, `Illegal instruction`, or a
container that ends at once with code 132.

Why it happens: newer distributions and databases are compiled for processors of 2009 (v2) or 2013
(v3) and later. The machine may be younger than that and still not show it: Proxmox and old
libvirt give a virtual machine a made-up processor, kvm64 or qemu64, that hides what the real one
can do.

What to do: in the hypervisor set the machine's CPU type to `host` or `x86-64-v2-AES`, switch it
off and on. On a processor that really is that old, take an image built for it: Debian's and
Alpine's run everywhere, or an older tag of the same image.

What the remedy changes: how the virtual machine is made; only who runs the hypervisor can do
that.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation, Symptom

NEEDED = {"x86-64-v2": ("sse4_2", "ssse3", "popcnt"), "x86-64-v3": ("avx2", "bmi2", "fma")}


def _confirmed(situation: Situation) -> bool | None:
    flags = situation.probe.stdout.split() if situation.probe else []
    if "sse2" not in flags:
        return None  # another kind of processor, or not answered
    text = situation.attempt.text if situation.attempt else ""
    wanted = next((NEEDED[level] for level in NEEDED if level in text), NEEDED["x86-64-v3"])
    return True if set(wanted) - set(flags) else None


PAIN = PainPoint(
    id="cpu-microarchitecture", phase="up", severity="blocker",
    title="Processor older than the image expects",
    cause="The image's programs use instructions that this processor does not have, or not show.",
    symptoms=(
        Symptom(r"CPU does not support x86-64-v[234]", "glibc of EL 9 and later", weight=3),
        Symptom(r"CPU ISA level is lower than required", "glibc >= 2.33", weight=3),
        Symptom(r"requires a CPU with AVX support", "MongoDB >= 5", weight=3),
        Symptom(r"processors with v[234] microarchitecture support", "Go", weight=3),
        Symptom(r"exited (?:with code 132|\(132\))", "docker", ("up", "verify", ""), weight=2),
        Symptom(r"\bIllegal instruction\b", "shells", ("build", "up", "verify", ""), weight=2),
    ),
    probe=Command("grep -m1 ^flags /proc/cpuinfo"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Give the virtual machine the real processor, or take an image for older ones.",
        commands=("grep -m1 -o -w -e sse4_2 -e avx2 /proc/cpuinfo",),
    ),
    explains=("container-restart-loop",),
    references=(
        "https://sourceware.org/glibc/wiki/Release/2.33",
        "https://pve.proxmox.com/pve-docs/chapter-qm.html",
    ),
)  # fmt: skip
