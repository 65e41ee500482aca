"""The host shows another key than the one remembered for it.

What you see: `REMOTE HOST IDENTIFICATION HAS CHANGED!` in a frame of @ signs, the file and line of
the key that was expected, and `Host key verification failed.`

Why it happens: mostly the machine was installed anew, or its address now belongs to another one,
as in clouds and on test networks. It is also just what somebody between you and the host would
look like, which is why no client goes on by itself.

What to do: read the fingerprint on the host's console (`ssh-keygen -lf
/etc/ssh/ssh_host_ed25519_key.pub`) and compare it with the one shown. Only if they agree, forget
the old key with `ssh-keygen -R HOST` (`-R "[HOST]:PORT"` on another port) and log in again.

What the remedy changes: a line of your known_hosts file, which is what protects you; so nothing
does it for you.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

HERE = ("connect", "survey", "")

PAIN = PainPoint(
    id="ssh-host-key-changed",
    phase="connect",
    title="Known host key differs",
    severity="blocker",
    cause="The host's key is not the one that known_hosts holds for this name.",
    symptoms=(
        Symptom(r"REMOTE HOST IDENTIFICATION HAS CHANGED!", "OpenSSH, Onramp", weight=3),
        Symptom(r"^Host key for \S+ has changed and you have requested", "OpenSSH", HERE, weight=3),
        Symptom(r"^Offending [A-Z0-9-]+ key in ", "OpenSSH", HERE),
        Symptom(r"\bREVOKED HOST KEY DETECTED", "OpenSSH", weight=3),
        Symptom(r"Host key for server '\S+' does not match", "Paramiko", HERE, weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Compare fingerprints on the host's console; only then forget the old key.",
        commands=("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", "ssh-keygen -R HOST"),
        side_effects="Forgetting a key blindly lets in whoever answers at that address.",
    ),
    explains=("ssh-unknown-host-key-noninteractive",),
    references=(
        "https://man.openbsd.org/ssh#VERIFYING_HOST_KEYS",
        "https://github.com/openssh/openssh-portable/blob/master/sshconnect.c",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="rm /etc/ssh/ssh_host_*_key*; ssh-keygen -A; service ssh restart",
    ),
)
