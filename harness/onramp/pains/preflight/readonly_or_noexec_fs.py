"""A system directory cannot be written, or nothing in it may be executed.

What you see: `Read-only file system` from apt, dpkg or the daemon; or a script that was just
unpacked fails: `unable to execute … package pre-installation script: Permission denied`.

Why it happens: some systems are immutable on purpose (Fedora CoreOS, Silverblue, SteamOS, Flatcar).
Elsewhere the kernel turned the disk read-only after an error. Hardened hosts mount /var or /tmp
noexec, and dpkg runs its scripts from /var/lib/dpkg.

What to do: `findmnt /usr /var` shows the options. On an immutable system use its own way
(rpm-ostree, a system extension). After a disk error look at `dmesg` and save your data first. On a
hardened host remount with `mount -o remount,exec` for the installation, if you may.

What the remedy changes: how a disk is mounted is the decision of whoever set it up.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known

ROW = re.compile(
    r"^\S+ (/(?:usr|etc|var|home|tmp)?(?:/lib(?:/docker|/containerd)?)?) \S+ (\S+)", re.M
)


def _foreseen(situation: Situation) -> str | None:
    mounts = known(situation.facts.mounts) or {}
    bad = [f"{d} is mounted {how}" for d, how in mounts.items() if _hurts(d, how)]
    return ", ".join(bad) or None


def _hurts(directory: str, how: str) -> bool:
    return how == "ro" or (how == "noexec" and directory.startswith("/var"))


def _confirmed(situation: Situation) -> bool | None:
    rows = ROW.findall(situation.probe.stdout) if situation.probe else []
    last = {place: options.split(",") for place, options in rows}  # what is mounted over counts
    text = situation.attempt.text.lower() if situation.attempt else ""
    option = "ro" if "read-only file" in text else "noexec"
    return any(option in options for options in last.values()) if last else None


PAIN = PainPoint(
    id="readonly-or-noexec-fs", phase="preflight", title="File system read-only or noexec",
    severity="blocker",
    cause="A directory of the system is mounted read-only or without leave to execute.",
    symptoms=(Symptom(r"[Rr]ead-only file system", "all"),
              Symptom(r"unable to execute [^\n]{1,200}: Permission denied", "dpkg", weight=3)),
    foresee=_foreseen, probe=Command("cat /proc/mounts"), confirm=_confirmed,
    remedy=Remedy("human", "Use the system's own way to add software, or mount it writable.",
                  commands=("findmnt -o TARGET,OPTIONS /usr /var", "sudo dmesg | tail"),
                  side_effects="Writing to a failing disk may lose data."),
    references=("https://docs.fedoraproject.org/en-US/fedora-coreos/os-extensions/",),
    recipe=Recipe(("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
                  "mount --bind /usr /usr && mount -o remount,ro,bind /usr"),
)  # fmt: skip
