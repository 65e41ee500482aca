"""The kernel was upgraded and the machine not restarted: its modules are gone.

What you see: `modprobe: FATAL: Module ... not found in directory /lib/modules/...`, a table or
match that does `not exist`, `Could not fetch rule set generation id: Invalid argument` as dockerd
starts, or `failed to add the host ... pair interfaces: operation not supported`.

Why it happens: the running kernel loads parts of itself from a directory named after its version.
Rolling distributions replace that directory with the new kernel's at once, so what was not loaded
before the upgrade cannot be loaded any more.

What to do: restart the machine. `ls /lib/modules/$(uname -r)` shows whether that is the trouble;
inside a container the directory is often missing and that is no fault.

What the remedy changes: a restart ends everything that runs; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import VM, PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known

# a package that is removed may leave the directory behind, without a module in it
PROBE = """find "/lib/modules/$(uname -r)/" -name '*.ko*' 2>/dev/null | grep -q . &&
echo there || echo gone"""
RUNNING = "linux-base linux-base/removing-running-kernel boolean false"
CONTAINERS = ("lxc", "lxc-libvirt", "systemd-nspawn", "docker", "podman", "openvz", "wsl", "proot")


def _confirmed(situation: Situation) -> bool | None:
    if known(situation.facts.virtualization) in CONTAINERS or situation.facts.wsl:
        return False
    said = situation.probe.stdout.strip() if situation.probe else ""
    return {"gone": True, "there": False}.get(said)


PAIN = PainPoint(
    id="kernel-modules-missing-after-upgrade", phase="daemon", severity="blocker",
    title="Kernel upgraded, not restarted",
    cause="The modules of the running kernel were replaced by those of a newer one.",
    symptoms=(
        Symptom(r"could not open moddep file '/lib/modules/", "kmod"),
        Symptom(r"RULE_(?:APPEND|INSERT) failed \(Invalid argument\): rule in chain", "nft"),
        # not in the journal, where a boot's optional modprobe says so in every container
        Symptom(r"(?:^|[^:] )modprobe: (?:FATAL|ERROR|WARNING): Module \S+ not found in ", "kmod"),
        Symptom(r"sandbox \(veth\w+\) pair interfaces: operation not supported", "1.9 - 29"),
        Symptom(r"Could not fetch rule set generation id: Invalid argument", "iptables-nft 1.8"),
        Symptom(r"failed to mount overlay: no such device", "overlay2", weight=1),
        Symptom(r"Table does not exist \(do you need to insmod\?\)", "iptables", weight=1),
        Symptom(r"not supported, missing kernel module\?", "iptables-nft", weight=1),
    ),
    probe=Command(PROBE),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Restart the machine.",
        commands=("ls /lib/modules/$(uname -r)", "sudo systemctl reboot"),
        side_effects="Ends everything that runs.",
    ),
    explains=("daemon-not-running", "service-failed-to-start", "iptables-nft-legacy-mismatch"),
    references=("https://wiki.archlinux.org/title/System_maintenance",),
    recipe=Recipe(
        images=(f"{VM}debian-13",),  # what an upgrade takes away from the kernel that runs
        script=f"debconf-set-selections <<< '{RUNNING}' && "
        "apt-get remove -qy linux-image-$(uname -r)",
    ),
)  # fmt: skip
