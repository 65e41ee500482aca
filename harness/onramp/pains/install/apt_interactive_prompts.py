"""A package asks a question and nobody is there to answer.

What you see: `end of file on stdin at conffile prompt`, or the installation stands still at `***
config.toml (Y/I/N/O/D/Z) [default=N] ?`, `Do you want to continue? [Y/n]` or a dialog on `Daemons
using outdated libraries`. `debconf: unable to initialize frontend: Dialog` is harmless.

Why it happens: dpkg asks when a file it is to install is there already and differs; debconf and
needrestart ask through dialogs. Over SSH without a terminal no answer comes.

What to do: give the answers beforehand: DEBIAN_FRONTEND=noninteractive, `-y`, and for files
`-o Dpkg::Options::=--force-confold` (keep what is there). needrestart: NEEDRESTART_MODE=a.

What the remedy changes: the installation that this run began is completed; the file that was there
stays as it is, and the package's own lies beside it, ending in .dpkg-dist.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

INSTALLS = ("install-engine", "install-compose")
FINISH = Command(
    "apt-get -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install -f -y",
    as_root=True,
    timeout_s=600.0,
    env={"DEBIAN_FRONTEND": "noninteractive"},
)


def _finish(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(FINISH,))


PAIN = PainPoint(
    id="apt-interactive-prompts",
    phase="install",
    title="An installation asks a question nobody answers",
    severity="major",
    cause="A package asks about a changed file, or through a dialog, and there is no terminal.",
    symptoms=(
        Symptom(r"end of file on stdin at conffile prompt", "dpkg >= 1.19", weight=3),
        Symptom(r"^\*\*\* \S+ \(Y/I/N/O/D/Z\) \[default=\w\] \?", "dpkg", weight=3),
        Symptom(r"Daemons using outdated libraries|Pending kernel upgrade!", "needrestart", ("",)),
        Symptom(r"Do you want to continue\? \[Y/n\] *(?:Abort\.)?$", "apt < 3", ("", *INSTALLS)),
        Symptom(r"^Continue\? \[Y/n\]|^Is this ok \[y/N\]:", "apt >= 3, dnf", ("", *INSTALLS)),
        Symptom(
            r"debconf: (?:unable to initialize frontend|\(TERM is not)|unable to re-open stdin",
            "debconf",
            ("", *INSTALLS),
            weight=1,
            warning=True,
        ),
    ),
    remedy=Remedy("safe", "Complete the installation, keeping the files that are there.", _finish),
    references=("https://manpages.debian.org/stable/dpkg/dpkg.1.en.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # left behind by an earlier engine: what its package wants to put there differs
        script="mkdir -p /etc/containerd && echo 'version = 2' > /etc/containerd/config.toml",
    ),
)
