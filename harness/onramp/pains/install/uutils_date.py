"""A script reads dates in a way that this system's date does not.

What you see: `date: invalid date '2 months hence'`; or a script believes that every file was
changed just now.

Why it happens: Ubuntu 25.10 and later have uutils' commands in place of GNU's. Its date does
not read all of GNU's words, and in 25.10 `date -r FILE` printed the present time.

What to do: update package rust-coreutils; or let the script call GNU's, which is there as
`gnudate`.

What the remedy changes: nothing.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="uutils-date",
    phase="install",
    title="date is uutils', not GNU's",
    severity="minor",
    cause="The commands of this release differ from GNU's in what they read.",
    symptoms=(Symptom(r"date: invalid date '[^'\n]{1,40}(?:hence|ago|next|last)", "", weight=3),),
    remedy=Remedy(
        kind="human",
        summary="Update the package, or call gnudate.",
        commands=(
            "date --version",
            "sudo apt-get install --only-upgrade rust-coreutils",
        ),
    ),
    references=("https://github.com/uutils/coreutils/issues/14683",),
    affects=("debian",),
)
