"""apt no longer trusts a repository's key, because of its SHA1 signature.

What you see: `Signing key on 9DC8… is not bound: No binding signature … because: Policy
rejected non-revocation signature … SHA1 is not considered secure since 2026-02-01T00:00:00Z`,
from /usr/bin/sqv.

Why it happens: apt 3 checks signatures with sqv, whose policy refuses SHA1 since February 2026.
The key on this host is bound to its name by such a signature: fetching the same key again
cannot help.

What to do: ask the repository's owner for a renewed key; Docker's own key has one. `sq inspect
/etc/apt/keyrings/…` shows which signature is meant. Until then leave the source out: `Enabled:
no`.

What the remedy changes: nothing by itself: which keys this host trusts, and how old they may
be, is for a person to decide.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.install import SHA1_REPOSITORY

PAIN = PainPoint(
    id="apt-sha1-key-rejected",
    phase="install",
    title="Key bound by SHA1 is refused",
    severity="blocker",
    cause="The repository's key is bound by a SHA1 signature, which apt 3 refuses since 2026.",
    symptoms=(
        Symptom(r"SHA1 is not considered secure since", "sqv", weight=3),
        Symptom(r"Signing key on [0-9A-F]+ is not bound", "sqv", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Get a renewed key from the repository's owner, or switch the source off.",
        commands=("apt-get --audit update",),
    ),
    explains=(
        "apt-missing-gpg-key",
        "gpu-or-other-apt-repo-broken",
    ),
    references=("https://github.com/gluster/glusterfs/issues/4664",),
    affects=("debian",),
    recipe=Recipe(images=("debian-13",), script=SHA1_REPOSITORY),
)
