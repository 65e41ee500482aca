"""A package's own script failed, and apt stops at it.

What you see: `dpkg: error processing package NAME (--configure):` and `installed NAME package
post-installation script subprocess returned error exit status 1`; further packages then fail,
since they depend on it; at the end `E: Sub-process /usr/bin/dpkg returned an error code (1)`.

Why it happens: a package may bring scripts that run as it is set up. This one met something on
the host that it cannot deal with; the line before dpkg's names it. What comes after is
consequence.

What to do: read the line above the first `dpkg: error processing`, and mend what it says. Then
`sudo dpkg --configure -a` goes on where it stopped.

What the remedy changes: nothing; what the script stumbled over is the host's own.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="package-script-failed",
    phase="install",
    title="A package's own script failed",
    severity="blocker",
    cause="A script that a package brings ended with an error.",
    symptoms=(
        Symptom(
            r"package (?:pre|post)-[a-z]{6,12} script subprocess (?:returned|was k)",
            "dpkg",
            weight=2,
        ),
        Symptom(
            r"subprocess installed (?:pre|post)-[a-z]+ script returned error",
            "dpkg < 1.19",
            weight=2,
        ),
        Symptom(r"^dpkg: error processing package \S+ \(--configure\)", "dpkg", weight=1),
    ),
    remedy=Remedy(
        kind="human",
        summary="Mend what the line above dpkg's says, then let dpkg go on.",
        commands=(
            "sudo dpkg --configure -a",
            "sudo apt-get -f install",
        ),
    ),
    explains=(
        "apt-unmet-dependencies-held",
        "dpkg-interrupted",
    ),
    references=("https://www.debian.org/doc/debian-policy/ch-maintainerscripts.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # what the C library's script replaces is a mount of somebody's
        script="mount --bind /etc/ld.so.cache /etc/ld.so.cache",
    ),
)
