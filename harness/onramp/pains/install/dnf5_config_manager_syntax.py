"""The command that adds Docker's repository is one of another dnf.

What you see: `Unknown argument "--add-repo" for command "config-manager"` (dnf 5), or `No such
command: config-manager` (dnf 4 without its plugins), or `yum-config-manager: command not found`.

Why it happens: since Fedora 41 dnf is dnf 5, whose config-manager has subcommands where dnf 4 had
options; in dnf 4 and yum it comes in a package of its own. Instructions mix them.

What to do: all of them only put a file in place. Do that yourself: download docker-ce.repo for
your system into /etc/yum.repos.d; it works with every version.

What the remedy changes: Docker's repository becomes a package source; so it asks first.
"""

import shlex

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.settings import DOCKER_REPOSITORY
from onramp.model.unknown import known
from onramp.pains import answering

NAME = "/docker-ce.repo"
FILE = f"/etc/yum.repos.d{NAME}"
SCRIPT = f"""set -e
[ -e {FILE} ] ||
    dnf config-manager --add-repo ${{DOWNLOAD_URL:-https://download.docker.com}}/linux/fedora{NAME}
dnf install -y docker-ce docker-compose-plugin && systemctl enable --now docker"""


def _download(situation: Situation) -> RemedyPlan | None:
    system = known(situation.facts.os_id)
    if system not in ("fedora", "rhel", "centos"):
        return None
    url = f"{situation.settings.docker.repository.rstrip('/')}/{system}{NAME}"
    fetch = f"curl -fsSL {shlex.quote(url)} -o {FILE}"
    return RemedyPlan(actions=(Command(fetch, as_root=True),))


PAIN = PainPoint(
    id="dnf5-config-manager-syntax",
    phase="install",
    title="dnf config-manager speaks another dialect",
    severity="major",
    cause="dnf 5 knows no --add-repo, and dnf 4 has config-manager only as a plugin.",
    symptoms=(
        Symptom(r"Unknown argument \"--add-repo\S{0,200}\" for command \"config-manager\"", "dnf 5",
                weight=3),
        Symptom(r"^No such command: config-manager", "dnf 4", weight=3),
        Symptom(r"Cannot set repository option \"#1=", "dnf 5 < 5.2.6", weight=3),
        Symptom(r"yum-config-manager: (?:command )?not found", "yum", weight=3),
    ),
    probe=Command("command -v dnf5; dnf --version | head -n 1; ls -l /etc/yum.repos.d; true"),
    remedy=Remedy(
        kind="ask",
        summary="Download the repo file into /etc/yum.repos.d.",
        cure=_download,
        commands=(f"sudo curl -fsSL {DOCKER_REPOSITORY}/fedora{NAME} -o {FILE}",),
        side_effects="dnf trusts one more source of packages.",
    ),
    references=(
        "https://docs.docker.com/engine/install/fedora/#install-using-the-repository",
        "https://dnf5.readthedocs.io/en/latest/dnf5_plugins/config-manager.8.html",
    ),
    affects=("rhel",),
    recipe=Recipe(
        images=("fedora-like",),  # a team's own script, written for dnf 4
        script=answering(8099, "200 OK", "text/x-shellscript", SCRIPT),
        settings={"docker.method": "script", "docker.script": "http://127.0.0.1:8099/docker.sh"},
    ),
)  # fmt: skip
