"""Nothing answers on the host's SSH port.

What you see: `ssh: connect to host … port 22: Connection refused`, `Connection timed out`, `No
route to host`, or a host name that does not resolve.

Why it happens: refused means that the machine is there and nothing listens: it is still booting,
sshd is not installed or not started, or it listens on another port. Silence until the time limit
means that a firewall or security group drops the packets, or that the address is another one.

What to do: wait, when the machine is new; it needs seconds to minutes. Otherwise check address
and port, the firewall in between, and from the machine's console whether sshd runs.

What the remedy changes: nothing. It waits a few seconds and tries again, a few times.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

TRIES = 4
PAUSE_S = 5.0
HOPELESS = ("resolve hostname", "not known", "Temporary failure", "No address associated")


def _wait(situation: Situation) -> RemedyPlan | None:
    attempt = situation.attempt
    if not attempt or any(words in attempt.text for words in HOPELESS):
        return None
    tries = 2 if "timed out" in attempt.text else TRIES  # silence has cost its own time limit
    return RemedyPlan(wait_s=PAUSE_S) if attempt.number < tries else None


PAIN = PainPoint(
    id="ssh-connection-refused-timeout",
    phase="connect",
    title="Host unreachable on the SSH port",
    severity="blocker",
    cause="No SSH server answers at this address and port.",
    symptoms=(
        Symptom(r"ssh: connect to host \S+ port \d+: ", "OpenSSH", weight=3),
        Symptom(r"ssh: Could not resolve hostname ", "OpenSSH", weight=3),
        Symptom(r"Connection timed out during banner exchange", "OpenSSH", weight=3),
        Symptom(r"Unable to connect to port \d+ on ", "Paramiko", weight=3),
        Symptom(r"dial tcp \S+:22: (?:connect: |i/o timeout)", "Terraform, Packer", weight=3),
        Symptom(r"Timed out while waiting for the machine to boot", "Vagrant"),
        Symptom(r"Error reading SSH protocol banner", "Paramiko", steps=("connect",)),
        Symptom(r"timed out|Connection refused|No route to host", "", steps=("connect",)),
        Symptom(r"Name or service not known", "glibc", steps=("connect",)),
    ),
    remedy=Remedy("safe", "Wait a moment; then check address, port and firewall.", _wait),
    references=("https://github.com/openssh/openssh-portable/blob/master/sshconnect.c",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        # like a machine that is still booting: its sshd comes a few seconds later
        script="service ssh stop; pkill -x sshd;"
        " (sleep 8; service ssh start) </dev/null >/dev/null 2>&1 &",
    ),
)
