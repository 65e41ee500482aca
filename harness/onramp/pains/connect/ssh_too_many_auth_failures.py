"""The host hung up before the right key was offered.

What you see: `Received disconnect from … port 22:2: Too many authentication failures`.

Why it happens: sshd counts every refused key and password against MaxAuthTries, six unless set
otherwise. A client offers what it has one after the other: keys named in the configuration, all
those the agent holds. With enough wrong ones in front, the right one never gets its turn.

What to do: name the one right key: `--private-key=FILE` here, `ssh -o IdentitiesOnly=yes -i FILE`
by hand, or both as lines for this host in ~/.ssh/config. `ssh-add -l` lists what the agent offers;
`ssh-add -d` takes one out. If one key is too much already, its user or its host is the wrong one.

What the remedy changes: nothing on the host; only what your side offers it.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-too-many-auth-failures",
    phase="connect",
    title="SSH ends the login: too many keys were offered",
    severity="blocker",
    cause="sshd closes the connection after MaxAuthTries refusals, before the right key's turn.",
    symptoms=(
        Symptom(r"Too many authentication failures", "OpenSSH", ("connect", ""), weight=3),
        Symptom(r"maximum authentication attempts exceeded for ", "sshd's log", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Offer the one right key alone.",
        commands=("ssh -o IdentitiesOnly=yes -i ~/.ssh/KEY USER@HOST", "ssh-add -l"),
        side_effects="None on the host.",
    ),
    explains=("ssh-permission-denied-publickey",),
    references=(
        "https://man.openbsd.org/sshd_config#MaxAuthTries",
        "https://man.openbsd.org/ssh_config#IdentitiesOnly",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        # the key is wrong, and that is one too many: the right password never gets its turn
        script="""rm /home/newcomer/.ssh/authorized_keys
echo newcomer:a-Right-0ne | chpasswd
echo 'MaxAuthTries 1' > /etc/ssh/sshd_config.d/few.conf; service ssh restart""",
        login={"password": "a-Right-0ne"},
    ),
)
