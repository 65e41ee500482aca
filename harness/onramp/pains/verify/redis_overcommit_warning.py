"""Redis complains about the kernel's settings, and works.

What you see: in the log of redis `WARNING Memory overcommit must be enabled!` (before 7 `WARNING
overcommit_memory is set to 0!`), or lines about Transparent Huge Pages or the TCP backlog.

Why it happens: to save, Redis makes a copy of itself that shares its memory. With
vm.overcommit_memory=0, the default of nearly every Linux, the kernel may refuse that copy when
memory is short. Containers share the host's kernel, so the setting is the host's.

What to do: for a small stack nothing. Where Redis holds data that matters, on the host: `sudo
sysctl vm.overcommit_memory=1`, and the same line in a file in /etc/sysctl.d to make it last. `Can't
save in background: fork: Cannot allocate memory` means that it has become serious.

What the remedy changes: how the kernel promises memory, for every program on the host; so a person
decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains import EVERY_SYSTEM


def _default(situation: Situation) -> bool | None:
    kept = situation.probe.stdout.strip() if situation.probe else ""
    return False if kept in ("1", "2") else None


PAIN = PainPoint(
    id="redis-overcommit-warning",
    phase="verify",
    title="Redis warns of the kernel's memory settings",
    severity="notice",
    cause="vm.overcommit_memory is 0 on this host; Redis would rather have 1.",
    symptoms=(
        Symptom(r"WARNING Memory overcommit must be enabled!", "redis >= 7", (), 3, True),
        Symptom(r"WARNING overcommit_memory is set to 0!", "redis <= 6", (), 3, True),
        Symptom(r"WARNING You have Transparent Huge Pages", "redis", (), 2, True),
        Symptom(r"WARNING: The TCP backlog setting of \d+ cannot", "redis", (), 2, True),
        Symptom(r"Can't save in background: fork: Cannot allocate memory", "redis", weight=3),
        Symptom(r"MISCONF Redis is configured to save RDB snapshots", "redis", weight=1),
    ),
    probe=Command("cat /proc/sys/vm/overcommit_memory"),
    confirm=_default,
    remedy=Remedy(
        kind="human",
        summary="Leave it, or allow overcommitting on the host.",
        commands=("sudo sysctl vm.overcommit_memory=1",),
        side_effects="A policy for all programs on the host.",
    ),
    references=("https://redis.io/docs/latest/operate/oss_and_stack/management/admin/",),
    recipe=Recipe(
        images=EVERY_SYSTEM,
        starts="ready",
    ),
)
