"""Your private key may be read by others, so ssh does not use it.

What you see: `WARNING: UNPROTECTED PRIVATE KEY FILE!`, `Permissions 0644 for '…' are too open.`,
and, as nothing else is left to offer, `Permission denied (publickey)`.

Why it happens: ssh uses a private key only if nobody but its owner may read it. A key that was
downloaded, unpacked from an archive, copied with an ordinary umask or lies on a Windows drive
(/mnt/c in WSL, where every file looks open to all) does not qualify.

What to do: `chmod 600 FILE`, as the user who owns it. On a Windows drive chmod may do nothing: copy
the key below your home directory first. If others really could read it, make a new one.

What the remedy changes: the mode of your key file, on your own machine. Onramp's own login does
not look at it; `ssh` does.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-key-permissions",
    phase="connect",
    title="Private key ignored: others may read it",
    severity="blocker",
    cause="The private key's file mode lets others read it, so ssh ignores the key.",
    symptoms=(
        Symptom(r"WARNING: UNPROTECTED PRIVATE KEY FILE!", "OpenSSH", weight=3),
        Symptom(r"^Permissions 0\d+ for '[^'\n]{1,200}' are too open", "OpenSSH", weight=3),
        Symptom(r"^Load key \"[^\"\n]{1,200}\": bad permissions", "OpenSSH", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Make the key readable for you alone: chmod 600.",
        commands=("ls -l ~/.ssh", "chmod 600 ~/.ssh/KEY"),
        side_effects="Programs of other users that read the key no longer can.",
    ),
    explains=("ssh-permission-denied-publickey",),
    references=("https://github.com/openssh/openssh-portable/blob/master/authfile.c",),
)
