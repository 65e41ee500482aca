"""Nobody has met this host before, and nobody is there to say yes.

What you see: `The authenticity of host … can't be established` and then nothing, `No ED25519 host
key is known for …`, or just `Host key verification failed.`

Why it happens: the host's key is in no known_hosts file. At a terminal ssh would ask; in a script,
under `BatchMode=yes` or with `StrictHostKeyChecking=yes` it refuses.

What to do: compare the fingerprint shown with the host's own (the console of the machine, the
cloud's serial log), then log in once by hand and answer yes. On a network of your own, where
trusting the first answer is good enough: `--host-keys=accept-new` here,
`ssh -o StrictHostKeyChecking=accept-new` by hand (OpenSSH 7.6 and later).

What the remedy changes: a line in your known_hosts file. Whose key it is remains your decision.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

HERE = ("connect", "survey", "")

PAIN = PainPoint(
    id="ssh-unknown-host-key-noninteractive",
    phase="connect",
    title="Unknown host key, and nobody to confirm it",
    severity="blocker",
    cause="No known_hosts file has a key for this host, and unknown keys are refused.",
    symptoms=(
        Symptom(r"^No \S+ host key is known for ", "OpenSSH, Onramp", HERE, weight=3),
        Symptom(r"The authenticity of host '[^'\n]{1,200}' can't be established", "OpenSSH", HERE),
        Symptom(r"(?:^|via ssh: )Host key verification failed\.", "OpenSSH", HERE, weight=1),
        Symptom(r"Server '\S+' not found in known_hosts", "Paramiko", HERE, weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Check the fingerprint and log in once by hand, or pass --host-keys=accept-new.",
        commands=(
            "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
            "./invoke evaluate --host-keys=accept-new",
        ),
        side_effects="Whoever answers first at that address is trusted from then on.",
    ),
    references=("https://man.openbsd.org/ssh_config#StrictHostKeyChecking",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        login={"known_hosts": "/dev/null", "host_keys": "strict"},
    ),
)
