"""The host answers, but lets nobody in with the keys or password offered.

What you see: `user@host: Permission denied (publickey).` or, from other SSH libraries,
"Authentication failed" or "No authentication methods available". The words in brackets are the
kinds of login the host would accept.

Why it happens: the user name is wrong for this image (root, debian, ubuntu, admin, ec2-user and
rocky are all somebody's default), the public key is not in that user's authorized_keys, the files
there may be written by others and are therefore ignored, or the host takes no passwords.

What to do: log in once by another way (the console, another key) and look at the host's
authentication log. Put the key there with ssh-copy-id, or name the right one with
`--private-key=` and the right user with `--user=`; `--ask-pass` asks for a password.

What the remedy changes: adding a key decides who may log in; nothing does it for you.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-permission-denied-publickey",
    phase="connect",
    title="SSH login refused: no accepted key or password",
    severity="blocker",
    cause="The host accepts none of the keys or passwords offered for this user.",
    symptoms=(
        Symptom(r"Permission denied \([a-z,-]+\)", "OpenSSH", weight=3),
        Symptom(r"^Permission denied, please try again", "OpenSSH"),
        Symptom(r"^Please login as the user \S+ rather than the user", "cloud images", weight=3),
        Symptom(r"Authentication failed\.", "Paramiko", steps=("connect",), weight=3),
        Symptom(r"No authentication methods available", "Paramiko", weight=3),
        Symptom(r"ssh: unable to authenticate, attempted methods", "Terraform, Packer", weight=3),
        Symptom(r"^SSH authentication failed! |Warning: Authentication failure\. R", "Vagrant"),
        Symptom(r"paramiko\.\S{0,30}AuthenticationException", "Fabric", weight=3),
        Symptom(r"Bad authentication type; allowed types", "Paramiko", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Give the host your public key, or name the key and user it already knows.",
        commands=("ssh-copy-id USER@HOST", "ssh -v USER@HOST true"),
        side_effects="Adding a key changes who can log in.",
    ),
    references=(
        "https://man.openbsd.org/sshd#AUTHENTICATION",
        "https://github.com/openssh/openssh-portable/blob/master/sshconnect2.c",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like", "alpine-3.23"),
        script="rm /home/newcomer/.ssh/authorized_keys",
    ),
)
