"""zypper finds no package docker in the repositories of this host.

What you see: `'docker' not found in package names. Trying capabilities.`, then `No provider of
'docker' found.`, and exit code 104.

Why it happens: on SUSE Linux Enterprise docker is in the Containers Module, which a registered host
has to add. On openSUSE it is in the main repository, which somebody switched off, as on hosts that
install from a medium alone.

What to do: on SLES `sudo SUSEConnect -p sle-module-containers/15.6/x86_64` with your release; on
openSUSE `zypper repos` shows what is off, `sudo zypper modifyrepo --enable repo-oss` switches it
on.

What the remedy changes: one more package source is read from now on; so it asks first.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

ASK = "zypper --non-interactive --quiet repos --uri; true"
_OFF = re.compile(r"^\s*\d+\s*\|\s*(repo-oss)\s*\|[^|\n]*\|\s*No\b", re.MULTILINE)


def _enable(situation: Situation) -> RemedyPlan | None:
    listed = situation.probe.stdout if situation.probe else ""
    if known(situation.facts.os_id) == "sles" or not _OFF.search(listed):
        return None
    scripts = ("modifyrepo --enable repo-oss", "refresh")
    return RemedyPlan(
        tuple(Command(f"zypper --non-interactive {s}", as_root=True) for s in scripts)
    )


PAIN = PainPoint(
    id="zypper-docker-not-found",
    phase="install",
    title="SUSE: no enabled repository has docker",
    severity="blocker",
    cause="The repository or module that holds docker is not switched on.",
    symptoms=(
        Symptom(r"^No provider of 'docker(?:-compose|-buildx)?' found\.", "zypper", weight=3),
        Symptom(r"^'docker' not found in package names\. Trying", "zypper", weight=1),
    ),
    probe=Command(ASK),
    remedy=Remedy(
        kind="ask",
        summary="Switch on the repository, or add the module, that has docker.",
        cure=_enable,
        commands=("zypper repos", "sudo zypper modifyrepo --enable repo-oss"),
        side_effects="Packages of one more source become available.",
    ),
    references=(
        "https://en.opensuse.org/Docker",
        "https://documentation.suse.com/sles/15-SP6/html/SLES-all/cha-docker-installation.html",
    ),
    affects=("suse",),
    recipe=Recipe(("suse-like",), "zypper --non-interactive modifyrepo --disable repo-oss"),
)
