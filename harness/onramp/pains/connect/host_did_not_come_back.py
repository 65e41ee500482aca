"""The host was restarted, and nobody can log in any more.

What you see: `ssh: connect to host … Connection refused`, or silence, long after the restart.

Why it happens: what lets one in was started by hand and is not enabled: sshd, a firewall's rule, a
network device. Or the machine waits at its console, for a disk that is missing, a boot menu or a
new kernel that does not start.

What to do: look at the machine's console. `systemctl is-enabled ssh` (`sshd` on RPM systems),
`systemctl --failed` and `journalctl -b -p err` there say what is missing; a previous kernel can be
chosen in the boot menu. Where it merely takes longer, raise `timeouts.reboot`.

What the remedy changes: nothing; without a login nothing can be done from here.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="host-did-not-come-back",
    phase="connect",
    title="Gone after its restart",
    severity="blocker",
    cause="The host was restarted, and no login works since.",
    symptoms=(
        Symptom(
            r"the host was restarted and did not come back",
            "Onramp",
            steps=("reboot", "after-reboot"),
            weight=3,
        ),
    ),
    remedy=Remedy(
        kind="human",
        summary="Look at the host's console.",
        commands=("systemctl is-enabled ssh", "systemctl --failed", "journalctl -b -p err"),
    ),
    explains=("ssh-connection-refused-timeout",),
    references=("https://docs.docker.com/engine/install/linux-postinstall/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        before="reboot",
        # somebody had started sshd by hand
        script="systemctl disable ssh.service ssh.socket sshd.service 2>/dev/null; true",
        settings={"timeouts.reboot": 30},
        reboot=True,
    ),
)
