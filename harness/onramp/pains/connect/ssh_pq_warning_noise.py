"""A new ssh warns of an older server; nothing is broken.

What you see: three lines on stderr, of which the first is `** WARNING: connection is not using a
post-quantum key exchange algorithm.`

Why it happens: OpenSSH 10.1 and later say so whenever the server knows none of the key exchanges
that would withstand a quantum computer (`sntrup761…`, `mlkem768…`). What you type and read is as
safe as it was yesterday; somebody may store it and read it in a distant future.

What to do: go on. For scripts that mistake any stderr for failure: `ssh -o
WarnWeakCrypto=no-pq-kex` or `-o LogLevel=ERROR`. An sshd of version 9.0 or later ends it.

What the remedy changes: what ssh prints on your side; the connection stays as it is.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="ssh-pq-warning-noise",
    phase="connect",
    title="ssh warns that the key exchange is not post-quantum",
    severity="notice",
    cause="The client is OpenSSH 10.1 or later, the server knows no post-quantum key exchange.",
    symptoms=(
        Symptom(
            r"^\*\* WARNING: connection is not using a post-quantum key exchange",
            "OpenSSH >= 10.1", weight=3, warning=True,
        ),
        Symptom(r"^\*\* This session may be vulnerable to \"store now", "", warning=True),
        Symptom(r"^\*\* The server may need to be upgraded\. See http", "", warning=True),
    ),
    remedy=Remedy(
        kind="human",
        summary="Go on; silence it, or update sshd when convenient.",
        commands=("ssh -V", "ssh -o WarnWeakCrypto=no-pq-kex USER@HOST"),
        side_effects="None.",
    ),
    references=("https://www.openssh.com/pq.html",),
)  # fmt: skip
