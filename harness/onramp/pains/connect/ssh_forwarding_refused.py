"""sshd opens no port on the host for what is to be forwarded back through the connection.

What you see: `Warning: remote port forwarding failed for listen port 18484`; with a mirror's folder
(`--set mirror=PATH`) the host is left as it was, since nothing could be served to it.

Why it happens: the host's sshd forbids it (`AllowTcpForwarding no` or `local`, `DisableForwarding
yes`, as hardening guides advise; `no-port-forwarding` or `restrict` before the key in
authorized_keys), or another program, or a login that is still ending, holds the port.

What to do: `sudo sshd -T | grep -iE 'forwarding|permitlisten'` and `sudo ss -ltnp 'sport = :18484'`
say which it is. Allow remote forwarding for this login (`AllowTcpForwarding remote` in a Match
block), or leave it forbidden: `mirror.serve` on a machine that the host reaches, and `--set
mirror=http://ITS-ADDRESS:18484`.

What the remedy changes: nothing by itself; whether sshd forwards is its administrator's decision.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-forwarding-refused",
    phase="connect",
    title="sshd opens no port for remote forwarding",
    severity="blocker",
    cause="The host's sshd forbids remote port forwarding, or the port is taken on the host.",
    symptoms=(
        Symptom(r"remote port forwarding failed for listen port \d+", "OpenSSH; Onramp", weight=3),
    ),
    remedy=Remedy(
        "human",
        "Allow remote forwarding for this login, or serve the mirror by address.",
        commands=(
            "sudo sshd -T | grep -iE 'forwarding|permitlisten'",
            "onramp mirror.serve --folder=onramp-mirror",
        ),
    ),
    references=("https://man.openbsd.org/sshd_config#AllowTcpForwarding",),
)
