"""apt warns that it will refuse a repository's signature before long.

What you see: `Policy will reject signature within a year, see --audit for details`, after an
`apt update` that worked.

Why it happens: sqv's policy sets an end to old algorithms. The key of this repository, or its
signature, still counts today and will not within a year.

What to do: nothing today. `sudo apt update --audit` says which signature is meant; its owner
has to renew it.

What the remedy changes: nothing.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.install import SHA1_REPOSITORY

# apt's own policy, with another end for SHA1: apt-secure(8), Debian's apt >= 2.9.24
POLICY = """mkdir -p /etc/crypto-policies/back-ends && cd /etc/crypto-policies/back-ends &&
sed "s/^\\(sha1.second_preimage_resistance = \\).*/\\1$(date -d '200 days' +%F)/" \\
    /usr/share/apt/default-sequoia.config > apt-sequoia.config
"""

PAIN = PainPoint(
    id="apt-policy-will-reject",
    phase="install",
    title="A repository's signature will be refused within a year",
    severity="notice",
    cause="A repository is signed in a way that apt's policy soon refuses.",
    symptoms=(
        Symptom(r"Policy will reject signature within a year", "apt >= 3", weight=3, warning=True),
    ),
    remedy=Remedy(
        kind="human",
        summary="Ask the repository's owner for a renewed key.",
        commands=("sudo apt-get update --audit",),
    ),
    references=("https://manpages.debian.org/trixie/apt/apt-secure.8.en.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-13",),
        script=SHA1_REPOSITORY + POLICY,
    ),
)
