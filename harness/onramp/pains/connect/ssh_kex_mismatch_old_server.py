"""Client and server share no way to encrypt.

What you see: `Unable to negotiate with … port 22: no matching key exchange method found. Their
offer: …` (or host key type, cipher, MAC); from Onramp, `Incompatible ssh peer`.

Why it happens: the server is years behind, or hardened to a short list, or the client is. New
clients dropped SHA-1 (`ssh-rsa`, `diffie-hellman-group14-sha1`), CBC ciphers and MD5; CentOS 6 and
7, old appliances and old network devices offer nothing else.

What to do: update sshd on the host, give it a newer host key (`ssh-keygen -A`), or lengthen the
list in its sshd_config. For ssh by hand, what stands in "Their offer" can be allowed again:
`-o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedAlgorithms=+ssh-rsa`, or
`-o KexAlgorithms=+diffie-hellman-group14-sha1`. Onramp does not read these options.

What the remedy changes: weak algorithms protect that connection less; so nothing allows them for
you. A host this old rarely runs a current Docker anyway.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-kex-mismatch-old-server",
    phase="connect",
    title="No SSH algorithm in common",
    severity="blocker",
    cause="The SSH server offers no algorithm that this client still (or already) accepts.",
    symptoms=(
        Symptom(r"Unable to negotiate with \S+ port \d+: no matching ", "OpenSSH", weight=3),
        Symptom(r"Incompatible ssh (?:peer|server) \(", "Paramiko", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Update the host's SSH server.",
        commands=("ssh -vv USER@HOST true 2>&1 | grep -A12 'peer server KEXINIT'",),
        side_effects="Allowing old algorithms instead weakens the connection.",
    ),
    explains=("ssh-connection-refused-timeout",),
    references=("https://www.openssh.com/legacy.html",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        # what sshd 5.3 of CentOS 6 and a client of today do not agree on
        script="echo 'KexAlgorithms diffie-hellman-group1-sha1,diffie-hellman-group14-sha1' "
        "> /etc/ssh/sshd_config.d/old.conf; service ssh restart",
    ),
)
