"""The path of ssh's control socket is longer than a socket's path may be.

What you see: `ControlPath too long ('…' >= 108 bytes)`, or `unix_listener: path "…" too long for
Unix domain socket`.

Why it happens: sharing one connection (ControlMaster) needs a socket file, and the kernel allows
its path about 104 to 108 bytes. A deep home directory and a pattern of host, port and user name
(`%h-%p-%r`) exceed that, above all with the long names of cloud machines. ssh also adds 17 letters
while it creates the file.

What to do: set a short path in ~/.ssh/config: `ControlPath ~/.ssh/%C` or `/tmp/ssh-%C`, where %C is
a digest of fixed length. For Ansible: `control_path_dir = /tmp/cp` under `[ssh_connection]`. If it
says that the ControlSocket already exists, nobody listens on it any more: remove that file.

What the remedy changes: your own ssh configuration. Onramp does not use control sockets.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-controlpath-too-long",
    phase="connect",
    title="ssh control socket: path too long",
    severity="major",
    cause="The ControlPath, once its % letters are replaced, exceeds the limit for socket paths.",
    symptoms=(
        Symptom(r"ControlPath too long \('", "OpenSSH", weight=3),
        Symptom(r"unix_listener: [^\n]{1,300} too long for Unix domain", "OpenSSH", weight=3),
        Symptom(r"^ControlSocket \S+ already exists, disabling", "OpenSSH", warning=True),
    ),
    remedy=Remedy(
        kind="human",
        summary="Choose a short ControlPath that ends in %C.",
        commands=("ssh -G HOST | grep -i controlpath", "ssh -o ControlPath=none USER@HOST"),
        side_effects="None.",
    ),
    references=(
        "https://man.openbsd.org/ssh_config#ControlPath",
        "https://github.com/openssh/openssh-portable/blob/master/mux.c",
    ),
)
