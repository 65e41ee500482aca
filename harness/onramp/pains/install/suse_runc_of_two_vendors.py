"""zypper finds runc of two vendors, and takes neither.

What you see: `the to be installed containerd-1.7.27-150000.123.1.x86_64 requires 'runc', but
this requirement cannot be provided`, then `not installable providers: runc-1.3.1-…
[docker-ce]`.

Why it happens: both SUSE and a repository added for Docker have a package runc. zypper does not
change a package's vendor by itself, and the one that is left does not fit.

What to do: keep one source: remove the added repository (`sudo zypper removerepo docker-ce`)
and take SUSE's packages, or allow the change once with `--allow-vendor-change`.

What the remedy changes: whose packages this host has; a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="suse-runc-of-two-vendors",
    phase="install",
    title="runc of two vendors",
    severity="blocker",
    cause="Two repositories offer runc, and zypper stays with neither.",
    symptoms=(
        Symptom(
            r"the to be installed (?:containerd|docker)\S* requires [^\n]{0,12}runc",
            "zypper",
            weight=3,
        ),
    ),
    remedy=Remedy(
        kind="human",
        summary="Keep one source for Docker's packages.",
        commands=(
            "zypper search --details runc",
            "sudo zypper removerepo docker-ce",
        ),
    ),
    references=("https://en.opensuse.org/Docker",),
    affects=("suse",),
)
